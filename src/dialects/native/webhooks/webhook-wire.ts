/** Webhooks, in and out (docs/guides/webhooks.md). Pure. */
import * as z from 'zod'
import type { EventType } from '../../../core/events/event.ts'
import type { CreatedEndpoint } from '../../../core/webhooks/manage.ts'
import { ATTEMPT_OUTCOMES, type Delivery, type Endpoint } from '../../../core/webhooks/port.ts'
import { given } from '../../../http/members.ts'
import { prose } from '../../../http/text.ts'
import { formatTime, formatTimeOrNull } from '../../../http/time.ts'
import { typesOf } from '../../../http/words/event-wire.ts'
import { Time } from '../../../http/words/wire.ts'

const MAX_URL_CHARACTERS = 2_048
const MAX_TYPES = 100

const Url = z
  .string()
  .max(MAX_URL_CHARACTERS)
  .describe(
    'https, without a user name, a password or a fragment. It may hold a secret: events never show it',
  )

const Types = z
  .array(z.string().max(64))
  .min(1)
  .max(MAX_TYPES)
  .transform((all, context): readonly EventType[] => {
    const meant = all.flatMap((text, i) => {
      const types = typesOf(text)
      if (types.length === 0) {
        context.addIssue({ code: 'custom', message: 'No type of an event', path: [i] })
      }
      return types
    })
    return [...new Set(meant)]
  })
  .nullable()
  .describe('Which events it gets; `key.*` is every type that begins so. null: all')

const Description = prose(1_024)

export const EndpointInput = z.strictObject({
  url: Url,
  description: Description.default(''),
  types: Types.default(null),
  enabled: z.boolean().default(true),
})

export const EndpointPatch = z.strictObject({
  url: Url.optional(),
  description: Description.optional(),
  types: Types.optional(),
  enabled: z.boolean().optional().describe('true also ends its back-off: what waits is tried at once'),
})

export const EndpointReply = z
  .object({
    id: z.uuid(),
    url: z.string(),
    description: z.string(),
    types: z.array(z.string()).nullable().describe('null: all'),
    enabled: z.boolean(),
    disabled_reason: z
      .enum(['gone', 'failing'])
      .nullable()
      .describe('`gone`: it answered 410; `failing`: no attempt succeeded for three days; null: neither'),
    queued: z.number().int().describe('Events that wait for it'),
    skipped: z.number().int().describe('Events that did not fit its queue'),
    failing_since: Time.nullable().describe('null: its last attempt succeeded'),
    previous_secret_until: Time.nullable().describe(
      'Until then the secret before the last rotation signs, too',
    ),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'Webhook' })

export const CreatedEndpointReply = EndpointReply.extend({
  secret: z.string().describe('`whsec_…`, as Standard Webhooks has it. Shown once'),
}).meta({ id: 'CreatedWebhook' })

export const DeliveryReply = z
  .object({
    seq: z.number().int().describe('As in `data.seq` of its body'),
    message_id: z.string().describe('As in `webhook-id`'),
    event_id: z.uuid(),
    type: z.string(),
    state: z.enum(['delivered', 'retrying', 'failed']),
    attempts: z.number().int(),
    attempted_at: Time,
    outcome: z
      .enum(ATTEMPT_OUTCOMES)
      .describe('Of the last attempt; `refused`: a status other than 2xx; `expired`: the event is gone'),
    status: z.number().int().nullable().describe('That was answered'),
    next_attempt_at: Time.nullable().describe('null: no attempt follows'),
  })
  .meta({ id: 'WebhookDelivery' })

export function toMembers({ enabled, ...members }: z.output<typeof EndpointInput>) {
  return { ...members, isEnabled: enabled }
}

export function toChange({ enabled, ...members }: z.output<typeof EndpointPatch>) {
  return given({ ...members, isEnabled: enabled })
}

export function formatEndpoint(endpoint: Endpoint): z.output<typeof EndpointReply> {
  const { id, url, description, types, isEnabled, disabledReason, queued, skipped } = endpoint
  return {
    id,
    url,
    description,
    types: types === null ? null : [...types],
    enabled: isEnabled,
    disabled_reason: disabledReason,
    queued,
    skipped,
    failing_since: formatTimeOrNull(endpoint.failingSince),
    previous_secret_until: formatTimeOrNull(endpoint.previousUntil),
    created_at: formatTime(endpoint.createdAt),
    updated_at: formatTime(endpoint.updatedAt),
  }
}

export function formatCreated({ endpoint, secret }: CreatedEndpoint): z.output<typeof CreatedEndpointReply> {
  return { ...formatEndpoint(endpoint), secret }
}

export function formatDelivery(delivery: Delivery): z.output<typeof DeliveryReply> {
  const { seq, eventId, type, state, attempts, at, outcome, status, nextAt } = delivery
  return {
    seq,
    message_id: `msg_${eventId}`,
    event_id: eventId,
    type,
    state,
    attempts,
    attempted_at: formatTime(at),
    outcome,
    status,
    next_attempt_at: formatTimeOrNull(nextAt),
  }
}
