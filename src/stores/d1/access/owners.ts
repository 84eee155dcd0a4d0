/** Changes after which an organization must still have an owner who can sign in. */
import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { OwnerGuard } from '../../../core/access/port.ts'
import type { Condition } from './condition.ts'

/** Whether an owner is left; restrictions are compared by content, so that none can change unseen. */
function isOwned({ organization, roles, passable }: OwnerGuard): SQL {
  const contents = passable.map(({ ranges, exclusions }) =>
    JSON.stringify([JSON.stringify(ranges), JSON.stringify(exclusions)]),
  )
  return sql`EXISTS (
    SELECT 1 FROM principals
    JOIN grants ON grants.principal_id = principals.id
      AND grants.role IN (SELECT value FROM json_each(${JSON.stringify(roles)}))
    JOIN users ON users.id = principals.user_id AND users.password_hash IS NOT NULL
    LEFT JOIN access_restrictions AS its ON its.id = principals.access_restriction_id
    WHERE principals.organization_id = ${organization} AND principals.kind = 'user' AND principals.disabled_at IS NULL
      AND (principals.access_restriction_id IS NULL
        OR json_array(its.ranges, its.exclusions) IN (SELECT value FROM json_each(${JSON.stringify(contents)}))))`
}

export async function hasOwner(db: D1Database, guard: OwnerGuard): Promise<boolean> {
  const found = await drizzle(db).get<{ isOwned: number }>(sql`SELECT ${isOwned(guard)} AS isOwned`)
  return found.isOwned === 1
}

/** null for any that is left. */
export function keepingOwner(guard: OwnerGuard | null): Condition | null {
  return guard && { holds: isOwned(guard), otherwise: 'last_owner' }
}
