import type { SizedPage } from '../../kernel/fairness/list-slices.ts'
import { notFound, type Outcome, ok } from '../../kernel/outcome.ts'
import { memberCase, operatorCase } from '../cases/operator-case.ts'
import type { Role, RoleQuery } from './port.ts'

export const getRole = operatorCase(
  'roles.read',
  async (ports, operation, key: string): Promise<Outcome<Role>> => {
    const found = await ports.roleStore.find(operation.actor.organization, key)
    return found ? ok(found) : notFound('role')
  },
)

/** A role that every organization has: every principal in it may know which they are. */
export const getBuiltInRole = memberCase(async (ports, operation, name: string): Promise<Outcome<Role>> => {
  const found = await ports.roleStore.findBuiltIn(operation.actor.organization, name)
  return found ? ok(found) : notFound('role')
})

export const listRoles = operatorCase(
  'roles.read',
  async (
    ports,
    operation,
    query: Omit<RoleQuery, 'organization'>,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<Outcome<SizedPage<Role>>> =>
    ok(await ports.roleStore.list({ ...query, organization: operation.actor.organization }, page)),
)
