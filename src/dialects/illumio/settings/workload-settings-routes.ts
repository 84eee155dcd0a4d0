/** When machines count as not online, and what a PCE sets besides (docs/dialects/illumio.md#settings). */
import * as z from 'zod'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { invalid, ok } from '../../../core/kernel/outcome.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { hrefOf, OfOrganization } from '../edge/hrefs.ts'
import { storedTimeouts, type Timeouts, timeoutsOf } from './timeouts.ts'

const PATH = '/api/v2/orgs/:org/settings/workloads'

const VenType = z.enum(['server', 'endpoint'])
const Seconds = z.int().min(-1).max(2_147_483_647)

const Shown = { scope: z.array(z.unknown()), ven_type: VenType }
const ShownTimeouts = z.array(z.object({ ...Shown, value: z.int() }))
const ShownNotifications = z.array(z.object({ ...Shown, value: z.int(), warning: z.int() }))
const WorkloadSettings = z.object({
  href: z.string(),
  workload_disconnected_timeout_seconds: ShownTimeouts,
  workload_goodbye_timeout_seconds: ShownTimeouts,
  workload_disconnected_notification_seconds: ShownNotifications,
  ven_uninstall_timeout_hours: ShownTimeouts,
})

const Wanted = { scope: z.array(z.unknown()), ven_type: VenType.nullable().optional() }
const Values = z
  .array(z.strictObject({ ...Wanted, value: Seconds }))
  .max(100)
  .optional()
const Warnings = z
  .array(z.strictObject({ ...Wanted, value: Seconds.optional(), warning: Seconds }))
  .max(100)
  .optional()
const ChangeWorkloadSettings = z.strictObject({
  href: z.unknown().optional().meta({ description: 'Accepted and ignored' }),
  workload_disconnected_timeout_seconds: Values,
  workload_goodbye_timeout_seconds: Values,
  workload_disconnected_notification_seconds: Warnings,
  ven_uninstall_timeout_hours: Values,
})

/** Goodbyes and unpairing count at once, and there are no notifications: these cannot be set. */
const AT_ONCE = 0
const NEVER = -1

const get = illumioRoute({
  method: 'get',
  path: PATH,
  access: 'settings.read',
  operation: {
    id: 'settings_workloads_get',
    summary: 'When a silent workload counts as not online',
    description: 'A goodbye, and unpairing, count at once (0). Silence is not reported (-1).',
  },
  params: OfOrganization,
  replies: { 200: { description: 'The settings', schema: WorkloadSettings } },
  handle: async (call) => {
    const operation = operationOf(call)
    const found = await call.core.settings.getSettings(operation)
    if (!found.ok) return found
    const json: z.output<typeof WorkloadSettings> = {
      href: hrefOf(operation.actor.organization, 'settings', 'workloads'),
      workload_disconnected_timeout_seconds: each(timeoutsOf(found.value.attributes)),
      workload_goodbye_timeout_seconds: everywhere(AT_ONCE),
      workload_disconnected_notification_seconds: everywhere(NEVER).map((entry) => ({
        ...entry,
        warning: NEVER,
      })),
      ven_uninstall_timeout_hours: everywhere(AT_ONCE),
    }
    return ok({ status: 200, json })
  },
})

const change = illumioRoute({
  method: 'put',
  path: PATH,
  access: 'settings.write',
  operation: {
    id: 'settings_workloads_put',
    summary: 'Set when a silent workload counts as not online',
    description:
      'For all servers, all endpoints, or both (`ven_type` null or absent); -1: never. Scopes of labels, and other values of the other members, are 406.',
  },
  params: OfOrganization,
  body: { schema: ChangeWorkloadSettings, encoding: 'json' },
  replies: { 204: { description: 'Set' } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { workload_disconnected_timeout_seconds: wanted = [] } = input.value
    const scoped = entriesOf(input.value).find(([, entries]) => entries.some(({ scope }) => scope.length > 0))
    if (scoped) return invalid(scoped[0], 'it is set for all machines, not for a scope')
    const other = constantsOf(input.value).find(([, values, constant]) =>
      values.some((one) => one !== constant),
    )
    if (other) return invalid(other[0], `it is ${other[2]} for every organization`)
    const timeouts = Object.assign({}, ...wanted.map(timeoutOf)) as Partial<Timeouts>
    const attributes = storedTimeouts(timeouts) as JsonObject
    const changed = await call.core.settings.changeSettings(operationOf(call), { attributes })
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

type Input = z.output<typeof ChangeWorkloadSettings>

function entriesOf({ href: _, ...settings }: Input) {
  return Object.entries(settings) as [string, readonly { readonly scope: readonly unknown[] }[]][]
}

function constantsOf(input: Input): [name: string, values: readonly number[], constant: number][] {
  const goodbye = input.workload_goodbye_timeout_seconds ?? []
  const warnings = input.workload_disconnected_notification_seconds ?? []
  const uninstall = input.ven_uninstall_timeout_hours ?? []
  return [
    ['workload_goodbye_timeout_seconds', goodbye.map(({ value }) => value), AT_ONCE],
    [
      'workload_disconnected_notification_seconds',
      warnings.flatMap(({ value = NEVER, warning }) => [value, warning]),
      NEVER,
    ],
    ['ven_uninstall_timeout_hours', uninstall.map(({ value }) => value), AT_ONCE],
  ]
}

function timeoutOf({
  value,
  ven_type: type,
}: NonNullable<z.output<typeof Values>>[number]): Partial<Timeouts> {
  return type ? { [type]: value } : { server: value, endpoint: value }
}

function each(timeouts: Timeouts): z.output<typeof ShownTimeouts> {
  return VenType.options.map((ven_type) => ({ scope: [], value: timeouts[ven_type], ven_type }))
}

function everywhere(value: number): z.output<typeof ShownTimeouts> {
  return each({ server: value, endpoint: value })
}

export const workloadSettingsRoutes = [get, change]
