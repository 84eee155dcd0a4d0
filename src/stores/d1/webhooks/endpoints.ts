/** What operators do with endpoints. */
import { and, asc, desc, eq, lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Endpoint, WebhookStore } from '../../../core/webhooks/port.ts'
import { atMost, didNotHold, mustHold } from '../access/condition.ts'
import { eventIfChanged, insertEvent, prepared } from '../batch.ts'
import { webhookDeliveries, webhookEndpoints } from '../schema/index.ts'

type EndpointStore = Pick<
  WebhookStore,
  | 'find'
  | 'list'
  | 'create'
  | 'update'
  | 'rotate'
  | 'remove'
  | 'sendTest'
  | 'deliveries'
  | 'delivery'
  | 'replay'
>

const COLUMNS = {
  id: webhookEndpoints.id,
  organization: webhookEndpoints.organizationId,
  url: webhookEndpoints.url,
  description: webhookEndpoints.description,
  types: webhookEndpoints.types,
  isEnabled: webhookEndpoints.isEnabled,
  disabledReason: webhookEndpoints.disabledReason,
  previousUntil: webhookEndpoints.previousUntil,
  queued: webhookEndpoints.queued,
  skipped: webhookEndpoints.skipped,
  failingSince: webhookEndpoints.failingSince,
  createdAt: webhookEndpoints.createdAt,
  createdBy: webhookEndpoints.createdBy,
  updatedAt: webhookEndpoints.updatedAt,
}

const DELIVERY = {
  seq: webhookDeliveries.seq,
  eventId: webhookDeliveries.eventId,
  eventAt: webhookDeliveries.eventAt,
  type: webhookDeliveries.type,
  state: webhookDeliveries.state,
  attempts: webhookDeliveries.attempts,
  at: webhookDeliveries.at,
  outcome: webhookDeliveries.outcome,
  status: webhookDeliveries.status,
  nextAt: webhookDeliveries.nextAt,
}

const ENQUEUE = 'INSERT INTO webhook_queue (endpoint_id, seq, organization_id, event_at, event_id)'

export function createEndpointStore(db: D1Database): EndpointStore {
  const d1 = drizzle(db)
  const ofOrganization = (organization: number) => eq(webhookEndpoints.organizationId, organization)

  return {
    async find(organization, id) {
      const [found] = await d1
        .select(COLUMNS)
        .from(webhookEndpoints)
        .where(and(eq(webhookEndpoints.id, id), ofOrganization(organization)))
      return found ?? null
    },

    list: (organization) =>
      d1
        .select(COLUMNS)
        .from(webhookEndpoints)
        .where(ofOrganization(organization))
        .orderBy(asc(webhookEndpoints.createdAt), asc(webhookEndpoints.id)),

    async create({ organization, ...endpoint }, secret, limit, event) {
      const values = { ...endpoint, organizationId: organization, secret, updatedBy: endpoint.createdBy }
      const insert = d1.insert(webhookEndpoints).values(values)
      const count = d1.$count(webhookEndpoints, ofOrganization(organization))
      try {
        // The event first: it is not of those that the endpoint gets.
        await db.batch([insertEvent(db, event), prepared(db, insert), mustHold(db, atMost(limit, count))])
        return 'created'
      } catch (error) {
        if (didNotHold(error)) return 'limit'
        throw error
      }
    },

    async update({ id }, change, event) {
      const healthy = { failures: 0, failingSince: null, heldUntil: 0 }
      const update = d1
        .update(webhookEndpoints)
        .set({ ...change, ...(change.isEnabled === true && healthy) })
        .where(eq(webhookEndpoints.id, id))
      const [changed] = await db.batch([prepared(db, update), eventIfChanged(db, event)])
      return (changed?.meta.changes ?? 0) > 0
    },

    async rotate({ id }, secret, previousUntil, event) {
      const update = db
        .prepare(
          `UPDATE webhook_endpoints SET previous_secret = secret, previous_until = ?, secret = ?, updated_at = ?
           WHERE id = ?`,
        )
        .bind(previousUntil, secret, event.at, id)
      const [changed] = await db.batch([update, eventIfChanged(db, event)])
      return (changed?.meta.changes ?? 0) > 0
    },

    async remove({ id }, event) {
      const remove = db.prepare('DELETE FROM webhook_endpoints WHERE id = ?').bind(id)
      await db.batch([remove, eventIfChanged(db, event)])
    },

    async sendTest({ id, organization }, event) {
      await db.batch([
        insertEvent(db, event),
        db
          .prepare(`${ENQUEUE} SELECT id, last_seq + 1, ?, ?, ? FROM webhook_endpoints WHERE id = ?`)
          .bind(organization, event.at, event.id, id),
        db
          .prepare('UPDATE webhook_endpoints SET last_seq = last_seq + 1, queued = queued + 1 WHERE id = ?')
          .bind(id),
      ])
    },

    deliveries: (endpoint, before, limit) =>
      d1
        .select(DELIVERY)
        .from(webhookDeliveries)
        .where(
          and(
            eq(webhookDeliveries.endpointId, endpoint),
            before === null ? undefined : lt(webhookDeliveries.seq, before),
          ),
        )
        .orderBy(desc(webhookDeliveries.seq))
        .limit(limit),

    async delivery(endpoint, seq) {
      const [found] = await d1
        .select(DELIVERY)
        .from(webhookDeliveries)
        .where(and(eq(webhookDeliveries.endpointId, endpoint), eq(webhookDeliveries.seq, seq)))
      return found ?? null
    },

    async replay(endpoint, delivery, event) {
      await db.batch([insertEvent(db, event), ...requeue(db, endpoint, delivery)])
    },
  }
}

/** One that waits for its next attempt is due at once; another is queued again, unless it is already. */
function requeue(
  db: D1Database,
  { id, organization }: Endpoint,
  { seq, eventAt, eventId, nextAt }: Parameters<WebhookStore['replay']>[1],
): D1PreparedStatement[] {
  if (nextAt !== null) {
    return [
      db
        .prepare('UPDATE webhook_queue SET due_at = 0 WHERE endpoint_id = ? AND due_at = ? AND seq = ?')
        .bind(id, nextAt, seq),
    ]
  }
  return [
    db
      .prepare(`${ENQUEUE} VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`)
      .bind(id, seq, organization, eventAt, eventId),
    db.prepare('UPDATE webhook_endpoints SET queued = queued + 1 WHERE id = ? AND changes() > 0').bind(id),
  ]
}
