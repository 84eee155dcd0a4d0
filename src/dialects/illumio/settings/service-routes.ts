import * as z from 'zod'
import { ok } from '../../../core/kernel/outcome.ts'
import { formatTime } from '../../../http/time.ts'
import { illumioRoute } from '../edge/edge.ts'
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

export const serviceRoutes = [health, productVersion, noop, nodeAvailable]
