/** Users as an administrator of their organization sees them: as principals of it. */
import type { PageAfter } from '../../kernel/fairness/list-slices.ts'
import { notFound, type Outcome, ok } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { operatorCase } from '../cases/operator-case.ts'
import type { Principal } from '../principals/port.ts'
import type { User } from './port.ts'

/** @property user null: a name of another vendor's, by which nobody signs in */
export type OrganizationUser = { readonly principal: Principal; readonly user: User | null }

/** @property nameContains folded part of the address by which they sign in */
export type UserFilter = { readonly nameContains?: string | undefined }

/** By the number of the principal. */
export const listOrganizationUsers = operatorCase(
  'access.read',
  async (
    ports,
    operation,
    filter: UserFilter,
    page: PageAfter<number>,
  ): Promise<Outcome<readonly OrganizationUser[]>> => {
    const query = { organization: operation.actor.organization, kinds: ['user'], ...filter } as const
    return ok(await withUsers(ports, await ports.principals.list(query, page)))
  },
)

export const countOrganizationUsers = operatorCase(
  'access.read',
  async (ports, operation, filter: UserFilter): Promise<Outcome<number>> =>
    ok(
      await ports.principals.count({
        organization: operation.actor.organization,
        kinds: ['user'],
        ...filter,
      }),
    ),
)

/** @param uuid of the principal */
export const getOrganizationUser = operatorCase(
  'access.read',
  async (ports, operation, uuid: string): Promise<Outcome<OrganizationUser>> => {
    const found = await ports.principals.find(operation.actor.organization, uuid)
    const [one] = found?.kind === 'user' ? await withUsers(ports, [found]) : []
    return one ? ok(one) : notFound('user')
  },
)

/** The principal of a user of the organization. */
export const getOrganizationUserNamed = operatorCase(
  'access.read',
  async (ports, operation, nameFolded: string): Promise<Outcome<OrganizationUser>> => {
    const found = await ports.principals.findByName(operation.actor.organization, 'user', nameFolded)
    const [one] = found ? await withUsers(ports, [found]) : []
    return one ? ok(one) : notFound('user')
  },
)

async function withUsers(ports: Ports, principals: readonly Principal[]): Promise<OrganizationUser[]> {
  const ids = principals.flatMap(({ user }) => user ?? [])
  const users = new Map((await ports.users.findMany(ids)).map((user) => [user.id, user]))
  return principals.map((principal) => ({ principal, user: users.get(principal.user ?? 0) ?? null }))
}
