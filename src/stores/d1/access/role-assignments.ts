/** Grants, one by one. */
import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { PrincipalStore, RoleAssignmentQuery } from '../../../core/access/principals/port.ts'
import { eventIfChanged, prepared } from '../batch.ts'
import { isAfter } from '../deployment/by-age.ts'
import { grants, principals } from '../schema/index.ts'
import { atMost, write } from './condition.ts'
import { keepingOwner } from './owners.ts'

const COLUMNS = {
  id: grants.id,
  role: grants.role,
  scope: grants.scope,
  createdAt: grants.createdAt,
  organization: grants.organizationId,
  principal: {
    id: principals.id,
    uuid: principals.uuid,
    kind: principals.kind,
    name: principals.name,
    user: principals.userId,
  },
}

type PermitStore = Pick<
  PrincipalStore,
  | 'findPermit'
  | 'listPermits'
  | 'countPermits'
  | 'labelsOfScopes'
  | 'createPermit'
  | 'updatePermit'
  | 'removePermit'
>

export function createRoleAssignmentStore(db: D1Database): PermitStore {
  const d1 = drizzle(db)
  const joined = () =>
    d1.select(COLUMNS).from(grants).innerJoin(principals, eq(principals.id, grants.principalId))

  return {
    async findPermit(organization, id) {
      const [found] = await joined().where(and(eq(grants.id, id), eq(grants.organizationId, organization)))
      return found ?? null
    },

    listPermits: (query, { after, limit }) =>
      joined()
        .where(and(...conditions(query), isAfter(grants, after)))
        .orderBy(asc(grants.createdAt), asc(grants.id))
        .limit(limit),

    async countPermits(query) {
      const [counted] = await d1
        .select({ permits: sql<number>`count(*)` })
        .from(grants)
        .innerJoin(principals, eq(principals.id, grants.principalId))
        .where(and(...conditions(query)))
      return counted?.permits ?? 0
    },

    async labelsOfScopes(organization) {
      const { results } = await db
        .prepare(
          `SELECT DISTINCT CAST(label.value AS TEXT) AS id FROM grants, json_each(grants.scope) AS label
           WHERE grants.organization_id = ?`,
        )
        .bind(organization)
        .all<{ id: string }>()
      return results.map(({ id }) => id)
    },

    createPermit({ principal, organization, ...grant }, dialect, limit, event) {
      const row = { ...grant, principalId: principal.id, organizationId: organization }
      const insert = prepared(db, d1.insert(grants).values(row))
      const count = d1.$count(grants, and(...conditions({ organization, dialect })))
      return write(db, [insert, eventIfChanged(db, event)], atMost(limit, count))
    },

    async updatePermit({ id }, { principal, ...change }, guard, event) {
      const set = { ...change, ...(principal && { principalId: principal.id }) }
      if (Object.keys(set).length === 0) return null
      const update = d1.update(grants).set(set).where(eq(grants.id, id))
      return write(db, [prepared(db, update), eventIfChanged(db, event)], keepingOwner(guard))
    },

    removePermit({ id }, guard, event) {
      const remove = d1.delete(grants).where(eq(grants.id, id))
      return write(db, [prepared(db, remove), eventIfChanged(db, event)], keepingOwner(guard))
    },
  }
}

function conditions({
  organization,
  dialect,
  role,
  principal,
  scope,
}: RoleAssignmentQuery): (SQL | undefined)[] {
  return [
    eq(grants.organizationId, organization),
    sql`instr(${grants.role}, ${`${dialect}:`}) = 1`,
    role === undefined ? undefined : eq(grants.role, role),
    principal === undefined ? undefined : eq(principals.uuid, principal),
    scope === undefined ? undefined : sql`${grants.scope} = ${JSON.stringify(scope)}`,
  ]
}
