import * as z from 'zod'
import type { Agent } from '../../../core/enrollment/ledger/agent.ts'
import { slicesOf } from '../../../core/kernel/list-slices.ts'
import { map, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import type { Page } from '../../../core/kernel/page.ts'
import type { AgentQuery } from '../../../core/search/catalogue.ts'
import { given } from '../../../http/members.ts'
import type { Call } from '../../../http/route.ts'
import { ExactText, Flag, LabelGroups, labelIds, maxResults, PartialText } from '../edge/collection.ts'
import { type Identity, illumioRoute, operationOf } from '../edge/edge.ts'
import { OfOrganization } from '../edge/hrefs.ts'
import { type Listing, listing } from '../edge/listing.ts'
import { EnforcementMode } from '../edge/modes.ts'
import { VisibilityLevel } from '../pairing/profile-schemas.ts'
import { agentOf, OneAgent, viewOf } from './agent-of.ts'
import { VenReply, WorkloadReply } from './agent-schemas.ts'
import { formatVen, formatWorkload, type View } from './agent-wire.ts'

const WORKLOADS = '/api/v2/orgs/:org/workloads'
const VENS = '/api/v2/orgs/:org/vens'

/** What one answer may have; a job may have all (docs/dialects/illumio.md#totals-and-limits). */
const MOST_AGENTS = 2_000

const Filters = z.object({
  name: PartialText.meta({ description: 'Matches a part of the name or the hostname, in any case' }),
  hostname: PartialText,
  labels: LabelGroups,
  external_data_set: ExactText,
  external_data_reference: ExactText,
  enforcement_mode: EnforcementMode.optional(),
  visibility_level: VisibilityLevel.optional(),
  managed: Flag.meta({ description: 'Every workload here is managed' }),
  status: z.enum(['active', 'suspended', 'stopped', 'uninstalled']).optional().meta({
    description: 'Of the VEN; what is stopped or uninstalled is not here',
  }),
  ven_type: z.enum(['server', 'endpoint']).optional(),
  max_results: maxResults(MOST_AGENTS),
})

type What = {
  readonly path: string
  readonly id: string
  readonly summary: string
  readonly schema: z.ZodType
  readonly nameAttribute: string
  readonly format: (agent: Agent, view: View) => unknown
}
type ListCall = Call<Identity, unknown, z.output<typeof Filters>, unknown>

/** Both collections show the same agents. */
function listOf({ path, id, summary, schema, format, nameAttribute }: What): Listing {
  return listing({
    path,
    access: 'agents.read',
    operation: { id, summary },
    params: OfOrganization,
    query: Filters,
    item: schema,
    collect: async (call) => {
      const { core } = call
      const operation = operationOf(call)
      return map(
        wantedBy(call, nameAttribute),
        (wanted) =>
          wanted && {
            count: () => core.agents.countAgents(operation, wanted),
            read: slicesOf(
              (page: Page) => core.agents.listAgents(operation, wanted, page),
              ({ ledger, n }) => ({ ledger, n }),
              async (agents) =>
                map(await viewOf(call, agents), (view) => agents.map((agent) => format(agent, view))),
            ),
          },
      )
    },
  })
}

/** null: nothing is. */
function wantedBy(call: ListCall, nameAttribute: string): Outcome<Omit<AgentQuery, 'organization'> | null> {
  const { query } = call
  const labels = labelIds(query.labels, operationOf(call).actor.organization)
  if (!labels.ok) return labels
  const isGone = query.status === 'stopped' || query.status === 'uninstalled'
  if (isGone || query.managed === 'false') return ok(null)
  const { external_data_set, external_data_reference, enforcement_mode, visibility_level, ven_type } = query
  return ok({
    dialect: 'illumio',
    state: 'active',
    hostnameContains: query.hostname,
    nameContains: query.name === undefined ? undefined : { text: query.name, attribute: nameAttribute },
    attributes: {
      ...given({ external_data_set, external_data_reference }),
      ...(query.status && { ven_status: query.status === 'active' ? null : query.status }),
    },
    values: given({ enforcement_mode, visibility_level, ven_type }),
    labels: labels.value,
  })
}

function single(what: What) {
  return illumioRoute({
    method: 'get',
    // Only what looks like an id: `/vens/unpair` is another path, with a method of its own.
    path: `${what.path}/:uuid{[0-9a-f-]+}`,
    access: 'agents.read',
    operation: { id: what.id, summary: what.summary },
    params: OneAgent,
    replies: { 200: { description: 'It, exact to this instant', schema: what.schema } },
    handle: async (call) => {
      const found = await agentOf(call, call.params.uuid)
      if (!found.ok) return found
      const view = await viewOf(call, [found.value])
      return view.ok ? ok({ status: 200, json: what.format(found.value, view.value) }) : view
    },
  })
}

const WORKLOAD = {
  path: WORKLOADS,
  schema: WorkloadReply,
  nameAttribute: 'name_folded',
  format: formatWorkload,
}
const VEN = { path: VENS, schema: VenReply, nameAttribute: 'ven_name_folded', format: formatVen }

export const agentRoutes = [
  listOf({ ...WORKLOAD, id: 'workloads_get', summary: 'List workloads' }),
  single({ ...WORKLOAD, id: 'workload_get', summary: 'One workload' }),
  listOf({ ...VEN, id: 'vens_get', summary: 'List VENs' }),
  single({ ...VEN, id: 'ven_get', summary: 'One VEN' }),
]
