/** D1 holds what is listed, searched and paged, and what no ledger owns. Times are Unix milliseconds. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { AuditEvent } from '../../core/events/event.ts'
import type { ActorRef, Agent, EnrollmentKey, Profile } from '../../core/ledger/records.ts'

/** Versioned keys, each sealed under a key that is derived from the master key. */
export const keyring = sqliteTable(
  'keyring',
  {
    version: integer().notNull(),
    purpose: text().notNull(),
    sealed: text().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.version, t.purpose] })],
)

/** A tenant, in each vendor's form: a number, an 18-digit customer id, a 40-character organisation key. */
export const organizations = sqliteTable('organizations', {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull().unique(),
  customerId: text('customer_id').notNull().unique(),
  organisationKey: text('organisation_key').notNull().unique(),
  createdAt: integer('created_at').notNull(),
})

export const principals = sqliteTable(
  'principals',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    organizationId: integer('organization_id').notNull(),
    kind: text({ enum: ['user'] }).notNull(),
    /** An e-mail address. */
    name: text().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [uniqueIndex('principals_by_name').on(t.organizationId, t.name)],
)

/** The roles of a principal, each in its dialect's words: `illumio:owner`. */
export const grants = sqliteTable(
  'grants',
  {
    principalId: integer('principal_id').notNull(),
    role: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.principalId, t.role] })],
)

export const apiKeys = sqliteTable('api_keys', {
  /** 17 lower-case hexadecimal digits. */
  id: text().primaryKey(),
  principalId: integer('principal_id').notNull(),
  organizationId: integer('organization_id').notNull(),
  name: text().notNull(),
  /** HMAC-SHA-256 under the ring's hash key of that version, hexadecimal. */
  secretHash: text('secret_hash').notNull(),
  ringVersion: integer('ring_version').notNull(),
  createdAt: integer('created_at').notNull(),
})

/** Numbers the ledgers; the two outbox columns are set only while something is stuck. */
export const ledgers = sqliteTable(
  'ledgers',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    organizationId: integer('organization_id').notNull(),
    createdAt: integer('created_at').notNull(),
    outboxOldestAt: integer('outbox_oldest_at'),
    outboxDead: integer('outbox_dead').notNull().default(0),
  },
  (t) => [index('ledgers_stuck').on(t.outboxOldestAt).where(sql`outbox_oldest_at IS NOT NULL`)],
)

export const profiles = sqliteTable(
  'profiles',
  {
    ledger: integer().notNull(),
    n: integer().notNull(),
    organizationId: integer('organization_id').notNull(),
    dialect: text().notNull(),
    /** Folded in TypeScript: SQLite's lower() knows ASCII only. */
    nameFolded: text('name_folded').notNull(),
    descriptionFolded: text('description_folded').notNull(),
    record: text({ mode: 'json' }).$type<Profile>().notNull(),
    deletedAt: integer('deleted_at'),
    version: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ledger, t.n] }),
    // In the order of lists; of those that are there and with the dialect, so that counting reads the index alone.
    index('profiles_of_organization')
      .on(t.organizationId, t.ledger, t.n, t.dialect)
      .where(sql`deleted_at IS NULL`),
  ],
)

export const keys = sqliteTable(
  'keys',
  {
    ledger: integer().notNull(),
    n: integer().notNull(),
    profile: integer().notNull(),
    organizationId: integer('organization_id').notNull(),
    dialect: text().notNull(),
    /** May still be redeemed, as far as counts and switches go: not revoked, not disabled, not spent. */
    isLive: integer('is_live', { mode: 'boolean' }).notNull(),
    expiresAt: integer('expires_at'),
    record: text({ mode: 'json' }).$type<EnrollmentKey>().notNull(),
    version: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ledger, t.n] }),
    index('keys_of_organization').on(t.organizationId, t.ledger, t.n),
    index('keys_live').on(t.organizationId, t.dialect, t.expiresAt).where(sql`is_live = 1`),
  ],
)

export const agents = sqliteTable(
  'agents',
  {
    ledger: integer().notNull(),
    n: integer().notNull(),
    profile: integer().notNull(),
    key: integer().notNull(),
    organizationId: integer('organization_id').notNull(),
    dialect: text().notNull(),
    state: text().notNull(),
    hostnameFolded: text('hostname_folded').notNull(),
    enrolledAt: integer('enrolled_at').notNull(),
    record: text({ mode: 'json' }).$type<Agent>().notNull(),
    version: integer().notNull(),
  },
  // Its only index: each redemption writes the row, and every index again. With the dialect, for counting by it.
  (t) => [uniqueIndex('agents_of_organization').on(t.organizationId, t.ledger, t.n, t.dialect)],
)

export const events = sqliteTable(
  'events',
  {
    id: text().primaryKey(),
    organizationId: integer('organization_id').notNull(),
    at: integer().notNull(),
    type: text().notNull(),
    record: text({ mode: 'json' }).$type<AuditEvent>().notNull(),
  },
  (t) => [index('events_of_organization').on(t.organizationId, t.at)],
)

export const labels = sqliteTable(
  'labels',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    organizationId: integer('organization_id').notNull(),
    key: text().notNull(),
    value: text().notNull(),
    valueFolded: text('value_folded').notNull(),
    externalDataSet: text('external_data_set'),
    externalDataReference: text('external_data_reference'),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by', { mode: 'json' }).$type<ActorRef>().notNull(),
    updatedAt: integer('updated_at').notNull(),
    updatedBy: text('updated_by', { mode: 'json' }).$type<ActorRef>().notNull(),
    deletedAt: integer('deleted_at'),
  },
  (t) => [
    uniqueIndex('labels_by_value').on(t.organizationId, t.key, t.value).where(sql`deleted_at IS NULL`),
    uniqueIndex('labels_by_reference')
      .on(t.organizationId, t.externalDataSet, t.externalDataReference)
      .where(
        sql`deleted_at IS NULL AND external_data_set IS NOT NULL AND external_data_reference IS NOT NULL`,
      ),
    index('labels_of_organization').on(t.organizationId, t.id),
  ],
)

/** What must be unique in an organization and lives in ledgers is reserved here first. */
export const reservations = sqliteTable(
  'reservations',
  {
    organizationId: integer('organization_id').notNull(),
    scope: text().notNull(),
    value: text().notNull(),
    /** The ledger that holds it. */
    ledger: integer().notNull(),
    reservedAt: integer('reserved_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.scope, t.value] })],
)
