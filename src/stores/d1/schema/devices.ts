/** What the inboxes of key pairs decided and took, and what operators set beside it. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Abilities } from '../../../core/access/roles/ability.ts'
import { ALERT_SEVERITIES } from '../../../core/devices/delivery.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'

/** Named sets of abilities, which key pairs have. */
export const roles = sqliteTable(
  'roles',
  {
    organizationId: integer('organization_id').notNull(),
    key: text().notNull(),
    name: text().notNull(),
    /** Folded in TypeScript: SQLite's lower() knows ASCII only. */
    nameFolded: text('name_folded').notNull(),
    abilities: text({ mode: 'json' }).$type<Abilities>().notNull(),
    isBuiltIn: integer('is_built_in', { mode: 'boolean' }).notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    version: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.key] }),
    uniqueIndex('roles_by_name').on(t.organizationId, t.name),
  ],
)

/** What the inboxes decided; only they write it. The outbox columns are set only while something is stuck. */
export const keyPairs = sqliteTable(
  'key_pairs',
  {
    accessKey: text('access_key').primaryKey(),
    organizationId: integer('organization_id').notNull(),
    roleKey: text('role_key').notNull(),
    isEnabled: integer('is_enabled', { mode: 'boolean' }).notNull(),
    expiresAt: integer('expires_at'),
    /** AES-256-GCM under the ring's seal key; empty once the pair is deleted. */
    sealedSecret: text('sealed_secret').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    deletedAt: integer('deleted_at'),
    version: integer().notNull(),
    outboxOldestAt: integer('outbox_oldest_at'),
    outboxDead: integer('outbox_dead').notNull().default(0),
    /** As a ledger's. */
    clockAgreesAt: integer('clock_agrees_at'),
  },
  (t) => [
    index('key_pairs_ahead').on(t.clockAgreesAt).where(sql`clock_agrees_at IS NOT NULL`),
    index('key_pairs_of_organization')
      .on(t.organizationId, t.createdAt, t.accessKey)
      .where(sql`deleted_at IS NULL`),
    index('key_pairs_of_role').on(t.organizationId, t.roleKey).where(sql`deleted_at IS NULL`),
    index('key_pairs_stuck').on(t.outboxOldestAt).where(sql`outbox_oldest_at IS NOT NULL OR outbox_dead > 0`),
  ],
)

/** What devices speak of. */
export const things = sqliteTable(
  'things',
  {
    organizationId: integer('organization_id').notNull(),
    key: text().notNull(),
    name: text().notNull(),
    nameFolded: text('name_folded').notNull(),
    description: text().notNull(),
    facts: text({ mode: 'json' }).$type<JsonObject>().notNull(),
    accessKey: text('access_key'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    seenAt: integer('seen_at'),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.key] })],
)

/** A message of a device is named by its pair and by that pair's own count, so that it arrives once. */
export const deviceEvents = sqliteTable(
  'device_events',
  {
    accessKey: text('access_key').notNull(),
    seq: integer().notNull(),
    organizationId: integer('organization_id').notNull(),
    thing: text().notNull(),
    at: integer().notNull(),
    receivedAt: integer('received_at').notNull(),
    data: text({ mode: 'json' }).$type<JsonObject>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accessKey, t.seq] }),
    index('device_events_of_thing').on(t.organizationId, t.thing, t.receivedAt),
  ],
)

export const alerts = sqliteTable(
  'alerts',
  {
    accessKey: text('access_key').notNull(),
    seq: integer().notNull(),
    organizationId: integer('organization_id').notNull(),
    thing: text().notNull(),
    at: integer().notNull(),
    receivedAt: integer('received_at').notNull(),
    key: text().notNull(),
    severity: text({ enum: ALERT_SEVERITIES }).notNull(),
    text: text().notNull(),
    data: text({ mode: 'json' }).$type<JsonObject>().notNull(),
    instruction: text(),
  },
  (t) => [
    primaryKey({ columns: [t.accessKey, t.seq] }),
    index('alerts_of_organization').on(t.organizationId, t.receivedAt),
  ],
)

export const instructions = sqliteTable(
  'instructions',
  {
    organizationId: integer('organization_id').notNull(),
    key: text().notNull(),
    thing: text().notNull(),
    accessKey: text('access_key').notNull(),
    body: text({ mode: 'json' }).$type<JsonObject>().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.key] }),
    index('instructions_of_organization').on(t.organizationId, t.createdAt),
  ],
)
