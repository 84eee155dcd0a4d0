import type { KnownPrincipal } from '../access/port.ts'
import { notFound, type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { User } from './port.ts'

/** An organization that a user is in, and as what. */
export type Membership = {
  readonly organization: number
  readonly name: string
  readonly grants: KnownPrincipal['grants']
}

export type UserProfile = { readonly user: User; readonly memberships: readonly Membership[] }

/** What somebody who just said who they are is told of themselves. */
export async function profile(ports: Ports, id: number): Promise<Outcome<UserProfile>> {
  const user = await ports.users.find(id)
  return user ? ok({ user, memberships: await memberships(ports, id) }) : notFound('user')
}

export async function memberships(ports: Ports, id: number): Promise<readonly Membership[]> {
  const principals = await ports.users.principalsOf(id)
  const names = await ports.organizations.namesOf(principals.map(({ organization }) => organization))
  return principals.map(({ organization, grants }) => ({
    organization,
    name: names.get(organization) ?? '',
    grants,
  }))
}
