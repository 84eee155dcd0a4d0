import { notFound, type Outcome, ok } from '../../kernel/outcome.ts'
import { operatorCase } from '../operator-case.ts'
import type { Role, RoleQuery } from './port.ts'

export const getRole = operatorCase(
  'roles.read',
  async (ports, operation, key: string): Promise<Outcome<Role>> => {
    const found = await ports.roleStore.find(operation.actor.organization, key)
    return found ? ok(found) : notFound('role')
  },
)

export const listRoles = operatorCase(
  'roles.read',
  async (
    ports,
    operation,
    query: Omit<RoleQuery, 'organization'>,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<Outcome<{ readonly roles: readonly Role[]; readonly count: number }>> =>
    ok(await ports.roleStore.list({ ...query, organization: operation.actor.organization }, page)),
)
