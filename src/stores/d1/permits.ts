/** Grants, one by one. */
import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Permit, PermitQuery, PrincipalStore } from '../../core/principals/port.ts'
import { eventIfChanged, prepared, settled } from './batch.ts'
import { insertEvents } from './projections.ts'
import { grants, principals } from './schema.ts'

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
  'findPermit' | 'listPermits' | 'countPermits' | 'createPermit' | 'updatePermit' | 'removePermit'
>

export function createPermitStore(db: D1Database): PermitStore {
  const d1 = drizzle(db)
  const joined = () =>
    d1.select(COLUMNS).from(grants).innerJoin(principals, eq(principals.id, grants.principalId))

  return {
    async findPermit(organization, id) {
      const [found] = await joined().where(and(eq(grants.id, id), eq(grants.organizationId, organization)))
      return found ?? null
    },

    listPermits: (query, limit) =>
      joined()
        .where(and(...conditions(query)))
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

    async createPermit({ principal, organization, ...grant }, event) {
      const row = { ...grant, principalId: principal.id, organizationId: organization }
      const audit = insertEvents(db, [event])
      const insert = prepared(db, d1.insert(grants).values(row))
      return settled(db.batch([insert, ...(audit ? [audit] : [])]))
    },

    async updatePermit(permit, change, ownerRoles, event) {
      if (Object.keys(change).length === 0) return null
      const isStillOwner = change.role === undefined || change.role === permit.role
      const isFree = isStillOwner ? undefined : whileOthersOwn(permit, ownerRoles)
      const update = d1
        .update(grants)
        .set(change)
        .where(and(eq(grants.id, permit.id), isFree))
      let hasChanged = false
      const conflict = await settled(
        db.batch([prepared(db, update), eventIfChanged(db, event)]).then(([updated]) => {
          hasChanged = (updated?.meta.changes ?? 0) > 0
        }),
      )
      if (conflict) return conflict
      return hasChanged ? null : 'last_owner'
    },

    async removePermit(permit, ownerRoles, event) {
      const remove = d1
        .delete(grants)
        .where(and(eq(grants.id, permit.id), whileOthersOwn(permit, ownerRoles)))
      const [removed] = await db.batch([prepared(db, remove), eventIfChanged(db, event)])
      return (removed?.meta.changes ?? 0) > 0
    },
  }
}

/** Of a user's ownership: that another user has it, too. Who else has a role is free to lose it. */
function whileOthersOwn({ id, role, organization, principal }: Permit, ownerRoles: readonly string[]) {
  if (principal.user === null || !ownerRoles.includes(role)) return undefined
  return sql`EXISTS (SELECT 1 FROM grants other JOIN principals ON principals.id = other.principal_id
    WHERE other.organization_id = ${organization} AND other.role = ${role} AND other.id <> ${id}
      AND principals.user_id IS NOT NULL)`
}

function conditions({ organization, dialect, role, principal, scope }: PermitQuery): (SQL | undefined)[] {
  return [
    eq(grants.organizationId, organization),
    sql`instr(${grants.role}, ${`${dialect}:`}) = 1`,
    role === undefined ? undefined : eq(grants.role, role),
    principal === undefined ? undefined : eq(principals.uuid, principal),
    scope === undefined ? undefined : sql`${grants.scope} = ${JSON.stringify(scope)}`,
  ]
}
