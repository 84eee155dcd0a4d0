/** Tenants, and what belongs to one as a whole. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Permission } from '../../../core/access/permission.ts'
import type { Settings } from '../../../core/access/settings/port.ts'
import type { AuditEvent } from '../../../core/events/event.ts'
import type { IssuerRecord } from '../../../core/issuers/port.ts'
import type { AskedRows, JobState } from '../../../core/jobs/job.ts'
import type { ActorRef, Dialect } from '../../../core/kernel/cause.ts'
import type { Position } from '../../../core/kernel/fairness/list-slices.ts'

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

/** What an organization has set; a member that is absent is the default. */
export const settings = sqliteTable('settings', {
  organizationId: integer('organization_id').primaryKey(),
  record: text({ mode: 'json' }).$type<Partial<Settings>>().notNull(),
})

/** WITHOUT ROWID, which the migration says: an event of a redemption is one row, and no index. */
export const events = sqliteTable(
  'events',
  {
    id: text().notNull(),
    organizationId: integer('organization_id').notNull(),
    at: integer().notNull(),
    type: text().notNull(),
    record: text({ mode: 'json' }).$type<AuditEvent>().notNull(),
    /** `principal:user/4`, `agent:123`, `system:`; a generated column cannot be forgotten. */
    actor: text().generatedAlwaysAs(
      sql`(record ->> '$.cause.actor.kind') || ':' || coalesce(
        (record ->> '$.cause.actor.as.kind') || '/' || (record ->> '$.cause.actor.as.id'),
        record ->> '$.cause.actor.id', '')`,
      { mode: 'virtual' },
    ),
    isSuccess: integer('is_success').generatedAlwaysAs(sql`record ->> '$.isSuccess'`, { mode: 'virtual' }),
    /** `key:134217729` */
    subject: text().generatedAlwaysAs(
      sql`(record ->> '$.subject.kind') || ':' || (record ->> '$.subject.id')`,
      { mode: 'virtual' },
    ),
    requestId: text('request_id').generatedAlwaysAs(sql`record ->> '$.cause.request.id'`, {
      mode: 'virtual',
    }),
    /**
     * Whether a greater one (at, id) of its organization was there when it arrived, so that `late_events` lists it. A
     * statement that leaves it out leaves that to the trigger `events_late` (migration 0000).
     */
    isLate: integer('is_late', { mode: 'boolean' }),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.at, t.id] }),
    // Nearly all events record redemptions, which these indexes leave out: they cost those nothing.
    index('events_by_type').on(t.organizationId, t.type, t.at).where(sql`type <> 'agent.enroll'`),
    index('events_by_actor').on(t.organizationId, t.actor, t.at).where(sql`type <> 'agent.enroll'`),
    index('events_failed').on(t.organizationId, t.at).where(sql`is_success = 0`),
    // Refused redemptions, too: of those few are recorded.
    index('events_by_subject')
      .on(t.organizationId, t.subject, t.at)
      .where(sql`type <> 'agent.enroll' OR is_success = 0`),
    index('events_by_request')
      .on(t.organizationId, t.requestId)
      .where(sql`type <> 'agent.enroll' OR is_success = 0`),
  ],
)

/**
 * Events in the order in which they arrived are the events by (at, id), and these between them: of each delivery that
 * brought some too late for that order, one row. WITHOUT ROWID, which the migration says: it is one row, and no index.
 */
export const lateEvents = sqliteTable(
  'late_events',
  {
    organizationId: integer('organization_id').notNull(),
    /** Counts the rows of an organization; a number is never given again, since the last row stays. */
    seq: integer().notNull(),
    /** The greatest time of those that it lists. */
    at: integer().notNull(),
    /** The greatest event that was there when they arrived. */
    afterAt: integer('after_at').notNull(),
    afterId: text('after_id').notNull(),
    /** `[[at, id], …]` */
    events: text({ mode: 'json' }).$type<readonly (readonly [number, string])[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.seq] })],
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
    /** What makes its rows: null when it has ended. */
    asked: text({ mode: 'json' }).$type<AskedRows>(),
    /** Where the next page begins. */
    position: text({ mode: 'json' }).$type<Position>(),
    /** How often its next page was begun. */
    attempts: integer().notNull().default(0),
  },
  (t) => [
    index('jobs_of_requester').on(t.organizationId, t.requester, t.requestedAt),
    index('jobs_running').on(t.organizationId, t.requestedAt, t.id).where(sql`state = 'running'`),
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
