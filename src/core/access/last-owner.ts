/**
 * An organization keeps an owner who can sign in: a user with a password, whom their access restriction lets in from where
 * the change is asked for; if it lets in none of them from there, one whom it lets in from elsewhere. A change that would
 * leave no owner is refused in its own transaction.
 */
import type { Ports } from '../ports.ts'
import type { Operation } from './cases/operator-case.ts'
import type { OwnerGuard } from './port.ts'
import { admits } from './principal.ts'
import type { AccessRestriction } from './restrictions/port.ts'

/** Many more than an organization may have. */
const ALL = 1_000

/**
 * What must hold after a change; null: it does not hold before, so that the change takes nothing away.
 * @param changed a restriction as the change leaves it
 */
export async function ownerGuard(
  ports: Ports,
  { actor, request }: Operation,
  changed?: AccessRestriction,
): Promise<OwnerGuard | null> {
  const { organization } = actor
  const roles = ports.ownerRoles.filter((role) => ports.roles[role]?.includes('access.write'))
  const present = await ports.restrictions.list(organization, ALL)
  const after = present.map((one) => (one.id === changed?.id ? changed : one))
  const isFromHere = (one: AccessRestriction) => admits(one, 'session', request.address)
  for (const isPassable of [isFromHere, () => true]) {
    const before = { organization, roles, passable: present.filter(isPassable) }
    if (await ports.principals.hasOwner(before)) return { ...before, passable: after.filter(isPassable) }
  }
  return null
}
