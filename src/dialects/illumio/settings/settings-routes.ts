/** What an organization may set (docs/dialects/illumio.md#settings). */
import * as z from 'zod'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { ok } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { text } from '../../../http/text.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { hrefOf, OfOrganization, organizationHref } from '../edge/hrefs.ts'

const MAX_SECONDS = 2_147_483_647
const YEAR_SECONDS = 31_536_000
const DAY_SECONDS = 86_400
const MAX_EVENT_SECONDS = 200 * DAY_SECONDS

const KeySeconds = z.int().min(-1).max(MAX_SECONDS).meta({ description: '-1: never' })
const ExpiredKeySeconds = z.int().min(0).max(YEAR_SECONDS)
const EventSeconds = z.int().min(DAY_SECONDS).max(MAX_EVENT_SECONDS)

/** What the vendor does not let set; and a protection that is not here, so that it cannot be switched on. */
const CONSTANTS = { max_explorer_query_timespan_days: 97, ven_maintenance_token_required: false } as const
const Constants = z.object({
  max_explorer_query_timespan_days: z.literal(97),
  ven_maintenance_token_required: z.literal(false),
})

const Schedule = z.strictObject({
  schedule_time: z.iso.datetime({ offset: true }).optional(),
  frequency: z.enum(['daily', 'weekly', 'monthly']).optional(),
  day_of_week: z.array(text(16)).max(7).optional(),
  day_of_month: z.int().min(1).max(31).optional(),
})
const kept = <T extends z.ZodType>(schema: T) =>
  schema.meta({ description: 'Kept and shown: nothing here acts on it' })
const Kept = z.object({
  num_assets_requiring_ransomware_protection: kept(z.int().min(1).max(9_999_999).nullable()),
  automatic_label_application_on_ven_activation: kept(z.boolean()),
  rule_based_label_maker_schedule_enabled: kept(z.boolean()),
  rule_based_label_maker_schedule: kept(Schedule.nullable()),
  advanced_ruleset_display: kept(z.boolean()),
  use_census_permissions: kept(z.boolean()),
  cloud_secure_tenant_id: kept(text(255)).optional(),
})
const KEPT_AT_FIRST: z.output<typeof Kept> = {
  num_assets_requiring_ransomware_protection: null,
  automatic_label_application_on_ven_activation: false,
  rule_based_label_maker_schedule_enabled: false,
  rule_based_label_maker_schedule: null,
  advanced_ruleset_display: true,
  use_census_permissions: false,
}
const KEPT_NAMES = Object.keys(Kept.shape) as (keyof typeof Kept.shape)[]

const SettingsReply = Constants.extend({
  ...Kept.shape,
  href: z.string(),
  max_api_key_expiration_in_seconds: KeySeconds,
  expired_api_keys_retention_in_seconds: ExpiredKeySeconds,
})
const ChangeSettings = z.strictObject({
  ...Constants.partial().shape,
  ...Kept.partial().shape,
  href: z.unknown().optional().meta({ description: 'Accepted and ignored' }),
  max_api_key_expiration_in_seconds: KeySeconds.optional(),
  expired_api_keys_retention_in_seconds: ExpiredKeySeconds.optional(),
})

const EventSettingsReply = z.object({
  href: z.string(),
  audit_event_retention_seconds: EventSeconds,
  audit_event_min_severity: z.literal('informational'),
  format: z.literal('JSON'),
})
const ChangeEventSettings = z.strictObject({
  href: z.unknown().optional().meta({ description: 'Accepted and ignored' }),
  audit_event_retention_seconds: EventSeconds.optional(),
  audit_event_min_severity: z
    .literal('informational')
    .optional()
    .meta({ description: 'Every event is recorded: there is no other' }),
  format: z.literal('JSON').optional(),
})

const PATH = '/api/v2/orgs/:org/settings'

const get = illumioRoute({
  method: 'get',
  path: PATH,
  access: 'settings.read',
  operation: { id: 'settings_get', summary: 'How long keys of service accounts live, by default' },
  params: OfOrganization,
  replies: { 200: { description: 'The settings', schema: SettingsReply } },
  handle: async (call) => {
    const operation = operationOf(call)
    const found = await call.core.settings.getSettings(operation)
    if (!found.ok) return found
    const { apiKeySeconds, expiredApiKeySeconds, attributes } = found.value
    const json: z.output<typeof SettingsReply> = {
      href: `${organizationHref(operation.actor.organization)}/settings`,
      ...CONSTANTS,
      ...Kept.parse({ ...KEPT_AT_FIRST, ...attributes }),
      max_api_key_expiration_in_seconds: apiKeySeconds ?? -1,
      expired_api_keys_retention_in_seconds: expiredApiKeySeconds,
    }
    return ok({ status: 200, json })
  },
})

const change = illumioRoute({
  method: 'put',
  path: PATH,
  access: 'settings.write',
  operation: {
    id: 'settings_put',
    summary: 'Set how long keys of service accounts live, by default',
    description: 'Keys that exist keep their expiry. No machine here asks for a maintenance token.',
  },
  params: OfOrganization,
  body: { schema: ChangeSettings, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const {
      max_api_key_expiration_in_seconds: seconds,
      expired_api_keys_retention_in_seconds: expiredApiKeySeconds,
    } = input.value
    const apiKeySeconds = seconds === -1 ? null : seconds
    const attributes = given(Object.fromEntries(KEPT_NAMES.map((name) => [name, input.value[name]])))
    const wanted = { ...given({ apiKeySeconds, expiredApiKeySeconds }), attributes: attributes as JsonObject }
    const changed = await call.core.settings.changeSettings(operationOf(call), wanted)
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const getEvents = illumioRoute({
  method: 'get',
  path: `${PATH}/events`,
  access: 'settings.read',
  operation: { id: 'settings_events_get', summary: 'How long audit events are kept' },
  params: OfOrganization,
  replies: { 200: { description: 'The settings', schema: EventSettingsReply } },
  handle: async (call) => {
    const operation = operationOf(call)
    const found = await call.core.settings.getSettings(operation)
    if (!found.ok) return found
    const json: z.output<typeof EventSettingsReply> = {
      href: hrefOf(operation.actor.organization, 'settings', 'events'),
      audit_event_retention_seconds: found.value.eventSeconds,
      audit_event_min_severity: 'informational',
      format: 'JSON',
    }
    return ok({ status: 200, json })
  },
})

const changeEvents = illumioRoute({
  method: 'put',
  path: `${PATH}/events`,
  access: 'settings.write',
  operation: { id: 'settings_events_put', summary: 'Set how long audit events are kept' },
  params: OfOrganization,
  body: { schema: ChangeEventSettings, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const wanted = given({ eventSeconds: input.value.audit_event_retention_seconds })
    const changed = await call.core.settings.changeSettings(operationOf(call), wanted)
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

export const settingsRoutes = [get, change, getEvents, changeEvents]
