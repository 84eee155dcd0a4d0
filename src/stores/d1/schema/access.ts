/** Who may do what, and what they show for it. */
import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { CredentialKind } from '../../../core/access/actor.ts'
import type { ApiClientRecord } from '../../../core/access/api-clients/port.ts'
import { type ActorRef, type Dialect, PRINCIPAL_KINDS } from '../../../core/kernel/cause.ts'

/**
 * People. E-mail addresses are not proven: a user that an organization made is in that organization
 * alone, and another may make one of the same address. One that the deployment's operator made may be in several.
 */
export const users = sqliteTable(
  'users',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    email: text().notNull(),
    emailFolded: text('email_folded').notNull(),
    /** Which made it; 0: the deployment's operator did. */
    organizationId: integer('organization_id').notNull().default(0),
    fullName: text('full_name').notNull().default(''),
    timeZone: text('time_zone').notNull().default('UTC'),
    /**
     * PBKDF2, then HMAC under the ring's hash key of that version; hexadecimal. All null: no password. Users of one address
     * share their salt, so that a sign-in derives once.
     */
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
  },
  (t) => [uniqueIndex('users_by_address').on(t.emailFolded, t.organizationId)],
)

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
    /** Since then none of its credentials is good; null: they are. */
    disabledAt: integer('disabled_at'),
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

/** The roles of a principal, each in its dialect's words (`<dialect>:<role>`), and within which labels it holds. */
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
    /** When its use after expiry was last recorded. */
    refusedAt: integer('refused_at'),
    /** By a restore, until an operator releases it. */
    suspendedAt: integer('suspended_at'),
    /** By its owner or an administrator, until one enables it. */
    disabledAt: integer('disabled_at'),
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
    /** Its purpose: `<dialect>:<sort>`. */
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
