/** What a deliverer does: takes what is due, and writes what became of it. */
import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { AuditEvent } from '../../../core/events/event.ts'
import { type AttemptOutcome, MAX_DELIVERIES, type WebhookStore } from '../../../core/webhooks/port.ts'
import { eventIfChanged, prepared } from '../batch.ts'
import { webhookEndpoints } from '../schema/index.ts'

type QueueStore = Pick<
  WebhookStore,
  'receivers' | 'due' | 'nextDueAt' | 'settle' | 'organizations' | 'purge' | 'totals'
>

type DueRow = {
  readonly seq: number
  readonly dueAt: number
  readonly attempts: number
  readonly eventId: string
  readonly eventAt: number
  readonly record: string | null
}

const waiting = (condition: string) =>
  `SELECT * FROM (SELECT * FROM webhook_queue WHERE endpoint_id = ?1 AND ${condition} ORDER BY due_at, seq LIMIT ?3)`

const DUE = `SELECT queue.seq, queue.due_at AS dueAt, queue.attempts, queue.event_id AS eventId, queue.event_at AS eventAt,
    events.record
  FROM (${waiting('due_at <= ?2')} UNION ALL ${waiting('due_at > ?2 + ?4')} LIMIT ?3) AS queue
  LEFT JOIN events
    ON events.organization_id = queue.organization_id AND events.at = queue.event_at AND events.id = queue.event_id`

/** Rows of attempts are sent as arrays: seq, dueAt, attempts, nextAt, state, at, outcome, status, eventAt, eventId, type. */
const DEQUEUE = `DELETE FROM webhook_queue WHERE endpoint_id = ?1 AND (due_at, seq) IN (
  SELECT value ->> 1, value ->> 0 FROM json_each(?2) WHERE value ->> 3 IS NULL)`

const POSTPONE = `UPDATE webhook_queue SET due_at = value ->> 3, attempts = value ->> 2 FROM json_each(?2)
  WHERE endpoint_id = ?1 AND due_at = value ->> 1 AND seq = value ->> 0 AND value ->> 3 IS NOT NULL`

const RECORD = `INSERT INTO webhook_deliveries
    (endpoint_id, organization_id, seq, attempts, next_at, state, at, outcome, status, event_at, event_id, type)
  SELECT ?1, ?3, value ->> 0, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8,
    value ->> 9, value ->> 10
  FROM json_each(?2) WHERE EXISTS (SELECT 1 FROM webhook_endpoints WHERE id = ?1)
  ON CONFLICT (endpoint_id, seq) DO UPDATE SET attempts = excluded.attempts, next_at = excluded.next_at,
    state = excluded.state, at = excluded.at, outcome = excluded.outcome, status = excluded.status`

/** Beyond those that are kept of an endpoint. */
const TRIM = `DELETE FROM webhook_deliveries WHERE endpoint_id = ?1
  AND seq <= (SELECT last_seq FROM webhook_endpoints WHERE id = ?1) - ${MAX_DELIVERIES}`

const COUNT = `INSERT INTO webhook_totals (outcome, n) SELECT value ->> 6, count(*) FROM json_each(?1) WHERE true GROUP BY 1
  ON CONFLICT (outcome) DO UPDATE SET n = n + excluded.n`

const ORPHANS = `DELETE FROM webhook_queue WHERE (endpoint_id, due_at, seq) IN (
  SELECT endpoint_id, due_at, seq FROM webhook_queue
  WHERE NOT EXISTS (SELECT 1 FROM webhook_endpoints WHERE id = endpoint_id) LIMIT ?)`

const OLD = `DELETE FROM webhook_deliveries WHERE (endpoint_id, seq) IN (
  SELECT endpoint_id, seq FROM webhook_deliveries WHERE at < ? LIMIT ?)`

export function createQueueStore(db: D1Database): QueueStore {
  const d1 = drizzle(db)

  return {
    async receivers(organization) {
      const rows = await d1
        .select()
        .from(webhookEndpoints)
        .where(and(eq(webhookEndpoints.organizationId, organization), eq(webhookEndpoints.isEnabled, true)))
      return rows.map(({ organizationId, ...row }) => ({ ...row, organization: organizationId }))
    },

    async due(endpoint, now, maxWait, atMost) {
      const { results } = await db.prepare(DUE).bind(endpoint, now, atMost, maxWait).all<DueRow>()
      return results.map(({ record, ...row }) => ({
        ...row,
        endpoint,
        event: record === null ? null : (JSON.parse(record) as AuditEvent),
      }))
    },

    async nextDueAt(endpoint) {
      const first = 'SELECT due_at FROM webhook_queue WHERE endpoint_id = ? ORDER BY due_at LIMIT 1'
      return db.prepare(first).bind(endpoint).first<number>('due_at')
    },

    async settle({ id, organization, url }, attempts, state, disabled) {
      const rows = JSON.stringify(
        attempts.map(({ message, seq, nextAt, at, outcome, status, ...attempt }) => {
          const { dueAt, eventAt, eventId, event } = message
          const type = event?.type ?? ''
          return [
            seq,
            dueAt,
            attempt.attempts,
            nextAt,
            attempt.state,
            at,
            outcome,
            status,
            eventAt,
            eventId,
            type,
          ]
        }),
      )
      const change = { ...state, ...(disabled && { isEnabled: false, disabledReason: disabled.reason }) }
      // What another address answered says nothing of one that an operator has given it meanwhile.
      const isSame = and(eq(webhookEndpoints.id, id), eq(webhookEndpoints.url, url))
      const update = d1.update(webhookEndpoints).set(change).where(isSame)
      await db.batch([
        db.prepare(DEQUEUE).bind(id, rows),
        db.prepare(POSTPONE).bind(id, rows),
        db.prepare(RECORD).bind(id, rows, organization),
        db.prepare(TRIM).bind(id),
        db.prepare(COUNT).bind(rows),
        prepared(db, update),
        ...(disabled ? [eventIfChanged(db, disabled.event)] : []),
      ])
    },

    async organizations() {
      const rows = await d1
        .selectDistinct({ organization: webhookEndpoints.organizationId })
        .from(webhookEndpoints)
        .where(eq(webhookEndpoints.isEnabled, true))
      return rows.map(({ organization }) => organization)
    },

    async purge(before, atMost) {
      const [old, orphans] = await db.batch([
        db.prepare(OLD).bind(before, atMost),
        db.prepare(ORPHANS).bind(atMost),
      ])
      return Math.max(old?.meta.changes ?? 0, orphans?.meta.changes ?? 0)
    },

    totals: async () => {
      const all = 'SELECT outcome, n FROM webhook_totals'
      return (await db.prepare(all).all<{ outcome: AttemptOutcome; n: number }>()).results
    },
  }
}
