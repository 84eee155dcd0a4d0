import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import type {
  Principal,
  PrincipalQuery,
  PrincipalStore,
  RoleGrant,
} from '../../../core/access/principals/port.ts'
import type { ActorRef } from '../../../core/kernel/cause.ts'
import { fold } from '../../../core/kernel/text.ts'
import { eventIfChanged, prepared } from '../batch.ts'
import { insertEvents } from '../outbox/projections.ts'
import { apiKeys, grants, principals, sessions, users } from '../schema/index.ts'
import { atMost, write } from './condition.ts'
import { hasOwner, keepingOwner } from './owners.ts'
import { createRoleAssignmentStore } from './role-assignments.ts'

export function createPrincipalStore(db: D1Database): PrincipalStore {
  const d1 = drizzle(db)

  return {
    ...createRoleAssignmentStore(db),

    async find(organization, uuid) {
      const rows = await d1
        .select({ id: principals.id })
        .from(principals)
        .where(and(eq(principals.uuid, uuid), eq(principals.organizationId, organization)))
      const [found] = await principalsOf(
        d1,
        rows.map(({ id }) => id),
      )
      return found ?? null
    },

    async findByNumber(organization, id) {
      const [found] = await principalsOf(d1, [id])
      return found?.organization === organization ? found : null
    },

    async findByName(organization, kind, nameFolded) {
      const rows = await d1
        .select({ id: principals.id })
        .from(principals)
        .where(
          and(
            eq(principals.organizationId, organization),
            eq(principals.kind, kind),
            eq(principals.nameFolded, nameFolded),
          ),
        )
      const [found] = await principalsOf(
        d1,
        rows.map(({ id }) => id),
      )
      return found ?? null
    },

    async list(query, { after, limit }) {
      const rows = await d1
        .select({ id: principals.id })
        .from(principals)
        .where(and(...conditions(query), after === null ? undefined : gt(principals.id, after)))
        .orderBy(asc(principals.id))
        .limit(limit)
      return principalsOf(
        d1,
        rows.map(({ id }) => id),
      )
    },

    count: (query) => d1.$count(principals, and(...conditions(query))),

    create({ grants: its, restriction, organization, ...rest }, key, limit, events) {
      const insert = d1.insert(principals).values({
        ...rest,
        organizationId: organization,
        nameFolded: fold(rest.name),
        accessRestrictionId: restriction,
      })
      const audit = insertEvents(db, events)
      const statements = [
        prepared(db, insert),
        insertGrants(db, rest.uuid, its),
        ...(key ? [insertKey(db, rest.uuid, key)] : []),
        ...(audit ? [audit] : []),
      ]
      const count = d1.$count(principals, and(...conditions({ organization, kinds: [rest.kind] })))
      return write(db, statements, atMost(limit, count))
    },

    update({ id, uuid }, { restriction, ...change }, all, guard, event) {
      const set = {
        ...change,
        ...(change.name !== undefined && { nameFolded: fold(change.name) }),
        ...(restriction !== undefined && { accessRestrictionId: restriction }),
      }
      const update = d1.update(principals).set(set).where(eq(principals.id, id))
      const forget = d1.delete(grants).where(eq(grants.principalId, id))
      const replace = all ? [prepared(db, forget), insertGrants(db, uuid, all)] : []
      return write(db, [prepared(db, update), eventIfChanged(db, event), ...replace], keepingOwner(guard))
    },

    remove({ id, user }, guard, event) {
      const statements = [
        prepared(db, d1.delete(principals).where(eq(principals.id, id))),
        eventIfChanged(db, event),
        prepared(db, d1.delete(grants).where(eq(grants.principalId, id))),
        prepared(db, d1.delete(apiKeys).where(eq(apiKeys.principalId, id))),
        ...(user === null ? [] : forgetUser(db, user)),
      ]
      return write(db, statements, keepingOwner(guard))
    },

    hasOwner: (guard) => hasOwner(db, guard),
  }
}

/** These principals, by number, with their grants. */
export async function principalsOf(d1: DrizzleD1Database, ids: readonly number[]): Promise<Principal[]> {
  if (ids.length === 0) return []
  const wanted = JSON.stringify([...new Set(ids)])
  const [rows, all] = await Promise.all([
    d1
      .select()
      .from(principals)
      .where(sql`${principals.id} IN (SELECT value FROM json_each(${wanted}))`)
      .orderBy(asc(principals.id)),
    d1
      .select()
      .from(grants)
      .where(sql`${grants.principalId} IN (SELECT value FROM json_each(${wanted}))`)
      .orderBy(asc(grants.createdAt), asc(sql`${grants}.rowid`)),
  ])
  const byPrincipal = Map.groupBy(all, ({ principalId }) => principalId)
  return rows.map(({ organizationId, nameFolded: _, userId, accessRestrictionId, ...rest }) => ({
    ...rest,
    organization: organizationId,
    user: userId,
    restriction: accessRestrictionId,
    grants: (byPrincipal.get(rest.id) ?? []).map(({ id, role, scope, createdAt }) => ({
      id,
      role,
      scope,
      createdAt,
    })),
  }))
}

/** Makes the principal of a user in an organization, or gives the one of that name its user, if it has none. */
export function principalOfUser(
  db: D1Database,
  of: {
    readonly email: string
    /** The organization that made the user; 0: the deployment's operator did. */
    readonly of: number
    readonly organization: number
    readonly by: ActorRef
    readonly now: number
  },
): D1PreparedStatement {
  const { email, of: madeBy, organization, by, now } = of
  return db
    .prepare(
      `INSERT INTO principals (uuid, organization_id, kind, name, name_folded, display_name, user_id,
         created_at, created_by, updated_at, updated_by)
       SELECT ?1, ?2, 'user', email, email_folded, full_name, id, ?3, ?4, ?3, ?4 FROM users WHERE email_folded = ?5 AND organization_id = ?6
       ON CONFLICT (organization_id, kind, name_folded) DO UPDATE SET user_id = coalesce(principals.user_id, excluded.user_id)`,
    )
    .bind(crypto.randomUUID(), organization, now, JSON.stringify(by), fold(email), madeBy)
}

/** Gives the user of that name in an organization roles; those that the principal has already stay as they are. */
export function grantsOfUser(
  db: D1Database,
  organization: number,
  nameFolded: string,
  all: readonly RoleGrant[],
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO grants (id, organization_id, principal_id, role, scope, created_at)
       SELECT value ->> '$.id', principals.organization_id, principals.id, value ->> '$.role', value ->> '$.scope',
         value ->> '$.createdAt'
       FROM json_each(?) CROSS JOIN principals
       WHERE principals.organization_id = ? AND principals.kind = 'user' AND principals.name_folded = ?
       ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(all), organization, nameFolded)
}

/** A user of no organization: invisible to all, and that address could never be invited again. */
function forgetUser(db: D1Database, user: number): D1PreparedStatement[] {
  const d1 = drizzle(db)
  const isNobody = sql`NOT EXISTS (SELECT 1 FROM principals WHERE user_id = ${user})`
  return [
    prepared(db, d1.delete(sessions).where(and(eq(sessions.userId, user), isNobody))),
    prepared(db, d1.delete(users).where(and(eq(users.id, user), isNobody))),
  ]
}

function insertGrants(db: D1Database, uuid: string, all: readonly RoleGrant[]): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO grants (id, organization_id, principal_id, role, scope, created_at)
       SELECT value ->> '$.id', principals.organization_id, principals.id, value ->> '$.role', value ->> '$.scope',
         value ->> '$.createdAt'
       FROM json_each(?) CROSS JOIN principals WHERE principals.uuid = ?`,
    )
    .bind(JSON.stringify(all), uuid)
}

function insertKey(
  db: D1Database,
  uuid: string,
  key: NonNullable<Parameters<PrincipalStore['create']>[1]>,
): D1PreparedStatement {
  const { id, name, description, secretHash, ringVersion, expiresAt, createdAt, createdBy } = key
  return db
    .prepare(
      `INSERT INTO api_keys (principal_id, organization_id, id, name, description, secret_hash, ring_version,
         expires_at, created_at, created_by)
       SELECT principals.id, organization_id, ?, ?, ?, ?, ?, ?, ?, ? FROM principals WHERE uuid = ?`,
    )
    .bind(
      id,
      name,
      description,
      secretHash,
      ringVersion,
      expiresAt,
      createdAt,
      JSON.stringify(createdBy),
      uuid,
    )
}

function conditions({ organization, kinds, nameContains, role }: PrincipalQuery): (SQL | undefined)[] {
  return [
    eq(principals.organizationId, organization),
    kinds && sql`${principals.kind} IN (SELECT value FROM json_each(${JSON.stringify(kinds)}))`,
    nameContains === undefined ? undefined : sql`instr(${principals.nameFolded}, ${nameContains}) > 0`,
    role === undefined
      ? undefined
      : sql`EXISTS (SELECT 1 FROM grants WHERE principal_id = ${principals.id} AND role = ${role})`,
  ]
}
