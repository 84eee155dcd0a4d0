import * as z from 'zod'
import { invalid, ok } from '../../../core/kernel/outcome.ts'
import { formatTime } from '../../../http/time.ts'
import { DISCONNECTED_TIMEOUT_SECONDS } from '../edge/constants.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { hrefOf, OfOrganization } from '../edge/hrefs.ts'
import { formatProduct, ProductVersion } from './product.ts'

const STUCK_SECONDS = 60

const Health = z.array(
  z.object({
    status: z.enum(['normal', 'warning', 'critical']),
    type: z.literal('standalone'),
    fqdn: z.string(),
    notifications: z.array(z.unknown()),
    listen_only_mode_enabled_at: z.null(),
    nodes: z.array(z.unknown()),
    network: z.object({ replication: z.array(z.unknown()) }),
    generated_at: z.iso.datetime(),
  }),
)

const Timeouts = z.array(
  z.object({
    scope: z.array(z.unknown()),
    value: z.int(),
    ven_type: z.enum(['server', 'endpoint']),
  }),
)
const Notifications = z.array(
  z.object({
    scope: z.array(z.unknown()),
    value: z.int(),
    warning: z.int(),
    ven_type: z.enum(['server', 'endpoint']),
  }),
)
const WorkloadSettings = z.object({
  href: z.string(),
  workload_disconnected_timeout_seconds: Timeouts,
  workload_goodbye_timeout_seconds: Timeouts,
  workload_disconnected_notification_seconds: Notifications,
  ven_uninstall_timeout_hours: Timeouts,
})

const Entry = z.strictObject({
  scope: z.array(z.unknown()),
  value: z.int().optional(),
  warning: z.int().optional(),
  ven_type: z.enum(['server', 'endpoint']).nullable().optional(),
})
const Entries = z.array(Entry).max(100).optional()
const ChangeWorkloadSettings = z.strictObject({
  href: z.unknown().optional().meta({ description: 'Accepted and ignored' }),
  workload_disconnected_timeout_seconds: Entries,
  workload_goodbye_timeout_seconds: Entries,
  workload_disconnected_notification_seconds: Entries,
  ven_uninstall_timeout_hours: Entries,
})

const WORKLOAD_SETTINGS = {
  workload_disconnected_timeout_seconds: everywhere(DISCONNECTED_TIMEOUT_SECONDS),
  workload_goodbye_timeout_seconds: everywhere(0),
  workload_disconnected_notification_seconds: everywhere(-1).map((entry) => ({ ...entry, warning: -1 })),
  ven_uninstall_timeout_hours: everywhere(0),
}

const health = illumioRoute({
  method: 'get',
  path: '/api/v2/health',
  access: 'authenticated',
  operation: {
    id: 'health_get',
    summary: 'The server’s health',
    description: 'There is no cluster of nodes: none is listed.',
  },
  replies: { 200: { description: 'One entry', schema: Health } },
  handle: async ({ core, now }) => {
    const { isReady, oldestOutboxSeconds, deadRows } = await core.service.checkHealth()
    const isStuck = deadRows > 0 || (oldestOutboxSeconds ?? 0) > STUCK_SECONDS
    const entry: z.output<typeof Health>[number] = {
      status: isReady ? (isStuck ? 'warning' : 'normal') : 'critical',
      type: 'standalone',
      fqdn: new URL(core.service.getPublicUrl()).hostname,
      notifications: [],
      listen_only_mode_enabled_at: null,
      nodes: [],
      network: { replication: [] },
      generated_at: formatTime(now),
    }
    return ok({ status: 200, json: [entry] })
  },
})

const productVersion = illumioRoute({
  method: 'get',
  path: '/api/v2/product_version',
  access: 'authenticated',
  operation: { id: 'product_version_get', summary: 'The release whose API is spoken' },
  replies: { 200: { description: 'Three dotted numbers, and a build', schema: ProductVersion } },
  handle: async () => ok({ status: 200, json: formatProduct() }),
})

const noop = illumioRoute({
  method: 'get',
  path: '/api/v2/noop',
  access: 'authenticated',
  operation: { id: 'noop_get', summary: 'Check a credential' },
  replies: { 200: { description: 'The credential is valid', schema: z.object({}) } },
  handle: async () => ok({ status: 200, json: {} }),
})

const nodeAvailable = illumioRoute({
  method: 'get',
  path: '/api/v2/node_available',
  access: 'public',
  operation: { id: 'node_available_get', summary: 'For load balancers' },
  replies: { 200: { description: 'The node is available' } },
  handle: async () => ok({ status: 200 }),
})

const workloadSettings = illumioRoute({
  method: 'get',
  path: '/api/v2/orgs/:org/settings/workloads',
  access: 'settings.read',
  operation: {
    id: 'settings_workloads_get',
    summary: 'When a silent workload counts as offline',
    description:
      'A workload that says goodbye, or is unpaired, is gone at once (0). Silence causes no notification (-1).',
  },
  params: OfOrganization,
  replies: { 200: { description: 'The settings', schema: WorkloadSettings } },
  handle: async (call) => {
    const { organization } = operationOf(call).actor
    return ok({
      status: 200,
      json: {
        href: hrefOf(organization, 'settings', 'workloads'),
        ...WORKLOAD_SETTINGS,
      } satisfies z.output<typeof WorkloadSettings>,
    })
  },
})

const changeWorkloadSettings = illumioRoute({
  method: 'put',
  path: '/api/v2/orgs/:org/settings/workloads',
  access: 'settings.write',
  operation: {
    id: 'settings_workloads_put',
    summary: 'Confirm the settings as they are',
    description: 'The settings are the same for every organization: a different value is 406.',
  },
  params: OfOrganization,
  body: { schema: ChangeWorkloadSettings, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const names = Object.keys(WORKLOAD_SETTINGS) as (keyof typeof WORKLOAD_SETTINGS)[]
    const other = names.find((name) => {
      const wanted = input.value[name]
      return wanted !== undefined && !wanted.every((item) => isConstant(name, item))
    })
    return other === undefined ? ok({ status: 204 }) : invalid(other, 'it is the same for every organization')
  },
})

/** Whatever is absent of an entry stays as it is. */
function isConstant(name: keyof typeof WORKLOAD_SETTINGS, item: z.output<typeof Entry>): boolean {
  const constant = { value: 0, warning: -1, ...WORKLOAD_SETTINGS[name][0] }
  const { scope, value = constant.value, warning = constant.warning } = item
  return scope.length === 0 && value === constant.value && warning === constant.warning
}

function everywhere(value: number): z.output<typeof Timeouts> {
  return (['server', 'endpoint'] as const).map((ven_type) => ({ scope: [], value, ven_type }))
}

export const serviceRoutes = [
  health,
  productVersion,
  noop,
  nodeAvailable,
  workloadSettings,
  changeWorkloadSettings,
]
