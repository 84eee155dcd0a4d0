import * as z from 'zod'
import { invalid, ok } from '../../../core/kernel/outcome.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { OfOrganization } from '../edge/hrefs.ts'
import { grantedLabels } from '../labels/granted-labels.ts'
import { ChangeVen, ChangeWorkload, venChange, workloadChange } from './agent-input.ts'
import { agentOf, OneAgent, serverNameOf } from './agent-of.ts'
import { MAX_AGENTS_AT_ONCE } from './at-once.ts'

const changeWorkload = illumioRoute({
  method: 'put',
  path: '/api/v2/orgs/:org/workloads/:uuid{[0-9a-f-]+}',
  access: 'agents.write',
  operation: {
    id: 'workloads_put',
    summary: 'Change a workload',
    description:
      'What is absent stays as it is. What the machine says of itself is accepted in a round trip, and ignored.',
  },
  params: OneAgent,
  body: { schema: ChangeWorkload, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const found = await agentOf(call, call.params.uuid)
    if (!found.ok) return found
    const input = await call.body()
    if (!input.ok) return input
    const refs = input.value.labels
    const labels = refs && (await grantedLabels(call, refs))
    if (labels && !labels.ok) return labels
    const wanted = workloadChange(input.value, labels?.value, found.value)
    const changed = await call.core.agents.changeAgent(operationOf(call), found.value, wanted)
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const changeVen = illumioRoute({
  method: 'put',
  path: '/api/v2/orgs/:org/vens/:uuid{[0-9a-f-]+}',
  access: 'agents.write',
  operation: {
    id: 'vens_put',
    summary: 'Change a VEN',
    description: 'Absent members keep their values. Read-only members are accepted and ignored.',
  },
  params: OneAgent,
  body: { schema: ChangeVen, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const found = await agentOf(call, call.params.uuid)
    if (!found.ok) return found
    const input = await call.body()
    if (!input.ok) return input
    const { target_pce_fqdn: target } = input.value
    if (typeof target === 'string' && target !== serverNameOf(call.core)) {
      return invalid('target_pce_fqdn', 'there is no other server to move to')
    }
    const changed = await call.core.agents.changeAgent(operationOf(call), found.value, venChange(input.value))
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const Frequency = z.strictObject({
  workloads: z
    .array(z.object({ href: z.string().max(255) }))
    .max(MAX_AGENTS_AT_ONCE)
    .optional(),
})

const setFlowReporting = illumioRoute({
  method: 'post',
  path: '/api/v2/orgs/:org/workloads/set_flow_reporting_frequency',
  access: 'agents.write',
  operation: {
    id: 'workloads_set_flow_reporting_frequency_post',
    summary: 'Accepted: no machine here reports flows',
    description: 'For clients that ask for it before they wait for flows.',
  },
  params: OfOrganization,
  body: { schema: Frequency, encoding: 'json' },
  replies: { 204: { description: 'Nothing is done' } },
  handle: async (call) => {
    const input = await call.body()
    return input.ok ? ok({ status: 204 }) : input
  },
})

export const agentChangeRoutes = [changeWorkload, changeVen, setFlowReporting]
