/** A principal with its grants and its restriction, in one read. */
import { eq, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import type { KnownPrincipal } from '../../../core/access/port.ts'
import { accessRestrictions, grants, principals } from '../schema/index.ts'

export const PRINCIPAL_COLUMNS = {
  principal: {
    id: principals.id,
    uuid: principals.uuid,
    kind: principals.kind,
    name: principals.name,
    organization: principals.organizationId,
    user: principals.userId,
    restrictionId: principals.accessRestrictionId,
    isEnabled: sql<boolean>`${principals.disabledAt} IS NULL`.mapWith(Boolean),
  },
  grant: { role: grants.role, scope: grants.scope },
  restriction: { ranges: accessRestrictions.ranges, exclusions: accessRestrictions.exclusions },
} as const

export const ITS_GRANTS = eq(grants.principalId, principals.id)
export const ITS_RESTRICTION = eq(accessRestrictions.id, principals.accessRestrictionId)

type Row = {
  readonly principal: Pick<
    KnownPrincipal,
    'id' | 'uuid' | 'kind' | 'name' | 'organization' | 'user' | 'isEnabled'
  > & {
    readonly restrictionId: number | null
  }
  readonly grant: KnownPrincipal['grants'][number] | null
  readonly restriction: KnownPrincipal['restriction']
}

/** One principal of the rows that the joins made of it, in their order. */
export function knownPrincipals(rows: readonly Row[]): KnownPrincipal[] {
  const byId = Map.groupBy(rows, ({ principal }) => principal.id)
  return [...byId.values()].flatMap(([first, ...more]) => {
    if (!first) return []
    const all = [first, ...more].flatMap(({ grant }) => (grant === null ? [] : [grant]))
    return [knownPrincipal(first.principal, all, first.restriction)]
  })
}

export function knownPrincipal(
  { restrictionId, ...principal }: Row['principal'],
  grants: KnownPrincipal['grants'],
  restriction: KnownPrincipal['restriction'],
): KnownPrincipal {
  // One that was deleted refuses every address: its deletion must not lift the restriction.
  return { ...principal, grants, restriction: restrictionId === null ? null : (restriction ?? NOWHERE) }
}

const NOWHERE = { ranges: [], exclusions: [] }

/** A replica may lag behind a deletion: authentication asks the primary. */
export function primaryOf(db: D1Database): DrizzleD1Database {
  return drizzle(db.withSession('first-primary') as unknown as D1Database)
}
