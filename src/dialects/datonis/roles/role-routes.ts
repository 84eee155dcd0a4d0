import * as z from 'zod'
import type { Abilities } from '../../../core/access/roles/ability.ts'
import type { Role, RoleOrder } from '../../../core/access/roles/port.ts'
import { type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { text } from '../../../http/text.ts'
import { isDescending, Listing, listReply, pageOf, pick, searchOf, View } from '../edge/collection.ts'
import { type DatonisRoute, operationOf } from '../edge/edge.ts'
import { parameterRoute } from '../edge/route.ts'
import { Integer } from '../edge/values.ts'
import { formatAbilities, formatPermissions, PermissionRecord, parseAbilities } from './abilities.ts'

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
  const Sent = View.extend({ [noun]: Members })
  const Single = z.object({ [noun]: Record.partial() })
  const format = ({ abilities, key, name }: Role) => ({
    abilities: formatAbilities(abilities),
    account_admin: abilities === 'all',
    [keyName]: key,
    name,
    permissions: formatPermissions(abilities),
  })
  const membersIn = (input: Readonly<Record<string, unknown>>) => Members.parse(input[noun])
  const keyIn = (params: Readonly<Record<string, unknown>>) => String(params[keyName])

  const list = parameterRoute({
    method: 'get',
    path: collection,
    access: 'roles.read',
    operation: { id: `${id}s_get`, summary: 'List roles' },
    input: Listing,
    reply: z.object({
      total_count: z.int(),
      page: z.union([z.int(), z.string()]),
      [`${noun}s`]: z.array(Record.partial()),
    }),
    handle: async (call) => {
      const { core, input, bag } = call
      const query = {
        search: searchOf(input),
        orderBy: ORDERS.get(input.order_by ?? ''),
        isDescending: isDescending(input),
      }
      const found = await core.roles.listRoles(operationOf(call), query, pageOf(input))
      if (!found.ok) return found
      const records = found.value.roles.map((role) => pick(format(role), input))
      return ok(listReply(found.value.count, bag, `${noun}s`, records))
    },
  })

  const get = parameterRoute({
    method: 'get',
    path: `${collection}/:${keyName}`,
    access: 'roles.read',
    operation: { id: `${id}_get`, summary: 'One role' },
    params: OneRole,
    input: View,
    reply: Single,
    handle: async (call) => {
      const found = await call.core.roles.getRole(operationOf(call), keyIn(call.params))
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
      const { name, abilities: numbers = [] } = membersIn(call.input)
      if (name === undefined) return missing([noun, 'name'])
      const abilities = abilitiesOf(numbers, noun)
      if (!abilities.ok) return abilities
      const made = await call.core.roles.createRole(operationOf(call), { name, abilities: abilities.value })
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
        const { name, abilities: numbers } = membersIn(call.input)
        const abilities = numbers === undefined ? ok(undefined) : abilitiesOf(numbers, noun)
        if (!abilities.ok) return abilities
        const changed = await call.core.roles.changeRole(operationOf(call), keyIn(call.params), {
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
    input: z.object({}),
    reply: z.object({}),
    handle: async (call) => {
      const removed = await call.core.roles.deleteRole(operationOf(call), keyIn(call.params))
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
