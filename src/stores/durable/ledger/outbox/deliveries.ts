/** What a ledger has for D1 at a time. */

import type { Agent } from '../../../../core/enrollment/ledger/agent.ts'
import type { AuditEvent } from '../../../../core/events/event.ts'
import { formatId } from '../../../../core/kernel/ids.ts'
import type { Delivery, LedgerCounters } from '../../../d1/outbox/projections.ts'
import type { EntityKind, LedgerStore } from '../tables/ledger-store.ts'
import { selectAgents, selectAgentsAfter, selectKeys, selectProfiles } from '../tables/queries.ts'
import { type AgentRow, type Enrollment, toAgent, toKey, toProfile } from '../tables/rows.ts'
import { readCounters } from './counters.ts'

/** What takes ten milliseconds or so, for which nothing else is served where D1 shares the thread (Miniflare). */
const BATCH_ROWS = 100
const BATCH_BYTES = 512 * 1024

export type OutboxRow = {
  seq: number
  at: number
  kind: EntityKind
  n: number
  event: string | null
  tries: number
}

/** Whether D1 has yet to hear of anything. */
export function hasUndelivered({ sql }: LedgerStore): boolean {
  const { waits } = sql
    .exec<{ waits: number }>(
      `SELECT EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM agents WHERE n > delivered) AS waits
       FROM ledger`,
    )
    .one()
  return waits === 1
}

/** When the oldest of what D1 has yet to hear of happened; null: D1 has all. */
export function oldestUndelivered({ sql }: LedgerStore): number | null {
  return sql
    .exec<{ at: number | null }>(
      `SELECT min(at) AS at FROM (
         SELECT at FROM (SELECT at FROM outbox ORDER BY seq LIMIT 1)
         UNION ALL
         SELECT enrolled_at FROM (
           SELECT enrolled_at FROM agents WHERE n > (SELECT delivered FROM ledger) ORDER BY n LIMIT 1))`,
    )
    .one().at
}

/** How much D1 has yet to hear of. */
export function undelivered({ sql }: LedgerStore): number {
  return sql
    .exec<{ n: number }>(
      `SELECT (SELECT count(*) FROM outbox)
         + (SELECT count(*) FROM agents WHERE n > (SELECT delivered FROM ledger)) AS n`,
    )
    .one().n
}

/**
 * All that the ledger owns goes once more, agents with the event of their enrollment. Inside the caller's transaction. A
 * delivery that is under way began elsewhere, and does not confirm what follows.
 */
export function refill({ sql }: LedgerStore, now: number): void {
  sql.exec('UPDATE ledger SET delivered = min(delivered, 0) - 1')
  sql.exec("INSERT INTO outbox (at, kind, n) SELECT ?, 'profile', n FROM profiles ORDER BY n", now)
  sql.exec("INSERT INTO outbox (at, kind, n) SELECT ?, 'key', n FROM keys ORDER BY n", now)
}

/** Agents that follow the one of that number. */
export type Enrolled = { readonly after: number; readonly rows: readonly AgentRow[] }

/**
 * The next agents that D1 does not have. An enrollment enqueues no message: the agent's own row records it, and one
 * number says up to which agent D1 has them.
 */
export function nextEnrolled({ sql }: LedgerStore): Enrolled {
  const { after } = sql.exec<{ after: number }>('SELECT delivered AS after FROM ledger').one()
  const waiting = selectAgentsAfter(sql, after, BATCH_ROWS)
  return { after, rows: upToBatch(waiting, (row) => row.body.length + row.facts.length) }
}

/** D1 has them, unless the ledger has to start over meanwhile. */
export function forgetEnrolled(
  { sql }: LedgerStore,
  { after, rows }: Enrolled,
  counters: LedgerCounters | null = null,
): void {
  sql.exec(
    'UPDATE ledger SET delivered = ?1, counted = coalesce(?3, counted) WHERE delivered = ?2',
    rows.at(-1)?.n ?? after,
    after,
    counters?.version ?? null,
  )
}

/** The next notes, oldest first. */
export function nextNotes(store: LedgerStore): OutboxRow[] {
  const waiting = store.sql.exec<OutboxRow>('SELECT * FROM outbox ORDER BY seq LIMIT ?', BATCH_ROWS).toArray()
  return upToBatch(waiting, (row) => (row.event?.length ?? 0) + sizeOf(store, row))
}

/** Makes notes of enrollments that D1 refused, so that each is tried for itself. */
export function enqueueEnrolled(store: LedgerStore, enrolled: Enrolled): void {
  for (const row of enrolled.rows) {
    store.enqueue(row.enrolled_at, 'agent', row.n, enrollmentOf(store, row))
  }
  forgetEnrolled(store, enrolled)
}

export function deliveryOfEnrolled(store: LedgerStore, rows: readonly AgentRow[]): Delivery {
  const events = rows.map((row) => enrollmentOf(store, row))
  return {
    ...deliveryOf(store, { agents: rows, keys: [], profiles: [] }),
    events,
    counters: readCounters(store),
  }
}

export function deliveryOfNotes(store: LedgerStore, rows: readonly OutboxRow[]): Delivery {
  const named = (kind: EntityKind) => rows.filter((row) => row.kind === kind).map((row) => row.n)
  const agents = selectAgents(store.sql, named('agent'))
  const events = rows.flatMap((row) => (row.event ? [JSON.parse(row.event) as AuditEvent] : []))
  return {
    ...deliveryOf(store, { agents, keys: named('key'), profiles: named('profile') }),
    events,
    counters: readCounters(store),
  }
}

/** An agent's row speaks for its key and profile too: their counts changed with it. */
function deliveryOf(
  store: LedgerStore,
  named: {
    readonly agents: readonly AgentRow[]
    readonly keys: readonly number[]
    readonly profiles: readonly number[]
  },
): Omit<Delivery, 'events' | 'counters'> {
  const { agents } = named
  const keys = selectKeys(store.sql, distinct([...named.keys, ...agents.map((agent) => agent.key)]))
  const profiles = selectProfiles(store.sql, distinct([...named.profiles, ...keys.map((key) => key.profile)]))
  return {
    profiles: profiles.map((row) => ({ profile: toProfile(store.ledger, row), deletedAt: row.deleted_at })),
    keys: keys.map((row) => toKey(store.ledger, row)),
    agents: agents.map((row) => toAgent(store.ledger, row)),
  }
}

/** The event of an agent's enrollment: all of it is in the agent's own row, as it was committed. */
function enrollmentOf({ ledger, organization }: LedgerStore, row: AgentRow): AuditEvent {
  const { event: id, request, identity } = JSON.parse(row.enrollment) as Enrollment
  const agent: Agent = toAgent(ledger, row)
  return {
    id,
    organization,
    at: agent.enrolledAt,
    type: 'agent.enroll',
    isSuccess: true,
    cause: { actor: { kind: 'agent', id: formatId(agent) }, request },
    subject: { kind: 'agent', id: agent.id, name: agent.hostname },
    detail: { key: formatId({ ledger, n: agent.key }), use: agent.use, ...(identity && { identity }) },
  }
}

function upToBatch<Row>(rows: readonly Row[], bytesOf: (row: Row) => number): Row[] {
  let bytes = 0
  const full = rows.findIndex((row, i) => {
    bytes += bytesOf(row)
    return i > 0 && bytes > BATCH_BYTES
  })
  return full < 0 ? [...rows] : rows.slice(0, full)
}

function sizeOf(store: LedgerStore, row: OutboxRow): number {
  const bytes = {
    profile: 'SELECT length(body) AS bytes FROM profiles WHERE n = ?',
    key: 'SELECT length(body) AS bytes FROM keys WHERE n = ?',
    agent: 'SELECT length(body) + length(facts) AS bytes FROM agents WHERE n = ?',
  }[row.kind]
  return store.sql.exec<{ bytes: number }>(bytes, row.n).toArray()[0]?.bytes ?? 0
}

function distinct(ns: readonly number[]): number[] {
  return [...new Set(ns)]
}
