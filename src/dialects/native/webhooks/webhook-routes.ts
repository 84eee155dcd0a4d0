import * as z from 'zod'
import { map, ok } from '../../../core/kernel/outcome.ts'
import type { Reply } from '../../../http/route.ts'
import { nativeRoute, operationOf } from '../edge/edge.ts'
import { PlacePaging, pageOf, placedPage } from '../edge/paging.ts'
import {
  CreatedEndpointReply,
  DeliveryReply,
  EndpointInput,
  EndpointPatch,
  EndpointReply,
  formatCreated,
  formatDelivery,
  formatEndpoint,
  toChange,
  toMembers,
} from './webhook-wire.ts'

const COLLECTION = '/v1/webhooks'
const ONE = `${COLLECTION}/:webhook`
const OneWebhook = z.object({ webhook: z.uuid().toLowerCase() })
const Seq = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number)

const create = nativeRoute({
  method: 'post',
  path: COLLECTION,
  access: 'settings.write',
  operation: {
    id: 'webhooks_create',
    summary: 'Make a webhook: an https URL that gets the organization’s events',
    description: 'It gets what happens from now on, signed as Standard Webhooks has it. At most 20.',
  },
  body: { schema: EndpointInput, encoding: 'json' },
  replies: { 201: { description: 'The webhook, and its secret', schema: CreatedEndpointReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const made = await call.core.webhooks.createEndpoint(operationOf(call), toMembers(input.value))
    return map(made, (created) => ({ status: 201, json: formatCreated(created) }))
  },
})

const list = nativeRoute({
  method: 'get',
  path: COLLECTION,
  access: 'settings.write',
  operation: { id: 'webhooks_list', summary: 'Webhooks, the oldest first' },
  replies: { 200: { description: 'All of them', schema: z.object({ items: z.array(EndpointReply) }) } },
  handle: async (call) =>
    map(await call.core.webhooks.listEndpoints(operationOf(call)), (all) => ({
      status: 200,
      json: { items: all.map(formatEndpoint) },
    })),
})

const get = nativeRoute({
  method: 'get',
  path: ONE,
  access: 'settings.write',
  operation: { id: 'webhooks_get', summary: 'One webhook, without its secret' },
  params: OneWebhook,
  subject: 'webhook',
  replies: { 200: { description: 'The webhook', schema: EndpointReply } },
  handle: async (call) =>
    map(await call.core.webhooks.getEndpoint(operationOf(call), call.params.webhook), (endpoint) => ({
      status: 200,
      json: formatEndpoint(endpoint),
    })),
})

const change = nativeRoute({
  method: 'patch',
  path: ONE,
  access: 'settings.write',
  operation: {
    id: 'webhooks_change',
    summary: 'Change what is named: URL, description, types, enabled',
    description: 'While it is disabled no event is queued for it; what waits stays.',
  },
  params: OneWebhook,
  subject: 'webhook',
  body: { schema: EndpointPatch, encoding: 'json' },
  replies: { 200: { description: 'The webhook', schema: EndpointReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const patch = toChange(input.value)
    const changed = await call.core.webhooks.changeEndpoint(operationOf(call), call.params.webhook, patch)
    return map(changed, (endpoint) => ({ status: 200, json: formatEndpoint(endpoint) }))
  },
})

const remove = nativeRoute({
  method: 'delete',
  path: ONE,
  access: 'settings.write',
  operation: { id: 'webhooks_delete', summary: 'Delete a webhook, and what waits for it' },
  params: OneWebhook,
  subject: 'webhook',
  replies: { 204: { description: 'At most an attempt that is under way still reaches it' } },
  handle: async (call) => {
    const removed = await call.core.webhooks.deleteEndpoint(operationOf(call), call.params.webhook)
    return removed.ok ? ok<Reply>({ status: 204 }) : removed
  },
})

const rotate = nativeRoute({
  method: 'post',
  path: `${ONE}/rotate-secret`,
  access: 'settings.write',
  operation: {
    id: 'webhooks_rotate_secret',
    summary: 'Make another secret',
    description: 'For 24 hours each message has two signatures: of the new secret and of the one before.',
  },
  params: OneWebhook,
  subject: 'webhook',
  replies: { 200: { description: 'The webhook, and its new secret', schema: CreatedEndpointReply } },
  handle: async (call) =>
    map(await call.core.webhooks.rotateSecret(operationOf(call), call.params.webhook), (rotated) => ({
      status: 200,
      json: formatCreated(rotated),
    })),
})

const Queued = { description: 'It is queued', schema: z.object({ message_id: z.string() }) }

const test = nativeRoute({
  method: 'post',
  path: `${ONE}/test`,
  access: 'settings.write',
  operation: { id: 'webhooks_test', summary: 'Send an event of the type webhook.test to this webhook alone' },
  params: OneWebhook,
  subject: 'webhook',
  replies: { 202: Queued },
  handle: async (call) =>
    map(await call.core.webhooks.sendTest(operationOf(call), call.params.webhook), (id) => ({
      status: 202,
      json: { message_id: id },
    })),
})

const deliveries = nativeRoute({
  method: 'get',
  path: `${ONE}/deliveries`,
  access: 'settings.write',
  operation: {
    id: 'webhooks_deliveries',
    summary:
      'What was attempted in the last seven days: each message with its last attempt, the newest first',
  },
  params: OneWebhook,
  subject: 'webhook',
  query: z.strictObject(PlacePaging),
  replies: { 200: { description: 'A page of messages', schema: pageOf(DeliveryReply) } },
  handle: (call) =>
    placedPage(
      call.query,
      { schema: z.int().min(0), of: ({ seq }: { readonly seq: number }) => seq },
      ({ after, limit }) =>
        call.core.webhooks.listDeliveries(operationOf(call), call.params.webhook, after, limit),
      formatDelivery,
    ),
})

const replay = nativeRoute({
  method: 'post',
  path: `${ONE}/deliveries/:delivery/replay`,
  access: 'settings.write',
  operation: {
    id: 'webhooks_replay',
    summary: 'Send a message again, under the same id',
    description: '`delivery` is its `seq`. One that waits for its next attempt is tried at once.',
  },
  params: OneWebhook.extend({ delivery: Seq }),
  subject: 'webhook',
  replies: { 202: Queued },
  handle: async (call) => {
    const { webhook, delivery } = call.params
    const queued = await call.core.webhooks.replayDelivery(operationOf(call), webhook, delivery)
    return map(queued, (id) => ({ status: 202, json: { message_id: id } }))
  },
})

export const webhookRoutes = [create, list, get, change, remove, rotate, test, deliveries, replay]
