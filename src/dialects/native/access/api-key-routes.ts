/** API keys: one's own, and with a permission those of all (docs/dialects/native.md#api-keys). */
import * as z from 'zod'
import type { ApiKey } from '../../../core/access/api-keys/port.ts'
import { invalid, map, notFound, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import type { Call, Reply } from '../../../http/route.ts'
import { type Identity, nativeRoute, operationOf } from '../edge/edge.ts'
import { PlacePaging, pageOf, placedPage } from '../edge/paging.ts'
import {
  ApiKeyReply,
  CreatedApiKeyReply,
  formatApiKey,
  KeyInput,
  type KeyOwner,
  KeyPatch,
  toExpiry,
  toKeyChange,
} from './api-key-wire.ts'

const COLLECTION = '/v1/api-keys'
const ONE = `${COLLECTION}/:credential`
const OneKey = z.object({ credential: z.string().regex(/^api_1[0-9a-f]{16}$/) })
const Place = z.object({ createdAt: z.number(), id: z.string() })
const OWN_OR_ALL = 'One’s own; of others with `access.read` to see and `access.write` to change.'

type AnyCall = Call<Identity, unknown, unknown, unknown>
type Owned = { readonly key: ApiKey; readonly principal: KeyOwner }

const create = nativeRoute({
  method: 'post',
  path: COLLECTION,
  access: 'member',
  operation: {
    id: 'api_keys_create',
    summary: 'Make an API key, for oneself or for a service account',
    description:
      'A key has all the roles of its owner. For a service account it takes `access.write`. An API key makes none that ' +
      'would outlive it.',
  },
  body: { schema: KeyInput, encoding: 'json' },
  replies: { 201: { description: 'The key, and its secret', schema: CreatedApiKeyReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { name, description, service_account_id: account } = input.value
    const operation = operationOf(call)
    const { apiKeys } = call.core
    const expiresAt = toExpiry(input.value, call.now)
    const lifetime = expiresAt === null ? null : { at: expiresAt }
    const made = await (account === undefined
      ? apiKeys.createOwnApiKey(operation, { name, description, expiresAt })
      : apiKeys.createApiKey(operation, account, 'service_account', lifetime, { name, description }))
    if (!made.ok) return made
    const { key, secret } = made.value
    const shown = await answer(call, key)
    return map(shown, (json) => ({ status: 201, json: { ...json, secret } }))
  },
})

const list = nativeRoute({
  method: 'get',
  path: COLLECTION,
  access: 'member',
  operation: {
    id: 'api_keys_list',
    summary: 'API keys, the oldest first',
    description: 'One’s own; with `owner=all` or an account those of others, which takes `access.read`.',
  },
  query: z.strictObject({
    ...PlacePaging,
    owner: z.enum(['me', 'all']).default('me'),
    service_account_id: z.uuid().optional().describe('Those of this account'),
    state: z.enum(['active', 'expired']).optional().describe('`expired`: no use, for whatever reason'),
  }),
  replies: { 200: { description: 'A page of API keys', schema: pageOf(ApiKeyReply) } },
  handle: async (call) => {
    const operation = operationOf(call)
    const { owner, service_account_id: account, state } = call.query
    if (owner === 'me' && account === undefined && state !== undefined) {
      return invalid('state', 'Only with owner=all or service_account_id')
    }
    const { apiKeys } = call.core
    const read = async (page: { readonly after: z.output<typeof Place> | null; readonly limit: number }) => {
      if (owner === 'all' || account !== undefined) {
        const query = { owner: account, state }
        return apiKeys.listApiKeys(operation, query, page)
      }
      const self = await selfOf(call)
      if (!self.ok) return self
      return map(await apiKeys.listOwnApiKeys(operation), (keys) => {
        const first = page.after ? keys.findIndex((key) => isBehind(key, page.after)) : 0
        const rest = first < 0 ? [] : keys.slice(first, first + page.limit)
        return rest.map((key): Owned => ({ key, principal: self.value }))
      })
    }
    return placedPage(
      call.query,
      { schema: Place, of: ({ key: { createdAt, id } }: Owned) => ({ createdAt, id }) },
      read,
      ({ key, principal }) => formatApiKey(key, principal, call.now),
    )
  },
})

const get = nativeRoute({
  method: 'get',
  path: ONE,
  access: 'member',
  operation: { id: 'api_keys_read', summary: 'One API key, without its secret', description: OWN_OR_ALL },
  params: OneKey,
  subject: 'api_key',
  replies: { 200: { description: 'The key', schema: ApiKeyReply } },
  handle: async (call) => {
    const id = idOf(call.params.credential)
    const operation = operationOf(call)
    const { apiKeys } = call.core
    if (!operation.actor.permissions.has('access.read')) {
      const own = await apiKeys.getOwnApiKey(operation, id)
      if (!own.ok) return own
      return map(await answer(call, own.value), (json) => ({ status: 200, json }))
    }
    return map(await apiKeys.getApiKey(operation, id), ({ key, principal }) => ({
      status: 200,
      json: formatApiKey(key, principal, call.now),
    }))
  },
})

const change = nativeRoute({
  method: 'patch',
  path: ONE,
  access: 'member',
  operation: {
    id: 'api_keys_change',
    summary: 'Change what is named: name, description, expiry, enabled',
    description: `${OWN_OR_ALL} A key that is disabled is refused from that answer on.`,
  },
  params: OneKey,
  subject: 'api_key',
  body: { schema: KeyPatch, encoding: 'json' },
  replies: { 200: { description: 'The key', schema: ApiKeyReply } },
  handle: async (call) => {
    const id = idOf(call.params.credential)
    const operation = operationOf(call)
    const { apiKeys } = call.core
    const isOwn = await isOwnOrForbidden(call, id)
    if (!isOwn.ok) return isOwn
    const input = await call.body()
    if (!input.ok) return input
    const patch = toKeyChange(input.value)
    const changed = await (isOwn.value
      ? apiKeys.changeOwnApiKey(operation, id, patch)
      : apiKeys.changeApiKey(operation, id, patch))
    if (!changed.ok) return changed
    return map(await answer(call, changed.value), (json) => ({ status: 200, json }))
  },
})

const remove = nativeRoute({
  method: 'delete',
  path: ONE,
  access: 'member',
  operation: { id: 'api_keys_remove', summary: 'Delete an API key', description: OWN_OR_ALL },
  params: OneKey,
  subject: 'api_key',
  replies: { 204: { description: 'It is refused from now on' } },
  handle: async (call) => {
    const id = idOf(call.params.credential)
    const operation = operationOf(call)
    const { apiKeys } = call.core
    const isOwn = await isOwnOrForbidden(call, id)
    if (!isOwn.ok) return isOwn
    const removed = await (isOwn.value
      ? apiKeys.deleteOwnApiKey(operation, id)
      : apiKeys.deleteApiKey(operation, id, null))
    return removed.ok ? ok<Reply>({ status: 204 }) : removed
  },
})

/** Whether it is the caller's own; of others' keys a caller without the permission learns nothing. */
async function isOwnOrForbidden(call: AnyCall, id: string): Promise<Outcome<boolean>> {
  const operation = operationOf(call)
  const own = await call.core.apiKeys.getOwnApiKey(operation, id)
  if (own.ok) return ok(true)
  return operation.actor.permissions.has('access.write') ? ok(false) : own
}

/** As it is shown: with whose it is. */
async function answer(call: AnyCall, key: ApiKey): Promise<Outcome<z.output<typeof ApiKeyReply>>> {
  const operation = operationOf(call)
  if (key.principal === operation.actor.principal) {
    return map(await selfOf(call), (self) => formatApiKey(key, self, call.now))
  }
  const found = await call.core.apiKeys.getApiKey(operation, key.id)
  return found.ok ? ok(formatApiKey(key, found.value.principal, call.now)) : notFound('api_key')
}

async function selfOf(call: AnyCall): Promise<Outcome<KeyOwner>> {
  const { kind, publicId, name } = operationOf(call).actor
  return map(
    await call.core.access.getSelf(operationOf(call)),
    ({ principal }) => principal ?? { kind, uuid: publicId, name },
  )
}

function isBehind(key: ApiKey, place: z.output<typeof Place> | null): boolean {
  if (place === null) return true
  return key.createdAt > place.createdAt || (key.createdAt === place.createdAt && key.id > place.id)
}

function idOf(credential: string): string {
  return credential.slice('api_'.length)
}

export const apiKeyRoutes = [create, list, get, change, remove]
