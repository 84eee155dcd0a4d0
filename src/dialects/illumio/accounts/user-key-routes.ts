/** A user's API keys: for that user alone (docs/dialects/illumio.md#a-users-api-keys). */

import * as z from 'zod'
import type { ApiKey } from '../../../core/access/api-keys/port.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { prose, text } from '../../../http/text.ts'
import { formatTime } from '../../../http/time.ts'
import { ofItems } from '../edge/collection.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { OneUser } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'

const COLLECTION = '/api/v2/users/:user{[0-9]+}/api_keys'
const ONE = `${COLLECTION}/:own`
const OneKey = OneUser.extend({ own: z.string().describe('The id of the key') })
const MAX_DESCRIPTION_CHARACTERS = 4_096

const Name = text(255).min(1)
const Description = prose(MAX_DESCRIPTION_CHARACTERS)
const CreateKey = z.strictObject({ name: Name, description: Description.optional() })
const ChangeKey = z.strictObject({ name: Name.optional(), description: Description.optional() })

const KeyReply = z.object({
  href: z.string(),
  key_id: z.string(),
  auth_username: z.string(),
  created_at: z.iso.datetime(),
  name: z.string(),
  description: z.string(),
  last_login_on: z.iso.datetime().optional().meta({ description: 'To the minute' }),
})
const CreatedReply = KeyReply.extend({ secret: z.string().meta({ description: 'Shown once' }) })

const list = listing({
  path: COLLECTION,
  access: 'self',
  operation: { id: 'users_api_keys_get', summary: 'List the caller’s API keys' },
  params: OneUser,
  item: KeyReply,
  collect: async (call) =>
    map(await call.core.apiKeys.listOwnApiKeys(operationOf(call)), (keys) =>
      ofItems(keys.map((key) => formatKey(key, call.params.user))),
    ),
})

const get = illumioRoute({
  method: 'get',
  path: ONE,
  access: 'self',
  operation: { id: 'users_api_key_get', summary: 'One of the caller’s API keys' },
  params: OneKey,
  replies: { 200: { description: 'The key, without its secret', schema: KeyReply } },
  handle: async (call) => {
    const found = await call.core.apiKeys.getOwnApiKey(operationOf(call), call.params.own)
    return found.ok ? ok({ status: 200, json: formatKey(found.value, call.params.user) }) : found
  },
})

const create = illumioRoute({
  method: 'post',
  path: COLLECTION,
  access: 'self',
  operation: {
    id: 'users_api_keys_post',
    summary: 'Make an API key for the caller',
    description:
      'It may what its user may, at every moment, in the organization of the call, and never expires.',
  },
  params: OneUser,
  body: { schema: CreateKey, encoding: 'json' },
  replies: { 201: { description: 'The key, and its secret', schema: CreatedReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { name, description = '' } = input.value
    const made = await call.core.apiKeys.createOwnApiKey(operationOf(call), { name, description })
    if (!made.ok) return made
    const { key, secret } = made.value
    return ok({ status: 201, json: { ...formatKey(key, call.params.user), secret } })
  },
})

const change = illumioRoute({
  method: 'put',
  path: ONE,
  access: 'self',
  operation: { id: 'users_api_keys_put', summary: 'Rename one of the caller’s API keys' },
  params: OneKey,
  body: { schema: ChangeKey, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const operation = operationOf(call)
    const found = await call.core.apiKeys.getOwnApiKey(operation, call.params.own)
    if (!found.ok) return found
    const input = await call.body()
    if (!input.ok) return input
    const changed = await call.core.apiKeys.changeOwnApiKey(operation, call.params.own, given(input.value))
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const remove = illumioRoute({
  method: 'delete',
  path: ONE,
  access: 'self',
  operation: { id: 'users_api_keys_delete', summary: 'Delete one of the caller’s API keys' },
  params: OneKey,
  replies: { 204: { description: 'Deleted: the key is refused from now on' } },
  handle: async (call) => {
    const removed = await call.core.apiKeys.deleteOwnApiKey(operationOf(call), call.params.own)
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

function formatKey(key: ApiKey, user: string): z.output<typeof KeyReply> {
  return {
    href: `/users/${user}/api_keys/${key.id}`,
    key_id: key.id,
    auth_username: `api_${key.id}`,
    created_at: formatTime(key.createdAt),
    name: key.name,
    description: key.description,
    ...(key.usedAt !== null && { last_login_on: formatTime(key.usedAt) }),
  }
}

export const userKeyRoutes = [list, get, create, change, remove]
