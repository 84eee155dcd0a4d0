import * as z from 'zod'
import type { Abilities } from '../../../core/access/roles/ability.ts'
import type { Role, RoleOrder } from '../../../core/access/roles/port.ts'
import { map, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { text } from '../../../http/text.ts'
import { isDescending, Listing, pageOf, pick, searchOf, View } from '../edge/collection.ts'
import { type DatonisRoute, operationOf } from '../edge/edge.ts'
import { actFor, Oem } from '../edge/oem.ts'
import { listOf, recordList } from '../edge/record-list.ts'
import { listRoute, parameterRoute } from '../edge/route.ts'
import { Integer } from '../edge/values.ts'
import { formatRole, PermissionRecord, parseAbilities } from './abilities.ts'

const ORDERS = new Map<string, RoleOrder>([
  ['role_key', 'key'],
  ['datonis_role_key', 'key'],
  ['name', 'name'],
  ['created_at', 'createdAt'],
  ['updated_at', 'updatedAt'],
])

const Members = z.object({
  name: text(255).trim().min(1).optional(),
  abilities: z.array(Integer.transform(Number)).max(100).optional(),
})

/** Roles have an older name, too: path, envelope and key (docs/dialects/datonis.md#roles). */
function routesOf(noun: 'role' | 'datonis_role'): DatonisRoute[] {
  const collection = `/api/v3/${noun}s`
  const keyName = `${noun}_key` as const
  // Another dialect has a `roles_get`, too.
  const id = noun === 'role' ? 'organisation_role' : noun
  const OneRole = z.object({ [keyName]: z.string() })
  const Record = z.object({
    abilities: z.array(z.int()),
    account_admin: z.boolean(),
    [keyName]: z.string(),
    name: z.string(),
    permissions: z.array(PermissionRecord),
  })
  const Sent = View.extend({ ...Oem.shape, [noun]: Members })
  const Single = z.object({ [noun]: Record.partial() })
  const format = (role: Role) => formatRole(role, keyName)
  const membersIn = (input: Readonly<Record<string, unknown>>) => Members.parse(input[noun])
  const oemIn = (input: Readonly<Record<string, unknown>>) => Oem.parse(given(input))
  const keyIn = (params: Readonly<Record<string, unknown>>) => String(params[keyName])

  const list = listRoute({
    method: 'get',
    path: collection,
    access: 'roles.read',
    operation: { id: `${id}s_get`, summary: 'List roles' },
    input: Listing.extend(Oem.shape),
    reply: listOf(`${noun}s`, Record),
    handle: async (call) => {
      const { core, input } = call
      const operation = await actFor(core, operationOf(call), input)
      if (!operation.ok) return operation
      const query = {
        search: searchOf(input),
        orderBy: ORDERS.get(input.order_by ?? ''),
        isDescending: isDescending(input),
      }
      const found = await core.roles.listRoles(operation.value, query, pageOf(input))
      const { organization } = operation.value.actor
      return map(found, (page) => recordList(call, organization, `${noun}s`, page, format))
    },
  })

  const get = parameterRoute({
    method: 'get',
    path: `${collection}/:${keyName}`,
    access: 'roles.read',
    operation: { id: `${id}_get`, summary: 'One role' },
    params: OneRole,
    input: View.extend(Oem.shape),
    reply: Single,
    handle: async (call) => {
      const operation = await actFor(call.core, operationOf(call), call.input)
      if (!operation.ok) return operation
      const found = await call.core.roles.getRole(operation.value, keyIn(call.params))
      return found.ok ? ok({ [noun]: pick(format(found.value), call.input) }) : found
    },
  })

  const create = parameterRoute({
    method: 'post',
    path: collection,
    access: 'roles.write',
    operation: { id: `${id}s_post`, summary: 'Make a role' },
    input: Sent,
    reply: Single,
    handle: async (call) => {
      const operation = await actFor(call.core, operationOf(call), oemIn(call.input))
      if (!operation.ok) return operation
      const { name, abilities: numbers = [] } = membersIn(call.input)
      if (name === undefined) return missing([noun, 'name'])
      const abilities = abilitiesOf(numbers, noun)
      if (!abilities.ok) return abilities
      const made = await call.core.roles.createRole(operation.value, { name, abilities: abilities.value })
      return made.ok ? ok({ [noun]: format(made.value) }) : made
    },
  })

  const change = (method: 'put' | 'patch') =>
    parameterRoute({
      method,
      path: `${collection}/:${keyName}`,
      access: 'roles.write',
      operation: {
        id: `${id}_${method}`,
        summary: 'Change a role',
        description: 'When this answers, every key pair of the role obeys the change.',
      },
      params: OneRole,
      input: Sent,
      reply: Single,
      handle: async (call) => {
        const operation = await actFor(call.core, operationOf(call), oemIn(call.input))
        if (!operation.ok) return operation
        const { name, abilities: numbers } = membersIn(call.input)
        const abilities = numbers === undefined ? ok(undefined) : abilitiesOf(numbers, noun)
        if (!abilities.ok) return abilities
        const changed = await call.core.roles.changeRole(operation.value, keyIn(call.params), {
          ...(name !== undefined && { name }),
          ...(abilities.value !== undefined && { abilities: abilities.value }),
        })
        return changed.ok ? ok({ [noun]: format(changed.value) }) : changed
      },
    })

  const remove = parameterRoute({
    method: 'delete',
    path: `${collection}/:${keyName}`,
    access: 'roles.write',
    operation: { id: `${id}_delete`, summary: 'Delete a role that no key pair has' },
    params: OneRole,
    input: Oem,
    reply: z.object({}),
    handle: async (call) => {
      const operation = await actFor(call.core, operationOf(call), call.input)
      if (!operation.ok) return operation
      const removed = await call.core.roles.deleteRole(operation.value, keyIn(call.params))
      return removed.ok ? ok({}) : removed
    },
  })

  return [list, get, create, change('put'), change('patch'), remove]
}

function abilitiesOf(numbers: readonly number[], noun: string): Outcome<Abilities> {
  const abilities = parseAbilities(numbers)
  if (abilities !== null) return ok(abilities)
  const problem = { path: [noun, 'abilities'], code: 'other', message: 'No such ability' } as const
  return refuse({ kind: 'input_invalid', problems: [problem] })
}

function missing(path: readonly string[]) {
  return refuse({ kind: 'input_invalid', problems: [{ path, code: 'missing', message: 'Required' }] })
}

export const roleRoutes = [...routesOf('role'), ...routesOf('datonis_role')]
