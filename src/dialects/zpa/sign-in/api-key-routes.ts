import type { ApiClient } from '../../../core/access/api-clients/port.ts'
import { each } from '../../../core/kernel/fairness/list-slices.ts'
import { notFound, ok } from '../../../core/kernel/outcome.ts'
import { customerOf, operationOf, zpaRoute } from '../edge/edge.ts'
import { parseAdmin } from '../edge/ids.ts'
import { documentedPage, find, ListQuery, pageOf, searchOf } from '../edge/list.ts'
import { OfCustomer, OneResource, V1 } from '../edge/paths.ts'
import {
  ApiKeyInput,
  ApiKeyReply,
  apiClientChange,
  apiKeyFields,
  formatApiKey,
  NewApiKeyInput,
  newApiClient,
} from './api-key-wire.ts'

const COLLECTION = `${V1}/apiKeys`

const list = zpaRoute({
  method: 'get',
  path: COLLECTION,
  access: 'api_clients.read',
  operation: { id: 'zpa_api_keys_get', summary: 'List API keys' },
  params: OfCustomer,
  query: ListQuery,
  replies: { 200: documentedPage(ApiKeyReply) },
  handle: async (call) => {
    const asked = searchOf({ ...call.query, microtenantId: undefined }, apiKeyFields)
    if (!asked.ok) return asked
    const found = await find(asked.value, (search) =>
      call.core.apiClients.searchApiClients(operationOf(call), { dialect: 'zpa', ...search }),
    )
    const format = each((client: ApiClient) => formatApiKey(client))
    return found.ok ? pageOf(call, asked.value, found.value, format) : found
  },
})

const get = zpaRoute({
  method: 'get',
  path: `${COLLECTION}/:id`,
  access: 'api_clients.read',
  operation: { id: 'zpa_api_key_get', summary: 'One API key' },
  params: OneResource,
  replies: { 200: { description: 'The API key, without its secret', schema: ApiKeyReply } },
  handle: async (call) => {
    const id = parseAdmin(call.params.id)
    if (id === null) return notFound('api_client')
    const found = await call.core.apiClients.getApiClient(operationOf(call), 'zpa', id)
    return found.ok ? ok({ status: 200, json: formatApiKey(found.value) }) : found
  },
})

const create = zpaRoute({
  method: 'post',
  path: COLLECTION,
  access: 'api_clients.write',
  operation: { id: 'zpa_api_keys_post', summary: 'Make an API key' },
  params: OfCustomer,
  body: { schema: NewApiKeyInput, encoding: 'json' },
  replies: { 201: { description: 'The API key and its secret, shown once', schema: ApiKeyReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const made = await call.core.apiClients.createApiClient(operationOf(call), (uuid) =>
      newApiClient(customerOf(call), uuid, input.value),
    )
    return made.ok ? ok({ status: 201, json: formatApiKey(made.value.client, made.value.secret) }) : made
  },
})

const change = zpaRoute({
  method: 'put',
  path: `${COLLECTION}/:id`,
  access: 'api_clients.write',
  operation: {
    id: 'zpa_api_key_put',
    summary: 'Change an API key',
    description: 'Absent members keep their values.',
  },
  params: OneResource,
  body: { schema: ApiKeyInput, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const id = parseAdmin(call.params.id)
    if (id === null) return notFound('api_client')
    const input = await call.body()
    if (!input.ok) return input
    const changed = await call.core.apiClients.changeApiClient(
      operationOf(call),
      'zpa',
      id,
      apiClientChange(input.value),
    )
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const remove = zpaRoute({
  method: 'delete',
  path: `${COLLECTION}/:id`,
  access: 'api_clients.write',
  operation: {
    id: 'zpa_api_key_delete',
    summary: 'Delete an API key',
    description: 'Its tokens end: here at once, elsewhere within 10 seconds.',
  },
  params: OneResource,
  replies: { 204: { description: 'Deleted' } },
  handle: async (call) => {
    const id = parseAdmin(call.params.id)
    if (id === null) return notFound('api_client')
    const removed = await call.core.apiClients.deleteApiClient(operationOf(call), 'zpa', id)
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

export const apiKeyRoutes = [list, get, create, change, remove]
