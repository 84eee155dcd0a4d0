/** Many workloads at once, each for itself (docs/dialects/illumio.md#many-workloads-at-once). */
import * as z from 'zod'
import type { Agent, AgentChange } from '../../../core/enrollment/ledger/agent.ts'
import { type AgentName, parseAgentUuid } from '../../../core/kernel/ids.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { problemsOf } from '../../../http/problems.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { idIn, OfOrganization } from '../edge/hrefs.ts'
import { type IllumioFault, refusal, tokenOf, unacceptable } from '../edge/refusal.ts'
import { grantedLabelLists } from '../labels/granted-labels.ts'
import { ChangeWorkload, workloadChange } from './agent-input.ts'
import { agentOf, OneAgent } from './agent-of.ts'
import { MAX_AGENTS_AT_ONCE, ofTooMany } from './at-once.ts'

const COLLECTION = '/api/v2/orgs/:org/workloads'
const UPDATE = 'workloads_bulk_update_put'

const HrefOfWorkload = z.string().max(4_096)
const Changes = z.array(z.looseObject({ href: HrefOfWorkload })).max(MAX_AGENTS_AT_ONCE)
const Deletions = z.array(z.strictObject({ href: HrefOfWorkload })).max(MAX_AGENTS_AT_ONCE)

const Updated = z.object({
  href: z.string(),
  status: z.enum(['updated', 'error', 'validation_failure']),
  token: z.string().optional(),
  message: z.string().optional(),
})
const Deleted = z.object({
  href: z.string(),
  status: z.literal('error'),
  errors: z.array(z.object({ token: z.string(), message: z.string() })),
})

const NOT_ALLOWED = { token: 'method_not_allowed_error', message: 'Not allowed' } as const
const NOT_FOUND = { token: 'not_found_error', message: 'Not found' } as const

const update = illumioRoute({
  method: 'put',
  path: `${COLLECTION}/bulk_update`,
  access: 'agents.write',
  operation: {
    id: UPDATE,
    summary: 'Change up to 1,000 workloads, each for itself',
    description:
      'Each has an href and the members of `workloads_put`. The answer says of each, in their order, whether it was changed; what is wrong with one keeps no other from being changed.',
  },
  params: OfOrganization,
  body: { schema: Changes, encoding: 'json' },
  replies: { 200: { description: 'The result for each', schema: z.array(Updated) } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const operation = operationOf(call)
    const entries = input.value.map((entry) => {
      const id = parseAgentUuid(idIn(entry.href, operation.actor.organization, 'workloads') ?? '')
      return { href: entry.href, id, checked: ChangeWorkload.safeParse(entry), entry }
    })
    const granted = await grantedLabelLists(
      call,
      entries.map(({ checked }) => checked.data?.labels ?? []),
    )
    const replies: z.output<typeof Updated>[] = []
    const changes: {
      readonly at: number
      readonly id: AgentName
      readonly changeOf: (agent: Agent) => AgentChange
    }[] = []
    for (const [at, { href, id, checked, entry }] of entries.entries()) {
      const labels = granted[at] ?? ok([])
      replies.push({ href, status: 'updated' })
      if (!checked.success) {
        const fault = { kind: 'input_invalid', problems: problemsOf(checked.error, entry) } as const
        replies[at] = failed(href, 'validation_failure', fault)
      } else if (id === null) replies[at] = unknown(href)
      else if (!labels.ok) replies[at] = failed(href, 'error', labels.fault)
      else {
        const { data } = checked
        const wanted = data.labels && labels.value
        changes.push({ at, id, changeOf: (agent) => workloadChange(data, wanted, agent) })
      }
    }
    const tooMany = ofTooMany(changes.map(({ id }) => id))
    if (tooMany) return tooMany
    const changed = await call.core.agents.changeAgents(operation, 'illumio', changes)
    return map(changed, (outcomes) => {
      for (const [i, { at }] of changes.entries()) {
        const outcome = outcomes[i]
        const href = replies[at]?.href ?? ''
        if (!outcome || outcome.ok) continue
        const isUnknown = outcome.fault.kind === 'not_found'
        replies[at] = isUnknown ? unknown(href) : failed(href, 'error', outcome.fault)
      }
      return { status: 200, json: replies }
    })
  },
})

function failed(
  href: string,
  status: 'error' | 'validation_failure',
  fault: IllumioFault,
): z.output<typeof Updated> {
  return { href, status, ...tokenOf(refusal(fault, UPDATE)) }
}

function unknown(href: string): z.output<typeof Updated> {
  return failed(href, 'error', { kind: 'reference_unknown', reference: href })
}

const removeMany = illumioRoute({
  method: 'put',
  path: `${COLLECTION}/bulk_delete`,
  access: 'agents.write',
  operation: {
    id: 'workloads_bulk_delete_put',
    summary: 'Delete unmanaged workloads, of which there are none',
    description:
      'Of each it says that it was not deleted: a managed one (`method_not_allowed_error`) is unpaired instead.',
  },
  params: OfOrganization,
  body: { schema: Deletions, encoding: 'json' },
  replies: { 200: { description: 'The result for each', schema: z.array(Deleted) } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const operation = operationOf(call)
    const { organization } = operation.actor
    const ids = input.value.map(({ href }) => parseAgentUuid(idIn(href, organization, 'workloads') ?? ''))
    const named = ids.filter((id) => id !== null)
    const tooMany = ofTooMany(named)
    if (tooMany) return tooMany
    const known = await call.core.agents.whichAreActive(operation, 'illumio', named)
    return map(known, (uuids) => {
      const json = input.value.map(({ href }, at): z.output<typeof Deleted> => {
        const isManaged = uuids.has(ids[at]?.uuid ?? '')
        return { href, status: 'error', errors: [isManaged ? NOT_ALLOWED : NOT_FOUND] }
      })
      return { status: 200, json }
    })
  },
})

const remove = illumioRoute({
  method: 'delete',
  path: `${COLLECTION}/:uuid{[0-9a-f-]+}`,
  access: 'agents.write',
  operation: {
    id: 'workloads_delete',
    summary: 'Delete an unmanaged workload, of which there are none',
    description: 'A managed one is 406 `method_not_allowed_error`: it is unpaired instead.',
  },
  params: OneAgent,
  replies: { 204: { description: 'Never answered: there are no unmanaged workloads' } },
  handle: async (call) => {
    const found = await agentOf(call, call.params.uuid)
    return found.ok ? ok(unacceptable(NOT_ALLOWED.token, NOT_ALLOWED.message)) : found
  },
})

export const bulkRoutes = [update, removeMany, remove]
