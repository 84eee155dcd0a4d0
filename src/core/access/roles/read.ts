import type { SizedPage } from '../../kernel/list-slices.ts'
import { notFound, type Outcome, ok } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { denialOf, type Operation } from '../operator-case.ts'
import type { Role, RoleQuery } from './port.ts'

export async function getRole(ports: Ports, operation: Operation, key: string): Promise<Outcome<Role>> {
  const refusal = denialOf(operation, 'roles.read')
  if (refusal) return refusal
  const found = await ports.roleStore.find(operation.actor.organization, key)
  return found ? ok(found) : notFound('role')
}

/** A role that every organization has: whoever is in it may know which they are. */
export async function getBuiltInRole(
  ports: Ports,
  operation: Operation,
  name: string,
): Promise<Outcome<Role>> {
  const found = await ports.roleStore.findBuiltIn(operation.actor.organization, name)
  return found ? ok(found) : notFound('role')
}

export async function listRoles(
  ports: Ports,
  operation: Operation,
  query: Omit<RoleQuery, 'organization'>,
  page: { readonly offset: number; readonly limit: number },
): Promise<Outcome<SizedPage<Role>>> {
  const refusal = denialOf(operation, 'roles.read')
  if (refusal) return refusal
  return ok(await ports.roleStore.list({ ...query, organization: operation.actor.organization }, page))
}
