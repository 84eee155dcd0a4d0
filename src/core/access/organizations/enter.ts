import { type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { Actor } from '../actor.ts'
import { openCase } from '../cases/open-case.ts'
import type { KnownPrincipal } from '../port.ts'
import { actAs } from '../principal.ts'
import type { User } from '../users/port.ts'

/**
 * The number of an organization that a user may sign in to by its key: their own, or a child of one where they may make
 * children (docs/dialects/datonis.md#child-organisations).
 */
export const enterOrganization = openCase(
  async (
    ports,
    user: Pick<User, 'id'>,
    organisationKey: string,
    address: string | null,
  ): Promise<Outcome<number>> => {
    const [organization, principals] = await Promise.all([
      ports.organizations.findByKey(organisationKey),
      ports.users.principalsOf(user.id),
    ])
    if (!organization) return refuse({ kind: 'credential_invalid' })
    if (principals.some((one) => one.organization === organization.id)) return ok(organization.id)
    const actor = await actInChild(ports, principals, organization.id, { kind: 'session', id: '' }, address)
    return actor.ok ? ok(organization.id) : actor
  },
)

/**
 * A caller without a role in an organization acts there with the roles of its parent, if these may make children. Each
 * request checks this, so that it ends with those roles. Every failure is one fault.
 */
export async function actInChild(
  ports: Ports,
  principals: readonly KnownPrincipal[],
  child: number,
  by: Actor['by'],
  address: string | null,
): Promise<Outcome<Actor>> {
  const organization = await ports.organizations.find(child)
  const parent = principals.find((one) => one.organization === organization?.parentId)
  const actor = parent && actAs(ports.roles, parent, by, address)
  if (!actor?.ok || !actor.value.permissions.has('organizations.write')) {
    return refuse({ kind: 'credential_invalid' })
  }
  return ok({ ...actor.value, organization: child })
}
