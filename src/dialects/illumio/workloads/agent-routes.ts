import * as z from 'zod'
import type { Agent } from '../../../core/enrollment/ledger/agent.ts'
import { map, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import type { Page } from '../../../core/kernel/page.ts'
import { fold } from '../../../core/kernel/text.ts'
import type { AgentQuery } from '../../../core/search/catalogue.ts'
import { maxResults, ofItems, ofListed, PartialText } from '../edge/collection.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { OfOrganization } from '../edge/hrefs.ts'
import { type Listing, listing } from '../edge/listing.ts'
import { KnownFacts } from '../edge/stored.ts'
import { timeoutsOf } from '../settings/timeouts.ts'
import { type About, VenFilters, vensWanted, WorkloadFilters, workloadsWanted } from './agent-filters.ts'
import { agentOf, OneAgent, serverNameOf, viewOf } from './agent-of.ts'
import { Interfaces, VenReply, WorkloadReply } from './agent-schemas.ts'
import { formatVen, formatWorkload, interfacesOf, type View } from './agent-wire.ts'

const WORKLOADS = '/api/v2/orgs/:org/workloads'
const VENS = '/api/v2/orgs/:org/vens'

type What = {
  readonly path: string
  readonly id: string
  readonly summary: string
  readonly schema: z.ZodType
  readonly format: (agent: Agent, view: View) => unknown
}

/** Both collections show the same agents. */
function listOf<Filters extends z.ZodObject>(
  { path, id, summary, schema, format }: What,
  filters: Filters,
  wantedBy: (query: z.output<Filters>, about: About) => Outcome<Omit<AgentQuery, 'organization'> | null>,
): Listing {
  return listing({
    path,
    access: 'agents.read',
    operation: { id, summary },
    params: OfOrganization,
    query: filters,
    item: schema,
    collect: async (call) => {
      const { core } = call
      const operation = operationOf(call)
      const about = {
        organization: operation.actor.organization,
        now: call.now,
        serverName: serverNameOf(core),
        timeouts: timeoutsOf(await core.settings.getAttributes(operation)),
      }
      return map(
        wantedBy(call.query as z.output<Filters>, about),
        (wanted) =>
          wanted &&
          ofListed(
            {
              count: () => core.agents.countAgents(operation, wanted),
              list: (page: Page) => core.agents.listAgents(operation, wanted, page),
              begin: (limit) => core.agents.beginAgents(operation, wanted, limit),
            },
            ({ ledger, n }) => ({ ledger, n }),
            async (agents) =>
              map(await viewOf(call, agents), (view) => agents.map((agent) => format(agent, view))),
          ),
      )
    },
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
    replies: { 200: { description: 'The record, exact to this instant', schema: what.schema } },
    handle: async (call) => {
      const found = await agentOf(call, call.params.uuid)
      if (!found.ok) return found
      const view = await viewOf(call, [found.value])
      return view.ok ? ok({ status: 200, json: what.format(found.value, view.value) }) : view
    },
  })
}

/** What `GET /workloads/:uuid` has, by itself. */
const interfaces = listing({
  path: `${WORKLOADS}/:uuid{[0-9a-f-]+}/interfaces`,
  access: 'agents.read',
  operation: { id: 'workloads_interfaces_get', summary: 'The interfaces of a workload' },
  params: OneAgent,
  query: z.strictObject({ name: PartialText, max_results: maxResults() }),
  item: Interfaces.element,
  collect: async (call) => {
    const found = await agentOf(call, call.params.uuid)
    const { name: part } = call.query
    return map(found, ({ facts }) => {
      const all = interfacesOf(KnownFacts.parse(facts))
      return ofItems(all.filter(({ name }) => part === undefined || fold(name).includes(part)))
    })
  },
})

const WORKLOAD = { path: WORKLOADS, schema: WorkloadReply, format: formatWorkload }
const VEN = { path: VENS, schema: VenReply, format: formatVen }

export const agentRoutes = [
  listOf({ ...WORKLOAD, id: 'workloads_get', summary: 'List workloads' }, WorkloadFilters, workloadsWanted),
  single({ ...WORKLOAD, id: 'workload_get', summary: 'One workload' }),
  listOf({ ...VEN, id: 'vens_get', summary: 'List VENs' }, VenFilters, vensWanted),
  interfaces,
  single({ ...VEN, id: 'ven_get', summary: 'One VEN' }),
]
