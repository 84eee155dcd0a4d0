import type { AuditEvent, EventType } from '../../../../core/events/event.ts'
import type { Cause } from '../../../../core/kernel/cause.ts'
import type { JsonObject } from '../../../../core/kernel/json.ts'
import { eventId } from '../../../../core/kernel/time/event-id.ts'
import { migrate, schemaVersion } from '../../object/migrations.ts'
import { LEDGER_STEPS } from './schema.ts'

const MAX_EVENTS_A_MINUTE = 60

export type EntityKind = 'profile' | 'key' | 'agent'

/** A ledger's tables, and the one way to say that something in them changed. */
export class LedgerStore {
  readonly sql: SqlStorage
  readonly ledger: number
  readonly organization: number
  /** The counters that D1 has, as far as this object remembers, and whether those are all; null: it has to be looked up. */
  reported: { version: number | null; isWhole: boolean | null } = { version: null, isWhole: null }
  #recorded = { minute: 0, events: new Map<number, number>() }
  /** undefined: it has to be looked up. */
  #nextEnd: number | null | undefined

  constructor(sql: SqlStorage, about: { ledger: number; organization: number }) {
    this.sql = sql
    this.ledger = about.ledger
    this.organization = about.organization
  }

  /** Enqueues for D1: this thing changed (all of it goes), and this is its event. */
  enqueue(now: number, kind: EntityKind, n: number, event?: AuditEvent): void {
    this.sql.exec(
      'INSERT INTO outbox (at, kind, n, event) VALUES (?, ?, ?, ?)',
      now,
      kind,
      n,
      event ? JSON.stringify(event) : null,
    )
  }

  /**
   * The same for events that machines cause as often as they like: at most 60 a minute for each key, as far as this object
   * remembers. D1 gets the thing in any case.
   */
  enqueueBounded(now: number, kind: EntityKind, n: number, event: AuditEvent): void {
    const minute = Math.floor(now / 60_000)
    if (this.#recorded.minute !== minute) this.#recorded = { minute, events: new Map() }
    const events = (this.#recorded.events.get(n) ?? 0) + 1
    this.#recorded.events.set(n, events)
    this.enqueue(now, kind, n, events <= MAX_EVENTS_A_MINUTE ? event : undefined)
  }

  /** When the first hold lapses or the first pause ends; null: there is none. Asked after every commit, and so remembered. */
  nextEnd(): number | null {
    if (this.#nextEnd === undefined) {
      this.#nextEnd = this.sql
        .exec<{ at: number | null }>(
          `SELECT min(at) AS at FROM (
             SELECT min(hold_ends_at) AS at FROM keys WHERE hold_ends_at IS NOT NULL
             UNION ALL SELECT min(resumes_at) FROM keys WHERE resumes_at IS NOT NULL)`,
        )
        .one().at
    }
    return this.#nextEnd
  }

  /** A hold or a pause changes in the commit that is under way. */
  forgetNextEnd(): void {
    this.#nextEnd = undefined
  }

  /** The last number that an agent has, or may have had since a backup; 0: there is none. */
  lastAgent(): number {
    return this.sql
      .exec<{ last: number }>(
        'SELECT max(coalesce(max(n), 0), (SELECT last_agent FROM ledger)) AS last FROM agents',
      )
      .one().last
  }

  /** The last instant that this ledger has written down, in Unix milliseconds. */
  lastSeen(): number {
    const latest = this.sql.exec<{ at: number }>(
      `SELECT max(
         coalesce((SELECT enrolled_at FROM agents WHERE n = (SELECT max(n) FROM agents)), 0),
         coalesce((SELECT max(coalesce(ended_at, revoked_at)) FROM agents WHERE state <> 'active'), 0),
         coalesce((SELECT max(max(updated_at, coalesce(deleted_at, 0))) FROM profiles), 0),
         coalesce((SELECT max(max(updated_at, coalesce(last_redeemed_at, 0))) FROM keys), 0),
         coalesce((SELECT max(last_at) FROM refusals), 0),
         coalesce((SELECT max(opened_at) FROM holds), 0),
         coalesce((SELECT max(at) FROM decisions), 0),
         coalesce((SELECT at FROM outbox ORDER BY seq DESC LIMIT 1), 0)) AS at`,
    )
    return latest.one().at
  }

  event(
    now: number,
    type: EventType,
    cause: Cause,
    subject: AuditEvent['subject'],
    detail: JsonObject = {},
    isSuccess = true,
  ): AuditEvent {
    const id = eventId(now)
    return { id, organization: this.organization, at: now, type, isSuccess, cause, subject, detail }
  }
}

/** Makes the tables of a new ledger, inside the caller's transaction. */
export function createLedgerStore(
  sql: SqlStorage,
  ledger: number,
  organization: number,
  now: number,
): LedgerStore {
  const made = readBook(sql)
  if (made) return made
  migrate(sql, LEDGER_STEPS, 0, now)
  sql.exec('INSERT INTO ledger (id, organization, created_at) VALUES (?, ?, ?)', ledger, organization, now)
  return new LedgerStore(sql, { ledger, organization })
}

/** The ledger that this storage holds, brought up to date; null, and nothing written, when it holds none. */
export function openLedgerStore(storage: DurableObjectStorage): LedgerStore | null {
  const version = schemaVersion(storage.sql)
  if (version > 0 && version < LEDGER_STEPS.length) {
    storage.transactionSync(() => migrate(storage.sql, LEDGER_STEPS, version, Date.now()))
  }
  return readBook(storage.sql)
}

function readBook(sql: SqlStorage): LedgerStore | null {
  if (schemaVersion(sql) === 0) return null
  const { id, organization } = sql.exec<{ id: number; organization: number }>('SELECT * FROM ledger').one()
  return new LedgerStore(sql, { ledger: id, organization })
}

/** What differs between two states of a thing, for its event: `{name: {before, after}}`. */
export function differences(before: object, after: object): JsonObject {
  const changed: Record<string, JsonObject> = {}
  for (const [name, value] of Object.entries(after)) {
    const old = (before as JsonObject)[name] ?? null
    if (JSON.stringify(old) !== JSON.stringify(value)) changed[name] = { before: old, after: value }
  }
  return changed
}
