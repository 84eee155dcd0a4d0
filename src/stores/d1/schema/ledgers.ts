/** What ledgers decided, to be listed, searched and paged, and what is reserved for them. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Agent } from '../../../core/enrollment/ledger/agent.ts'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import type { Profile } from '../../../core/enrollment/ledger/profile.ts'

/** Numbers the ledgers; the outbox columns are set only while something is stuck. */
export const ledgers = sqliteTable(
  'ledgers',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    organizationId: integer('organization_id').notNull(),
    createdAt: integer('created_at').notNull(),
    outboxOldestAt: integer('outbox_oldest_at'),
    outboxDead: integer('outbox_dead').notNull().default(0),
    /** By the wall clock, which has stepped back: until then the ledger's is ahead of it. */
    clockAgreesAt: integer('clock_agrees_at'),
  },
  (t) => [
    index('ledgers_ahead').on(t.clockAgreesAt).where(sql`clock_agrees_at IS NOT NULL`),
    index('ledgers_stuck').on(t.outboxOldestAt).where(sql`outbox_oldest_at IS NOT NULL OR outbox_dead > 0`),
  ],
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
    search: text(),
    record: text({ mode: 'json' }).$type<Profile>().notNull(),
    createdAt: integer('created_at').notNull().default(0),
    deletedAt: integer('deleted_at'),
    version: integer().notNull(),
    /**
     * What its ledger has counted since that was made, for `/metrics`: numbers by name, each only grows. A redemption writes
     * the row of its profile anyway. Of a ledger's profiles the one with the greatest `counted` has the newest.
     */
    counters: text({ mode: 'json' }).$type<Readonly<Record<string, number>>>(),
    /** The sum of them. */
    counted: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.ledger, t.n] }),
    // In each order in which they are listed. What they have is not changed by a redemption, which costs them nothing.
    index('profiles_by_name')
      .on(t.organizationId, t.nameFolded, t.ledger, t.n)
      .where(sql`deleted_at IS NULL`),
    index('profiles_by_creation')
      .on(t.organizationId, t.createdAt, t.ledger, t.n)
      .where(sql`deleted_at IS NULL`),
    index('profiles_of_dialect')
      .on(t.organizationId, t.dialect, t.ledger, t.n)
      .where(sql`deleted_at IS NULL`),
    index('profiles_disabled')
      .on(t.organizationId, t.ledger, t.n)
      .where(sql`deleted_at IS NULL AND record ->> '$.isEnabled' = 0`),
    // In the order of lists; of those that are there and with the name, so that a search reads no row that it does not find.
    index('profiles_of_organization')
      .on(t.organizationId, t.ledger, t.n, t.dialect, t.nameFolded)
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
    /** The greatest safe integer where it never expires: an order has no place for null. */
    expiresAt: integer('expires_at'),
    nameFolded: text('name_folded').notNull().default(''),
    createdAt: integer('created_at').notNull().default(0),
    /** Open holds: where claims wait is looked for by it. */
    held: integer().notNull().default(0),
    search: text(),
    record: text({ mode: 'json' }).$type<EnrollmentKey>().notNull(),
    version: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ledger, t.n] }),
    index('keys_of_organization').on(t.organizationId, t.ledger, t.n),
    index('keys_holding').on(t.organizationId, t.ledger, t.n).where(sql`held > 0`),
    index('keys_live').on(t.organizationId, t.dialect, t.expiresAt, t.ledger, t.n).where(sql`is_live = 1`),
    index('keys_of_dialect').on(t.organizationId, t.dialect, t.ledger, t.n),
    // Partial: a redemption is of an enabled key, and pays nothing for it.
    index('keys_disabled').on(t.organizationId, t.ledger, t.n).where(sql`record ->> '$.isEnabled' = 0`),
    // In each order in which they are listed; as those of profiles.
    index('keys_by_name').on(t.organizationId, t.nameFolded, t.ledger, t.n),
    index('keys_by_creation').on(t.organizationId, t.createdAt, t.ledger, t.n),
    index('keys_by_expiry').on(t.organizationId, t.expiresAt, t.ledger, t.n),
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
    search: text(),
    record: text({ mode: 'json' }).$type<Agent>().notNull(),
    version: integer().notNull(),
  },
  (t) => [
    // With the dialect, for counting by it. Each redemption writes the row, and every index again.
    uniqueIndex('agents_of_organization').on(t.organizationId, t.ledger, t.n, t.dialect),
    // Partial, so that only those pay for it whose agents are shown with the profile that they share a ledger with.
    index('agents_of_profile').on(t.ledger, t.profile, t.n).where(sql`dialect = 'zpa' AND state = 'active'`),
  ],
)

/** The lengths of unfiltered lists: a total costs one look, however many rows it counts. */
export const totals = sqliteTable(
  'totals',
  {
    organizationId: integer('organization_id').notNull(),
    /** `profiles`: those not deleted; `agents`: those that are active. */
    listed: text({ enum: ['profiles', 'agents'] }).notNull(),
    dialect: text().notNull(),
    rows: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.listed, t.dialect] })],
)

/**
 * Up to which row of each list the search index has it: profile_terms, key_terms and agent_terms, FTS5 tables that the
 * migrations make by hand. Rows behind it are few, and searches read them one by one.
 */
export const termProgress = sqliteTable('term_progress', {
  listed: text({ enum: ['profiles', 'keys', 'agents'] }).primaryKey(),
  /** A rowid: they grow in the order in which rows arrive. */
  indexedTo: integer('indexed_to').notNull(),
})

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
