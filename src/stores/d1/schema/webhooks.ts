/** Receivers of events, what waits for them, and what became of it. */
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { EventType } from '../../../core/events/event.ts'
import type { ActorRef } from '../../../core/kernel/cause.ts'
import type { AttemptOutcome, DeliveryState, DisabledReason } from '../../../core/webhooks/port.ts'

export const webhookEndpoints = sqliteTable(
  'webhook_endpoints',
  {
    id: text().primaryKey(),
    organizationId: integer('organization_id').notNull(),
    url: text().notNull(),
    description: text().notNull(),
    /** null: every type. */
    types: text({ mode: 'json' }).$type<readonly EventType[]>(),
    isEnabled: integer('is_enabled', { mode: 'boolean' }).notNull(),
    disabledReason: text('disabled_reason').$type<DisabledReason>(),
    /** Sealed by the ring for `webhook_endpoints/<id>/secret`, both. */
    secret: text().notNull(),
    previousSecret: text('previous_secret'),
    /** Until then both sign. */
    previousUntil: integer('previous_until'),
    /** The number of the last event that was queued; it only grows. */
    lastSeq: integer('last_seq').notNull().default(0),
    /** How many rows the queue has of it. */
    queued: integer().notNull().default(0),
    /** Events that did not fit the queue. */
    skipped: integer().notNull().default(0),
    /** Attempts that failed in a row, and since when. */
    failures: integer().notNull().default(0),
    failingSince: integer('failing_since'),
    /** While it fails it is left alone until then. */
    heldUntil: integer('held_until').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by', { mode: 'json' }).$type<ActorRef>().notNull(),
    updatedAt: integer('updated_at').notNull(),
    updatedBy: text('updated_by', { mode: 'json' }).$type<ActorRef>().notNull(),
  },
  (t) => [index('webhook_endpoints_of_organization').on(t.organizationId, t.createdAt, t.id)],
)

/**
 * A trigger on `events` fills it, in the batch that inserts the event (migration 0008). In the order in which it is worked
 * off: a queued event is one row, and no index (WITHOUT ROWID, which the migration says).
 */
export const webhookQueue = sqliteTable(
  'webhook_queue',
  {
    endpointId: text('endpoint_id').notNull(),
    seq: integer().notNull(),
    organizationId: integer('organization_id').notNull(),
    eventAt: integer('event_at').notNull(),
    eventId: text('event_id').notNull(),
    /** Those that were made. */
    attempts: integer().notNull().default(0),
    /** When the next one is due; 0: at once. */
    dueAt: integer('due_at').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.endpointId, t.dueAt, t.seq] })],
)

/** What was attempted, for seven days: a message's last attempt. WITHOUT ROWID, which the migration says. */
export const webhookDeliveries = sqliteTable(
  'webhook_deliveries',
  {
    endpointId: text('endpoint_id').notNull(),
    seq: integer().notNull(),
    organizationId: integer('organization_id').notNull(),
    eventAt: integer('event_at').notNull(),
    eventId: text('event_id').notNull(),
    type: text().$type<EventType>().notNull(),
    state: text().$type<DeliveryState>().notNull(),
    attempts: integer().notNull(),
    /** Of the last attempt. */
    at: integer().notNull(),
    outcome: text().$type<AttemptOutcome>().notNull(),
    /** The status that was answered; null: none. */
    status: integer(),
    /** When the next attempt is due; null: none is. */
    nextAt: integer('next_at'),
  },
  (t) => [primaryKey({ columns: [t.endpointId, t.seq] }), index('webhook_deliveries_by_age').on(t.at)],
)

/** Attempts ever made, by outcome. */
export const webhookTotals = sqliteTable('webhook_totals', {
  outcome: text().$type<AttemptOutcome>().primaryKey(),
  n: integer().notNull(),
})
