import type { Dialect } from '../../kernel/cause.ts'
import type { AgePlace, PageAfter } from '../../kernel/fairness/list-slices.ts'
import { map, notFound, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { type Operation, operatorCase } from '../cases/operator-case.ts'
import { operatorEvent } from '../cases/operator-event.ts'
import { ownerGuard } from '../last-owner.ts'
import type { RoleAssignment, RoleAssignmentQuery } from '../principals/port.ts'
import { type GrantFault, type WriteFault, written } from '../principals/written.ts'
import { type Reference, resolveScope } from '../reach/reference.ts'

type Query = Omit<RoleAssignmentQuery, 'organization'>

export type NewRoleAssignment = {
  readonly role: string
  readonly scope: readonly Reference[]
  readonly principal: Reference
}
export type RoleAssignmentChange = {
  readonly role?: string
  readonly scope?: readonly Reference[]
  /** Who has it from then on. */
  readonly principal?: Reference
}

export const getRoleAssignment = operatorCase(
  'access.read',
  async (ports, operation, dialect: Dialect, id: string): Promise<Outcome<RoleAssignment>> =>
    find(ports, operation, dialect, id),
)

export const listRoleAssignments = operatorCase(
  'access.read',
  async (
    ports,
    operation,
    query: Query,
    page: PageAfter<AgePlace>,
  ): Promise<Outcome<readonly RoleAssignment[]>> =>
    ok(await ports.principals.listPermits({ ...query, organization: operation.actor.organization }, page)),
)

export const countRoleAssignments = operatorCase(
  'access.read',
  async (ports, operation, query: Query): Promise<Outcome<number>> =>
    ok(await ports.principals.countPermits({ ...query, organization: operation.actor.organization })),
)

/** @param limit the most that the organization may have of the dialect's */
export const createRoleAssignment = operatorCase(
  'access.write',
  async (
    ports,
    operation,
    dialect: Dialect,
    { role, scope, principal: wanted }: NewRoleAssignment,
    limit: number,
  ): Promise<Outcome<RoleAssignment, GrantFault>> => {
    const { organization } = operation.actor
    const principal = await ports.principals.find(organization, wanted.id)
    if (!principal) return refuse({ kind: 'reference_unknown', reference: wanted.text })
    const resolved = await resolveScope(ports, organization, scope)
    if (!resolved.ok) return resolved
    const now = ports.now()
    const id = ports.uuid()
    const permit = { id, role, scope: resolved.value, createdAt: now, organization, principal }
    const event = eventOf('permission.create', operation, permit, now)
    const failure = await ports.principals.createPermit(permit, dialect, limit, event)
    return map(written(failure, 'permission'), () => permit)
  },
)

export const changeRoleAssignment = operatorCase(
  'access.write',
  async (
    ports,
    operation,
    dialect: Dialect,
    id: string,
    { role, scope, principal: wanted }: RoleAssignmentChange,
  ): Promise<Outcome<null, GrantFault>> => {
    const found = await find(ports, operation, dialect, id)
    if (!found.ok) return found
    const resolved = scope && (await resolveScope(ports, operation.actor.organization, scope))
    if (resolved && !resolved.ok) return resolved
    const principal = wanted && (await ports.principals.find(operation.actor.organization, wanted.id))
    if (wanted && !principal) return refuse({ kind: 'reference_unknown', reference: wanted.text })
    const change = {
      ...(role !== undefined && { role }),
      ...(resolved && { scope: resolved.value }),
      ...(principal && { principal }),
    }
    const event = eventOf('permission.update', operation, { ...found.value, ...change }, ports.now())
    const guard = await ownerGuard(ports, operation)
    return written(await ports.principals.updatePermit(found.value, change, guard, event), 'permission')
  },
)

export const deleteRoleAssignment = operatorCase(
  'access.write',
  async (ports, operation, dialect: Dialect, id: string): Promise<Outcome<null, WriteFault>> => {
    const found = await find(ports, operation, dialect, id)
    if (!found.ok) return found
    const event = eventOf('permission.delete', operation, found.value, ports.now())
    const guard = await ownerGuard(ports, operation)
    return written(await ports.principals.removePermit(found.value, guard, event), 'permission')
  },
)

/** One of another dialect's roles is none. */
async function find(
  ports: Ports,
  operation: Operation,
  dialect: Dialect,
  id: string,
): Promise<Outcome<RoleAssignment>> {
  const found = await ports.principals.findPermit(operation.actor.organization, id)
  return found?.role.startsWith(`${dialect}:`) ? ok(found) : notFound('permission')
}

function eventOf(
  type: 'permission.create' | 'permission.update' | 'permission.delete',
  operation: Operation,
  { id, role, scope, principal }: RoleAssignment,
  at: number,
) {
  const detail = { role, scope, principal: principal.uuid }
  return operatorEvent(type, operation, { kind: 'permission', id, name: principal.name }, at, detail)
}
