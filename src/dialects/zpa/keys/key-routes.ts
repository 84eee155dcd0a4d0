import * as z from 'zod'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import { slicesOfPage } from '../../../core/kernel/fairness/list-slices.ts'
import { invalid, notFound, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import type { Reply } from '../../../http/route.ts'
import { type AssociationType, parseAssociation } from '../edge/association.ts'
import { type AnyCall, operationOf, zpaRoute } from '../edge/edge.ts'
import { parseKeyId } from '../edge/ids.ts'
import { arrayReply, documentedPage, find, ListQuery, pageOf, searchOf } from '../edge/list.ts'
import { is, isIn, microtenantIn, microtenantOf, OfMicrotenant, ofMicrotenant } from '../edge/microtenants.ts'
import { OfCustomer, V1 } from '../edge/paths.ts'
import { required } from '../groups/group-routes.ts'
import { groupReference, issuerReference } from './key-references.ts'
import {
  formatKey,
  groupIdOf,
  issuerIdOf,
  KeyInput,
  KeyReply,
  keyChange,
  keyFields,
  mintInput,
  missingKeyMembers,
  revealsAgain,
} from './key-wire.ts'
import { CODES, enrollmentHost } from './provisioning-key.ts'

const COLLECTION = `${V1}/associationType/:type/provisioningKey`
const OfType = OfCustomer.extend({
  type: z.string().meta({ description: 'CONNECTOR_GRP, SERVICE_EDGE_GRP or NP_ASSISTANT_GRP' }),
})
const OneKey = OfType.extend({ id: z.string() })

const list = zpaRoute({
  method: 'get',
  path: COLLECTION,
  access: 'keys.read',
  operation: { id: 'zpa_provisioning_keys_get', summary: 'List provisioning keys' },
  params: OfType,
  query: ListQuery,
  replies: { 200: documentedPage(KeyReply) },
  handle: async (call) => {
    const type = parseAssociation(call.params.type)
    if (!type.ok) return type
    const asked = searchOf(call.query, keyFields)
    if (!asked.ok) return asked
    const where = [is('associationType', type.value), ...asked.value.where]
    const found = await find({ ...asked.value, where }, (search) =>
      call.core.keys.searchKeys(operationOf(call), { dialect: 'zpa', ...search }),
    )
    return found.ok ? pageOf(call, asked.value, found.value, (keys) => format(call, keys)) : found
  },
})

const get = zpaRoute({
  method: 'get',
  path: `${COLLECTION}/:id`,
  access: 'keys.read',
  operation: { id: 'zpa_provisioning_key_get', summary: 'One provisioning key, exact to this instant' },
  params: OneKey,
  query: OfMicrotenant,
  replies: { 200: { description: 'The key', schema: KeyReply } },
  handle: async (call) => {
    const key = await keyOf(call)
    return key.ok ? single(call, key.value) : key
  },
})

const create = zpaRoute({
  method: 'post',
  path: COLLECTION,
  access: 'keys.write',
  operation: { id: 'zpa_provisioning_keys_post', summary: 'Make a provisioning key' },
  params: OfType,
  query: OfMicrotenant,
  body: { schema: KeyInput, encoding: 'json' },
  replies: { 201: { description: 'The key', schema: KeyReply } },
  handle: async (call) => {
    const type = parseAssociation(call.params.type)
    if (!type.ok) return type
    const input = await call.body()
    if (!input.ok) return input
    const missing = missingKeyMembers(input.value)
    if (missing.length > 0) return required(missing)
    const group = await groupReference(call, type.value, groupIdOf(input.value) ?? '')
    if (!group.ok) return group
    const issuer = await issuerReference(call, issuerIdOf(input.value) ?? '')
    if (!issuer.ok) return issuer
    const microtenantId = microtenantIn(call.query, input.value.microtenantId)
    const made = await call.core.keys.mintKey(
      operationOf(call),
      group.value,
      CODES,
      mintInput(type.value, { ...input.value, microtenantId }, issuer.value),
      null,
    )
    if (!made.ok) return made
    const described = { ...made.value, profileName: null, issuerName: null }
    return ok({ status: 201, json: formatKey(described, hostOf(call)) })
  },
})

const change = zpaRoute({
  method: 'put',
  path: `${COLLECTION}/:id`,
  access: 'keys.write',
  operation: {
    id: 'zpa_provisioning_key_put',
    summary: 'Change a provisioning key',
    description:
      'What is absent stays. maxUsage may go below usageCount: then the key makes no further agent.',
  },
  params: OneKey,
  query: OfMicrotenant,
  body: { schema: KeyInput, encoding: 'json' },
  replies: { 204: { description: 'Updated; off is off at once' } },
  handle: async (call) => {
    const key = await keyOf(call)
    if (!key.ok) return key
    const input = await call.body()
    if (!input.ok) return input
    if (revealsAgain(key.value, input.value)) return invalid('exportable')
    const to = await destination(call, key.value, input.value)
    if (!to.ok) return to
    const wanted = keyChange(key.value, input.value, to.value)
    const changed = await call.core.keys.changeKey(operationOf(call), key.value, wanted)
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const remove = zpaRoute({
  method: 'delete',
  path: `${COLLECTION}/:id`,
  access: 'keys.revoke',
  operation: {
    id: 'zpa_provisioning_key_delete',
    summary: 'Delete a provisioning key',
    description: 'Its agents stay.',
  },
  params: OneKey,
  query: OfMicrotenant,
  replies: { 204: { description: 'Deleted' } },
  handle: async (call) => {
    const key = await keyOf(call)
    if (!key.ok) return key
    const revoked = await call.core.keys.revokeKey(operationOf(call), key.value)
    return revoked.ok ? ok({ status: 204 }) : revoked
  },
})

const ofComponent = zpaRoute({
  method: 'get',
  path: `${V1}/associationType/:type/zcomponent/:group/provisioningKey`,
  access: 'keys.read',
  operation: { id: 'zpa_component_keys_get', summary: 'All provisioning keys of a group' },
  params: OfType.extend({ group: z.string() }),
  query: OfMicrotenant,
  replies: { 200: { description: 'A bare list', schema: z.array(KeyReply) } },
  handle: async (call) => {
    const found = await keysOfGroup(call, call.params.type, MAX_OF_GROUP)
    if (!found.ok) return found
    return arrayReply(
      call,
      MAX_OF_GROUP,
      slicesOfPage(found.value, (keys) => format(call, keys)),
    )
  },
})

/** The Python SDK forgets a slash, and reads one object (docs/dialects/zpa.md#keys-of-a-group). */
const ofGluedComponent = zpaRoute({
  method: 'get',
  path: `${V1}/associationType/:glued{[A-Z_]+zcomponent}/:group/provisioningKey`,
  access: 'keys.read',
  operation: { id: 'zpa_glued_component_key_get', summary: 'The first provisioning key of a group' },
  params: OfCustomer.extend({ glued: z.string(), group: z.string() }),
  query: OfMicrotenant,
  replies: { 200: { description: 'One key', schema: KeyReply } },
  handle: async (call) => {
    const found = await keysOfGroup(call, call.params.glued.replace(/zcomponent$/, ''), 1)
    if (!found.ok) return found
    const [first] = await found.value.read(0, found.value.bytes.length)
    return first ? single(call, first) : notFound('key')
  },
})

type CallOfMicrotenant = AnyCall & { readonly query: z.output<typeof OfMicrotenant> }

/** A key by its number, unless it is of another kind or microtenant, or was deleted. */
async function keyOf(
  call: CallOfMicrotenant & { readonly params: z.output<typeof OneKey> },
): Promise<Outcome<EnrollmentKey>> {
  const { type, id } = call.params
  const association = parseAssociation(type)
  if (!association.ok) return association
  const n = parseKeyId(id)
  if (n === null) return notFound('key')
  const operation = operationOf(call)
  const ledger = await call.core.profiles.sharedLedger(operation, 'zpa')
  const found = await call.core.keys.getKey(operation, { ledger, n })
  if (!found.ok) return found
  const { attributes, revokedAt } = found.value
  const isIt = attributes.associationType === type && isIn(call.query, microtenantOf(found.value))
  return isIt && revokedAt === null ? found : notFound('key')
}

async function keysOfGroup(
  call: CallOfMicrotenant & { readonly params: { readonly group: string } },
  type: string,
  limit: number,
) {
  const association = parseAssociation(type)
  if (!association.ok) return association
  const group = await groupReference(call, association.value, call.params.group)
  if (!group.ok) return notFound('profile')
  const ofGroup = {
    member: { name: 'profile', kind: 'number' },
    operator: 'eq',
    value: String(group.value.n),
  } as const
  const where = [is('associationType', association.value), ofGroup, ...ofMicrotenant(call.query)]
  const query = { dialect: 'zpa', where, offset: 0, limit } as const
  return call.core.keys.searchKeys(operationOf(call), query)
}

/** The one list without pages. */
const MAX_OF_GROUP = 500

async function destination(call: AnyCall, key: EnrollmentKey, input: KeyInput) {
  const type = String(key.attributes.associationType) as AssociationType
  const [groupId, issuerId] = [groupIdOf(input), issuerIdOf(input)]
  const group = groupId === undefined ? null : await groupReference(call, type, groupId)
  if (group && !group.ok) return group
  const issuer = issuerId === undefined ? null : await issuerReference(call, issuerId)
  if (issuer && !issuer.ok) return issuer
  return ok({ profile: group?.value.n, issuer: issuer?.value })
}

async function single(call: AnyCall, key: EnrollmentKey): Promise<Outcome<Reply>> {
  const formatted = await format(call, [key])
  return formatted.ok ? ok({ status: 200, json: formatted.value[0] }) : formatted
}

async function format(call: AnyCall, keys: readonly EnrollmentKey[]) {
  const described = await call.core.keys.describeKeys(operationOf(call), CODES, keys)
  return described.ok ? ok(described.value.map((key) => formatKey(key, hostOf(call)))) : described
}

function hostOf({ core }: AnyCall): string {
  return enrollmentHost(core.service.getPublicUrl())
}

export const keyRoutes = [list, get, create, change, remove, ofComponent, ofGluedComponent]
