import { actAs } from '../access/principal.ts'
import { type Outcome, ok, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { User } from '../users/port.ts'

/**
 * The number of an organization that a user may sign in to by its key: their own, or a child of one where they may make
 * children. There they become an owner (contract datonis §3.6).
 */
export async function enter(
  ports: Ports,
  user: Pick<User, 'id' | 'email'>,
  organisationKey: string,
  address: string | null,
): Promise<Outcome<number>> {
  const [organization, principals] = await Promise.all([
    ports.organizations.findByKey(organisationKey),
    ports.users.principalsOf(user.id),
  ])
  if (!organization) return refuse({ kind: 'credential_invalid' })
  if (principals.some((one) => one.organization === organization.id)) return ok(organization.id)
  const parent = principals.find((one) => one.organization === organization.parentId)
  const actor = parent && actAs(ports.roles, parent, { kind: 'session', id: '' }, address)
  if (!actor?.ok || !actor.value.permissions.has('organizations.write')) {
    return refuse({ kind: 'credential_invalid' })
  }
  const owner = { email: user.email, roles: ports.ownerRoles, password: null, isPasswordReset: false }
  await ports.organizations.ensureOwner(organization.id, owner, ports.now())
  return ok(organization.id)
}
