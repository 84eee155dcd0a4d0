/** Unpairing, by VEN and, as older clients do, by workload (contract §5.5). */
import * as z from 'zod'
import type { EntityId } from '../../core/ids.ts'
import { type Outcome, ok, refuse } from '../../core/outcome.ts'
import { type Reply, route } from '../../http/route.ts'
import { agentOf } from './agent-of.ts'
import { type Access, type Identity, operationOf } from './edge.ts'
import { idIn, OfOrganization } from './hrefs.ts'
import type { Caller } from './profile-of.ts'

const MAX_UNPAIRED_AT_ONCE = 400

const Hrefs = z
  .array(z.object({ href: z.string().max(255) }))
  .min(1)
  .max(MAX_UNPAIRED_AT_ONCE)
const Restore = z.enum(['saved', 'default', 'disable']).optional().meta({
  description: 'For the machine’s own agent, which this server cannot reach: accepted and ignored',
})

const UnpairVens = z.strictObject({ vens: Hrefs, firewall_restore: Restore })
const UnpairWorkloads = z.strictObject({
  workloads: Hrefs,
  ip_table_restore: Restore,
  firewall_restore: Restore,
})

const DESCRIPTION =
  'All hrefs are looked up before the first is unpaired: one that is unknown, or revoked, is 406 `invalid_uri`, ' +
  'and nothing is done. One that is unpaired already counts as done, so that a retry is free.'

const unpairVens = route<Access, Identity, typeof OfOrganization, undefined, typeof UnpairVens>({
  method: 'put',
  path: '/api/v2/orgs/:org/vens/unpair',
  access: 'agents.write',
  operation: {
    id: 'vens_unpair_put',
    summary: 'Unpair VENs; their workloads disappear',
    description: DESCRIPTION,
  },
  params: OfOrganization,
  body: { schema: UnpairVens, encoding: 'json' },
  replies: { 204: { description: 'All were unpaired' } },
  handle: async (call) => {
    const input = await call.body()
    return input.ok ? unpair(call, 'vens', input.value.vens) : input
  },
})

const unpairWorkloads = route<Access, Identity, typeof OfOrganization, undefined, typeof UnpairWorkloads>({
  method: 'put',
  path: '/api/v2/orgs/:org/workloads/unpair',
  access: 'agents.write',
  operation: {
    id: 'workloads_unpair_put',
    summary: 'Unpair workloads, in the old form',
    description: DESCRIPTION,
  },
  params: OfOrganization,
  body: { schema: UnpairWorkloads, encoding: 'json' },
  replies: { 204: { description: 'All were unpaired' } },
  handle: async (call) => {
    const input = await call.body()
    return input.ok ? unpair(call, 'workloads', input.value.workloads) : input
  },
})

async function unpair(
  call: Caller,
  collection: 'vens' | 'workloads',
  refs: z.output<typeof Hrefs>,
): Promise<Outcome<Reply>> {
  const operation = operationOf(call)
  const { organization } = operation.actor
  const hrefs = [...new Set(refs.map(({ href }) => href))]
  const found = await Promise.all(
    hrefs.map((href) => agentOf(call, idIn(href, organization, collection) ?? '', ['active', 'left'])),
  )
  const active: EntityId[] = []
  for (const [index, agent] of found.entries()) {
    if (agent.ok) {
      if (agent.value.state === 'active') active.push(agent.value)
    } else if (agent.fault.kind === 'not_found') {
      return refuse({ kind: 'reference_unknown', reference: hrefs[index] ?? '' })
    } else return agent
  }
  const left = await Promise.all(active.map((agent) => call.core.agents.unpair(operation, agent)))
  // One that left between the two calls is as wanted.
  const failed = left.find((outcome) => !outcome.ok && outcome.fault.kind !== 'not_found')
  return failed && !failed.ok ? failed : ok({ status: 204 })
}

export const unpairRoutes = [unpairVens, unpairWorkloads]
