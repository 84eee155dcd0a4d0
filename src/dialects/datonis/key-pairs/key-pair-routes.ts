import * as z from 'zod'
import type { KeyPairOrder } from '../../../core/devices/key-pairs/port.ts'
import { map, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import {
  formatOf,
  isDescending,
  isWanted,
  Listing,
  pageOf,
  pick,
  searchOf,
  View,
} from '../edge/collection.ts'
import { type DatonisRoute, operationOf } from '../edge/edge.ts'
import { actFor, Oem } from '../edge/oem.ts'
import { listOf, recordList } from '../edge/record-list.ts'
import { listRoute, parameterRoute } from '../edge/route.ts'
import { Flag, Names } from '../edge/values.ts'
import { parseExpiry } from './expiry.ts'
import { formatKeyPair, KeyPairRecord } from './key-pair-wire.ts'

const COLLECTION = '/api/v3/key_pairs'
const OnePair = z.object({ key_pair_key: z.string() })

/** `name` is the role's (docs/dialects/datonis.md#order-by-name). A secret can't be sorted by: it is sealed. */
const ORDERS = new Map<string, KeyPairOrder>([
  ['access_key', 'accessKey'],
  ['key_pair_key', 'accessKey'],
  ['enabled', 'isEnabled'],
  ['expiry_date', 'expiresAt'],
  ['created_at', 'createdAt'],
  ['updated_at', 'updatedAt'],
  ['role_name', 'roleName'],
  ['name', 'roleName'],
  ['role_key', 'role'],
])

const RoleKey = z.string().max(255).nullish()
const Expiry = z
  .union([z.string().max(64), z.number()])
  .nullish()
  .meta({
    description: 'DD/MM/YYYY, or ISO 8601, or epoch seconds; null: never',
  })

/** Clients send back all that they read: what can't be changed is accepted and ignored. */
const Members = z.object({
  role_key: RoleKey,
  datonis_role_key: RoleKey,
  expiry_date: Expiry,
  enabled: Flag.nullish(),
})
const Sent = View.extend({
  ...Oem.shape,
  key_pair: Members,
  role_key: RoleKey,
  datonis_role_key: RoleKey,
})

const Single = z.object({ key_pair: KeyPairRecord.partial() })

const list = listRoute({
  method: 'get',
  path: COLLECTION,
  access: 'key_pairs.read',
  operation: { id: 'key_pairs_get', summary: 'List key pairs' },
  input: Listing.extend({ ...Oem.shape, key_pairs: Names.optional() }),
  reply: listOf('key_pairs', KeyPairRecord),
  handle: async (call) => {
    const { core, input } = call
    const operation = await actFor(core, operationOf(call), input)
    if (!operation.ok) return operation
    const query = {
      accessKeys: input.key_pairs,
      search: searchOf(input),
      orderBy: ORDERS.get(input.order_by ?? ''),
      isDescending: isDescending(input),
    }
    const found = await core.keyPairs.listKeyPairs(
      operation.value,
      query,
      pageOf(input),
      isSecretWanted(input),
    )
    const { organization } = operation.value.actor
    return map(found, (page) =>
      recordList(call, organization, 'key_pairs', page, (pair) => formatKeyPair(pair, formatOf(input))),
    )
  },
})

const get = parameterRoute({
  method: 'get',
  path: `${COLLECTION}/:key_pair_key`,
  access: 'key_pairs.read',
  operation: { id: 'key_pair_get', summary: 'One key pair' },
  params: OnePair,
  input: View.extend(Oem.shape),
  reply: Single,
  handle: async (call) => {
    const { core, input, params } = call
    const operation = await actFor(core, operationOf(call), input)
    if (!operation.ok) return operation
    const found = await core.keyPairs.getKeyPair(operation.value, params.key_pair_key, isSecretWanted(input))
    if (!found.ok) return found
    return ok({ key_pair: pick(formatKeyPair(found.value, formatOf(input)), input) })
  },
})

const create = parameterRoute({
  method: 'post',
  path: COLLECTION,
  access: 'key_pairs.write',
  isHeavy: true,
  operation: { id: 'key_pairs_post', summary: 'Make a key pair' },
  input: Sent,
  reply: Single,
  handle: async (call) => {
    const { core, input } = call
    const operation = await actFor(core, operationOf(call), input)
    if (!operation.ok) return operation
    const role = roleOf(input)
    if (role === undefined) return missing('role_key')
    const organization = await core.organizations.getOrganization(operation.value)
    if (!organization.ok) return organization
    // A bare date is midnight in the organization's zone; in a change, in UTC (docs/dialects/datonis.md#expiry-dates).
    const expiresAt = expiryOf(input.key_pair.expiry_date, organization.value.timeZone)
    if (!expiresAt.ok) return expiresAt
    const pair = { role, expiresAt: expiresAt.value ?? null, isEnabled: input.key_pair.enabled ?? true }
    const made = await core.keyPairs.createKeyPair(operation.value, pair)
    if (!made.ok) return made
    return ok({ key_pair: pick(formatKeyPair(made.value, formatOf(input)), input) })
  },
})

function change(method: 'put' | 'patch'): DatonisRoute {
  return parameterRoute({
    method,
    path: `${COLLECTION}/:key_pair_key`,
    access: 'key_pairs.write',
    operation: {
      id: `key_pair_${method}`,
      summary: 'Change a key pair',
      description:
        'Absent members keep their values. A disabled or expired pair is refused from this answer on.',
    },
    params: OnePair,
    input: Sent,
    reply: Single,
    handle: async (call) => {
      const { core, input, params } = call
      const operation = await actFor(core, operationOf(call), input)
      if (!operation.ok) return operation
      const expiresAt = expiryOf(input.key_pair.expiry_date, 'UTC')
      if (!expiresAt.ok) return expiresAt
      const role = roleOf(input)
      const { enabled } = input.key_pair
      const changed = await core.keyPairs.changeKeyPair(operation.value, params.key_pair_key, {
        ...(role !== undefined && { role }),
        ...(typeof enabled === 'boolean' && { isEnabled: enabled }),
        ...(expiresAt.value !== undefined && { expiresAt: expiresAt.value }),
      })
      if (!changed.ok) return changed
      return ok({ key_pair: pick(formatKeyPair(changed.value, formatOf(input)), input) })
    },
  })
}

const remove = parameterRoute({
  method: 'delete',
  path: `${COLLECTION}/:key_pair_key`,
  access: 'key_pairs.write',
  operation: { id: 'key_pair_delete', summary: 'Delete a key pair' },
  params: OnePair,
  input: Oem,
  reply: z.object({}),
  handle: async (call) => {
    const operation = await actFor(call.core, operationOf(call), call.input)
    if (!operation.ok) return operation
    const removed = await call.core.keyPairs.deleteKeyPair(operation.value, call.params.key_pair_key)
    return removed.ok ? ok({}) : removed
  },
})

function isSecretWanted(input: z.output<typeof View>): boolean {
  return isWanted('secret_key', KeyPairRecord, input)
}

/** In either place and by either name; the inner wins (docs/dialects/datonis.md#role-of-a-key-pair). */
function roleOf({ key_pair, role_key, datonis_role_key }: z.output<typeof Sent>): string | undefined {
  return key_pair.role_key ?? key_pair.datonis_role_key ?? role_key ?? datonis_role_key ?? undefined
}

/** undefined: it stays; null: never. */
function expiryOf(input: z.output<typeof Expiry>, zone: string): Outcome<number | null | undefined> {
  if (input === undefined) return ok(undefined)
  if (input === null || input === '') return ok(null)
  const at = parseExpiry(input, zone)
  if (at !== null) return ok(at)
  const message = 'Must be a date: DD/MM/YYYY, ISO 8601 or epoch seconds'
  const problem = { path: ['key_pair', 'expiry_date'], code: 'other', message } as const
  return refuse({ kind: 'input_invalid', problems: [problem] })
}

function missing(name: string) {
  const problem = { path: ['key_pair', name], code: 'missing', message: 'Required' } as const
  return refuse({ kind: 'input_invalid', problems: [problem] })
}

export const keyPairRoutes = [list, get, create, change('put'), change('patch'), remove]
