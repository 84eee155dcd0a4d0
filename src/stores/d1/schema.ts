/** D1 holds what is listed, searched and paged, and what no ledger owns. Times are Unix milliseconds. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { type CredentialKind, PRINCIPAL_KINDS } from '../../core/access/actor.ts'
import type { Permission } from '../../core/access/permission.ts'
import type { ApiClientRecord } from '../../core/api-clients/port.ts'
import { ALERT_SEVERITIES } from '../../core/devices/delivery.ts'
import type { AuditEvent } from '../../core/events/event.ts'
import type { IssuerRecord } from '../../core/issuers/port.ts'
import type { JobState } from '../../core/jobs/job.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ActorRef, Agent, Dialect, EnrollmentKey, Profile } from '../../core/ledger/records.ts'
import type { Abilities } from '../../core/roles/ability.ts'
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
export const organizations = sqliteTable(
  'organizations',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    name: text().notNull(),
    customerId: text('customer_id').notNull().unique(),
    organisationKey: text('organisation_key').notNull().unique(),
    createdAt: integer('created_at').notNull(),
    /** The OEM whose child it is. */
    parentId: integer('parent_id'),
    /** In which dates without an offset are read. */
    timeZone: text('time_zone').notNull().default('UTC'),
    /** Whether an access key alone, unsigned, may read. */
    isUnsignedReadAllowed: integer('is_unsigned_read_allowed', { mode: 'boolean' }).notNull().default(false),
  },
  (t) => [
    /** A child's name is its parent's affair: who makes one neither learns nor takes another's. */
    uniqueIndex('organizations_by_name').on(t.name).where(sql`parent_id IS NULL`),
    uniqueIndex('children_by_name').on(t.parentId, t.name).where(sql`parent_id IS NOT NULL`),
    index('organizations_of_parent').on(t.parentId).where(sql`parent_id IS NOT NULL`),
  ],
)

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
    /** Which its token hangs on. */
    ringVersion: integer('ring_version').notNull().default(1),
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
  (t) => [
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
    deletedAt: integer('deleted_at'),
    version: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ledger, t.n] }),
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
    expiresAt: integer('expires_at'),
    search: text(),
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

/** How long the lists are that nobody filters: a total costs one look, however many rows it counts. */
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

export const events = sqliteTable(
  'events',
  {
    id: text().primaryKey(),
    organizationId: integer('organization_id').notNull(),
    at: integer().notNull(),
    type: text().notNull(),
    record: text({ mode: 'json' }).$type<AuditEvent>().notNull(),
    /** `principal:user/4`, `agent:123`, `system:`; what is generated nobody can forget to write. */
    actor: text().generatedAlwaysAs(
      sql`(record ->> '$.cause.actor.kind') || ':' || coalesce(
        (record ->> '$.cause.actor.as.kind') || '/' || (record ->> '$.cause.actor.as.id'),
        record ->> '$.cause.actor.id', '')`,
      { mode: 'virtual' },
    ),
    isSuccess: integer('is_success').generatedAlwaysAs(sql`record ->> '$.isSuccess'`, { mode: 'virtual' }),
  },
  (t) => [
    index('events_of_organization').on(t.organizationId, t.at),
    // Nearly all events tell of redemptions, which these leave out: they cost them nothing.
    index('events_by_type').on(t.organizationId, t.type, t.at).where(sql`type <> 'agent.enroll'`),
    index('events_by_actor').on(t.organizationId, t.actor, t.at).where(sql`type <> 'agent.enroll'`),
    index('events_failed').on(t.organizationId, t.at).where(sql`is_success = 0`),
  ],
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

/** Collections that are made in the background; their pages are in KV. */
export const jobs = sqliteTable(
  'jobs',
  {
    id: text().primaryKey(),
    organizationId: integer('organization_id').notNull(),
    requester: integer().notNull(),
    requestedBy: text('requested_by', { mode: 'json' }).$type<ActorRef>().notNull(),
    subject: text().notNull(),
    permission: text().$type<Permission>(),
    state: text().$type<JobState>().notNull(),
    requestedAt: integer('requested_at').notNull(),
    endedAt: integer('ended_at'),
    expiresAt: integer('expires_at').notNull(),
    pages: integer().notNull(),
  },
  (t) => [
    index('jobs_of_requester').on(t.organizationId, t.requester, t.requestedAt),
    index('jobs_expired').on(t.expiresAt),
  ],
)

/** Who signs the certificates of agents: certificate authorities, some still without a certificate. */
export const issuers = sqliteTable(
  'issuers',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    organizationId: integer('organization_id').notNull(),
    dialect: text().$type<Dialect>().notNull(),
    nameFolded: text('name_folded').notNull(),
    parentId: integer('parent_id'),
    search: text(),
    record: text({ mode: 'json' }).$type<IssuerRecord>().notNull(),
    /** PKCS #8, sealed by the ring for this context. */
    sealedKey: text('sealed_key'),
    sealContext: text('seal_context').notNull(),
    deletedAt: integer('deleted_at'),
  },
  (t) => [
    uniqueIndex('issuers_by_name')
      .on(t.organizationId, t.dialect, t.nameFolded)
      .where(sql`deleted_at IS NULL`),
    index('issuers_of_organization').on(t.organizationId, t.dialect, t.id),
  ],
)

/** Programs that sign in to a management API with an id and a secret, or with an assertion. */
export const apiClients = sqliteTable(
  'api_clients',
  {
    principalId: integer('principal_id').primaryKey(),
    organizationId: integer('organization_id').notNull(),
    dialect: text().$type<Dialect>().notNull(),
    clientId: text('client_id').notNull().unique(),
    /** HMAC-SHA-256 under the ring's hash key of that version, hexadecimal. */
    secretHash: text('secret_hash').notNull(),
    ringVersion: integer('ring_version').notNull(),
    search: text(),
    record: text({ mode: 'json' }).$type<ApiClientRecord>().notNull(),
    deletedAt: integer('deleted_at'),
  },
  (t) => [index('api_clients_of_organization').on(t.organizationId, t.dialect, t.principalId)],
)

/** Tokens of management APIs that were signed out before their time. */
export const revokedApiTokens = sqliteTable(
  'revoked_api_tokens',
  { id: text().primaryKey(), expiresAt: integer('expires_at').notNull() },
  (t) => [index('revoked_api_tokens_by_expiry').on(t.expiresAt)],
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
  },
  (t) => [
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
