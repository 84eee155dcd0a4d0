/** D1 holds what is listed, searched and paged, and what no ledger owns. Times are Unix milliseconds. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { type CredentialKind, PRINCIPAL_KINDS } from '../../core/access/actor.ts'
import type { AuditEvent } from '../../core/events/event.ts'
import type { ActorRef, Agent, EnrollmentKey, Profile } from '../../core/ledger/records.ts'
import type { Settings } from '../../core/settings/port.ts'

/** Versioned keys, each sealed under a key that is derived from the master key. */
export const keyring = sqliteTable(
  'keyring',
  {
    version: integer().notNull(),
    purpose: text().notNull(),
    sealed: text().notNull(),
    createdAt: integer('created_at').notNull(),
    /** Before that it is known, and nothing new is made with it. */
    usedFrom: integer('used_from').notNull().default(0),
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

/** People; one may be in several organizations. */
export const users = sqliteTable('users', {
  id: integer().primaryKey({ autoIncrement: true }),
  email: text().notNull(),
  emailFolded: text('email_folded').notNull().unique(),
  fullName: text('full_name').notNull().default(''),
  timeZone: text('time_zone').notNull().default('UTC'),
  /** PBKDF2, then HMAC under the ring's hash key of that version; hexadecimal. All null: no password. */
  passwordHash: text('password_hash'),
  passwordSalt: text('password_salt'),
  ringVersion: integer('ring_version'),
  /** It was given to them, and is good for nothing but for choosing another. */
  isPasswordInitial: integer('is_password_initial', { mode: 'boolean' }).notNull().default(false),
  /** Wrong passwords in a row. */
  failures: integer().notNull().default(0),
  lockedUntil: integer('locked_until'),
  signInCount: integer('sign_in_count').notNull().default(0),
  signedInAt: integer('signed_in_at'),
  signedInFrom: text('signed_in_from'),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/** Who may do something in an organization: a user of it, a group, an account of a program. */
export const principals = sqliteTable(
  'principals',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    uuid: text().notNull().unique(),
    organizationId: integer('organization_id').notNull(),
    kind: text({ enum: PRINCIPAL_KINDS }).notNull(),
    /** Of a user: an e-mail address. */
    name: text().notNull(),
    nameFolded: text('name_folded').notNull(),
    displayName: text('display_name').notNull().default(''),
    description: text().notNull().default(''),
    userId: integer('user_id'),
    accessRestrictionId: integer('access_restriction_id'),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by', { mode: 'json' }).$type<ActorRef>().notNull(),
    updatedAt: integer('updated_at').notNull(),
    updatedBy: text('updated_by', { mode: 'json' }).$type<ActorRef>().notNull(),
  },
  (t) => [
    uniqueIndex('principals_by_name').on(t.organizationId, t.kind, t.nameFolded),
    index('principals_of_organization').on(t.organizationId, t.id),
    index('principals_of_user').on(t.userId),
    index('principals_restricted').on(t.accessRestrictionId).where(sql`access_restriction_id IS NOT NULL`),
  ],
)

/** The roles of a principal, each in its dialect's words (`illumio:owner`), and within which labels it holds. */
export const grants = sqliteTable(
  'grants',
  {
    id: text().primaryKey(),
    organizationId: integer('organization_id').notNull(),
    principalId: integer('principal_id').notNull(),
    role: text().notNull(),
    /** Label ids, ascending; empty: everywhere. */
    scope: text({ mode: 'json' }).$type<readonly string[]>().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('grants_of_principal').on(t.principalId, t.role, t.scope),
    index('grants_of_organization').on(t.organizationId, t.createdAt, t.id),
  ],
)

/** From where the credentials of a principal may be used. */
export const accessRestrictions = sqliteTable(
  'access_restrictions',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    organizationId: integer('organization_id').notNull(),
    name: text().notNull(),
    description: text().notNull(),
    /** Addresses and CIDR ranges. */
    ranges: text({ mode: 'json' }).$type<readonly string[]>().notNull(),
    /** The kinds of credential that it does not hold for. */
    exclusions: text({ mode: 'json' }).$type<readonly CredentialKind[]>().notNull(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by', { mode: 'json' }).$type<ActorRef>().notNull(),
    updatedAt: integer('updated_at').notNull(),
    updatedBy: text('updated_by', { mode: 'json' }).$type<ActorRef>().notNull(),
  },
  (t) => [
    uniqueIndex('access_restrictions_by_name').on(t.organizationId, t.name),
    index('access_restrictions_of_organization').on(t.organizationId, t.id),
  ],
)

export const apiKeys = sqliteTable(
  'api_keys',
  {
    /** 17 lower-case hexadecimal digits. */
    id: text().primaryKey(),
    principalId: integer('principal_id').notNull(),
    organizationId: integer('organization_id').notNull(),
    name: text().notNull(),
    /** HMAC-SHA-256 under the ring's hash key of that version, hexadecimal. */
    secretHash: text('secret_hash').notNull(),
    ringVersion: integer('ring_version').notNull(),
    description: text().notNull().default(''),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by', { mode: 'json' }).$type<ActorRef>(),
    /** null: it never expires. */
    expiresAt: integer('expires_at'),
    /** To the minute. */
    usedAt: integer('used_at'),
    /** When its use after expiry was last told of. */
    refusedAt: integer('refused_at'),
    /** By a restore, until an operator releases it. */
    suspendedAt: integer('suspended_at'),
  },
  (t) => [
    index('api_keys_of_principal').on(t.principalId, t.createdAt, t.id),
    index('api_keys_of_organization').on(t.organizationId, t.createdAt, t.id),
    index('api_keys_expiring').on(t.expiresAt).where(sql`expires_at IS NOT NULL`),
  ],
)

/** Signed-in users. */
export const sessions = sqliteTable(
  'sessions',
  {
    /** Keyed hash of the token, hexadecimal. */
    tokenHash: text('token_hash').primaryKey(),
    /** What it is good for: `illumio:session`. */
    sort: text().notNull(),
    userId: integer('user_id').notNull(),
    /** null: whichever of the user's organizations is asked for. */
    organizationId: integer('organization_id'),
    createdAt: integer('created_at').notNull(),
    /** When it ends unless it is used again. */
    endsAt: integer('ends_at').notNull(),
    /** When it ends whatever happens. */
    expiresAt: integer('expires_at').notNull(),
    idleMilliseconds: integer('idle_milliseconds'),
  },
  (t) => [index('sessions_of_user').on(t.userId), index('sessions_by_end').on(t.endsAt)],
)

/** What an organization has set; a member that is absent is the default. */
export const settings = sqliteTable('settings', {
  organizationId: integer('organization_id').primaryKey(),
  record: text({ mode: 'json' }).$type<Partial<Settings>>().notNull(),
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
    index('profiles_of_organization').on(t.organizationId, t.dialect, t.ledger, t.n),
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
  (t) => [
    primaryKey({ columns: [t.ledger, t.n] }),
    index('agents_of_organization').on(t.organizationId, t.ledger, t.n),
  ],
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
