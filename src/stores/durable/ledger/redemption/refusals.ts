import type { Agent } from '../../../../core/enrollment/ledger/agent.ts'
import type { RenewalRequest } from '../../../../core/enrollment/ledger/certificate.ts'
import type {
  RedemptionRequest,
  RefusalCount,
  Refusals,
} from '../../../../core/enrollment/ledger/redemption.ts'
import { networkOf } from '../../../../core/kernel/address.ts'
import type { Cause } from '../../../../core/kernel/cause.ts'
import { formatId } from '../../../../core/kernel/ids.ts'
import { type Outcome, ok } from '../../../../core/kernel/outcome.ts'
import type { RefusalReason } from '../../../../core/kernel/refusal-reason.ts'
import type { SteadyClock } from '../../../../core/kernel/time/steady-clock.ts'
import type { Purpose } from '../../object/alarm-clock.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'
import { type KeyRow, toKey } from '../tables/rows.ts'

const MINUTE_MILLISECONDS = 60_000
const DAY_MILLISECONDS = 24 * 60 * MINUTE_MILLISECONDS
const KEPT_MILLISECONDS = 30 * DAY_MILLISECONDS
const SHOWN = 100
/** Rows of a key in which a request is looked for, newest first. */
const SEARCHED = 10_000
/** Ids of requests that a row keeps: the first. */
const KEPT_REQUESTS = 20
/** Of one key in one minute. */
const MAX_EVENTS = 20

/**
 * Refusals are counted by the minute and by network, not recorded one by one. The first of each is an event, up to twenty
 * of a key and minute: a client with many networks fills no audit.
 */
export function countRefusal(
  store: LedgerStore,
  now: number,
  key: KeyRow | null,
  request: RedemptionRequest,
  reason: RefusalReason,
): void {
  if (!isEvent(store, now, { ...request, id: request.refusedAs ?? request.request.id }, reason)) return
  const id = formatId({ ledger: store.ledger, n: request.key })
  const name = key ? toKey(store.ledger, key).name : ''
  const event = store.event(
    now,
    reason === 'key_decoy' ? 'key.decoy_touched' : 'agent.enroll',
    causeOf(request),
    { kind: 'key', id, name },
    {
      reason,
      ...(request.hostname !== null && { hostname: request.hostname }),
      ...(request.identity?.kind === 'refused' && { identity: request.identity.why }),
    },
    false,
  )
  store.enqueue(now, 'key', request.key, event)
}

/** The same of an agent's further certificates, under its own number: negative, since keys have the others. */
export function countRefusedRenewal(
  store: LedgerStore,
  now: number,
  agent: Agent,
  { request }: Pick<RenewalRequest, 'request'>,
  reason: RefusalReason,
): void {
  if (!isEvent(store, now, { key: -agent.n, address: request.address, id: request.id }, reason)) return
  const subject = { kind: 'agent', id: agent.id, name: agent.hostname }
  const event = store.event(now, 'agent.renew', causeOf({ request }), subject, { reason }, false)
  store.enqueue(now, 'agent', agent.n, event)
}

/** No actor: the event only records the attempt. */
function causeOf({ request, refusedAs }: Pick<RedemptionRequest, 'request' | 'refusedAs'>): Cause {
  return { actor: { kind: 'system' }, request: { ...request, id: refusedAs ?? request.id } }
}

/** Counts it; returns whether it gets an event. */
function isEvent(
  { sql }: LedgerStore,
  now: number,
  { key, address, id }: Pick<RedemptionRequest, 'key' | 'address'> & { readonly id: string },
  reason: RefusalReason,
): boolean {
  const minute = now - (now % MINUTE_MILLISECONDS)
  const network = address === null ? '' : networkOf(address)
  const { count } = sql
    .exec<{ count: number }>(
      `INSERT INTO refusals (key, reason, address, minute, last_at, count, requests)
       VALUES (?1, ?2, ?3, ?4, ?5, 1, json_array(?6))
       ON CONFLICT DO UPDATE SET count = count + 1, last_at = ?5,
         requests = iif(count < ?7, json_insert(requests, '$[#]', ?6), requests) RETURNING count`,
      key,
      reason,
      network,
      minute,
      now,
      id,
      KEPT_REQUESTS,
    )
    .one()
  if (count > 1) return false
  const { rows } = sql
    .exec<{ rows: number }>(
      'SELECT count(*) AS rows FROM (SELECT 1 FROM refusals WHERE key = ? AND minute = ? LIMIT ?)',
      key,
      minute,
      MAX_EVENTS + 1,
    )
    .one()
  return rows <= MAX_EVENTS
}

export function refusalsIn(store: LedgerStore, _: number, key: number, limit: number): Outcome<Refusals> {
  const byReason = store.sql.exec<Refusals['byReason'][number]>(
    `SELECT reason, sum(count) AS count
     FROM (SELECT reason, count FROM refusals WHERE key = ? ORDER BY minute DESC LIMIT ?)
     GROUP BY reason ORDER BY count DESC, reason`,
    key,
    SEARCHED,
  )
  return ok({ rows: refusalsOf(store, key, limit), byReason: byReason.toArray() })
}

/** Newest minute first. */
export function refusalsOf(store: LedgerStore, key: number, limit = SHOWN): RefusalCount[] {
  return store.sql
    .exec<{ reason: RefusalReason; network: string; minute: number; count: number }>(
      `SELECT reason, address AS network, minute, count FROM refusals WHERE key = ?
       ORDER BY minute DESC LIMIT ?`,
      key,
      limit,
    )
    .toArray()
    .map((row): RefusalCount => ({ ...row, network: row.network || null }))
}

/** null: no row of the key kept the request's id. At most the newest rows are looked at. */
export function refusalOfRequest(store: LedgerStore, key: number, request: string): RefusalCount | null {
  const [row] = store.sql
    .exec<{ reason: RefusalReason; network: string; minute: number; count: number }>(
      `SELECT reason, address AS network, minute, count
       FROM (SELECT * FROM refusals WHERE key = ? ORDER BY minute DESC LIMIT ?)
       WHERE EXISTS (SELECT 1 FROM json_each(requests) WHERE value = ?) LIMIT 1`,
      key,
      SEARCHED,
      request,
    )
    .toArray()
  return row ? { ...row, network: row.network || null } : null
}

/** Counts are kept for 30 days, and go within a day after; their events live on in D1. */
export class RefusalRetention implements Purpose {
  readonly name = 'refusals'
  readonly #store: LedgerStore
  readonly #clock: SteadyClock
  /** null: it is looked up. */
  #oldest: number | null = null

  constructor(store: LedgerStore, clock: SteadyClock) {
    this.#store = store
    this.#clock = clock
  }

  dueAt(): number | null {
    this.#oldest ??= oldestMinute(this.#store)
    if (this.#oldest === null) return null
    return this.#clock.wallOf(this.#oldest + KEPT_MILLISECONDS + DAY_MILLISECONDS)
  }

  async run(): Promise<void> {
    this.#store.sql.exec('DELETE FROM refusals WHERE minute <= ?', this.#clock.now() - KEPT_MILLISECONDS)
    this.#oldest = null
  }
}

function oldestMinute({ sql }: LedgerStore): number | null {
  return sql.exec<{ oldest: number | null }>('SELECT min(minute) AS oldest FROM refusals').one().oldest
}
