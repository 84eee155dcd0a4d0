import type { Cause } from '../../kernel/cause.ts'
import { notFound, type Outcome, ok } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { openCase } from '../cases/open-case.ts'
import type { KnownPrincipal } from '../port.ts'
import { admits } from '../principal.ts'
import type { User } from './port.ts'

/** An organization that a user is in, and as what. */
export type Membership = {
  readonly organization: number
  readonly name: string
  readonly grants: KnownPrincipal['grants']
}

export type UserProfile = { readonly user: User; readonly memberships: readonly Membership[] }

/**
 * What a user who just authenticated learns about themselves.
 * @param organization the one whose API key they showed; null: they signed in, to each that lets them in from there
 */
export const getUserProfile = openCase(
  async (
    ports,
    id: number,
    organization: number | null,
    request: Cause['request'],
  ): Promise<Outcome<UserProfile>> => {
    const user = await ports.users.find(id)
    if (!user) return notFound('user')
    const principals =
      organization === null
        ? await admittedPrincipals(ports, id, request)
        : (await ports.users.principalsOf(id)).filter((one) => one.organization === organization)
    return ok({ user, memberships: await memberships(ports, principals) })
  },
)

/** What a user is in each organization whose access restriction lets a session in from there. */
export async function admittedPrincipals(
  ports: Ports,
  id: number,
  { address }: Cause['request'],
): Promise<readonly KnownPrincipal[]> {
  const principals = await ports.users.principalsOf(id)
  return principals.filter(({ restriction }) => admits(restriction, 'session', address))
}

export async function memberships(
  ports: Ports,
  principals: readonly KnownPrincipal[],
): Promise<readonly Membership[]> {
  const names = await ports.organizations.namesOf(principals.map(({ organization }) => organization))
  return principals.map(({ organization, grants }) => ({
    organization,
    name: names.get(organization) ?? '',
    grants,
  }))
}
