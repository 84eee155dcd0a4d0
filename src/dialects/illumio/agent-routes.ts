import * as z from 'zod'
import type { AgentQuery, Page } from '../../core/catalogue.ts'
import type { EntityId } from '../../core/ids.ts'
import type { Rows } from '../../core/jobs/start.ts'
import type { Agent } from '../../core/ledger/records.ts'
import { map, type Outcome, ok } from '../../core/outcome.ts'
import { given } from '../../http/members.ts'
import { type Call, route } from '../../http/route.ts'
import { agentOf, OneAgent, viewOf } from './agent-of.ts'
import { VenReply, WorkloadReply } from './agent-schemas.ts'
import { formatVen, formatWorkload, type View } from './agent-wire.ts'
import type { Listing } from './asynchronous.ts'
import {
  collection,
  collectionOf,
  ExactText,
  Flag,
  LabelGroups,
  labelIds,
  maxResults,
  PartialText,
} from './collection.ts'
import { type Access, type Identity, operationOf } from './edge.ts'
import { OfOrganization } from './hrefs.ts'
import { EnforcementMode } from './modes.ts'
import { VisibilityLevel } from './profile-schemas.ts'

const WORKLOADS = '/api/v2/orgs/:org/workloads'
const VENS = '/api/v2/orgs/:org/vens'

/** With facts of 8 KiB each a page is at most 20 MiB, which an isolate can hold; A9's 10,000 would not fit. */
const MOST_AGENTS = 2_000
const AGENTS_OF_SLICE = 500

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
function listing(what: What): Listing {
  const listed = route<Access, Identity, typeof OfOrganization, typeof Filters>({
    method: 'get',
    path: what.path,
    access: 'agents.read',
    operation: { id: what.id, summary: what.summary },
    params: OfOrganization,
    query: Filters,
    replies: { 200: collectionOf(what.schema) },
    handle: async (call) => {
      const { core, query } = call
      const wanted = wantedBy(call, what)
      if (!wanted.ok) return wanted
      if (wanted.value === null) return ok(collection([], 0))
      const found = await slice(call, wanted.value, what, { after: null, limit: query.max_results })
      if (!found.ok) return found
      const { rows, last } = found.value
      if (last === null && query.max_results > 0) return ok(collection(rows, rows.length))
      const beginning = last && { rows: rows.length, last }
      const counted = await core.agents.count(operationOf(call), wanted.value, beginning)
      return map(counted, (count) => collection(rows, count))
    },
  })
  return { ...listed, slices: (call, limit) => slices(call, what, limit) }
}

/** null: nothing is. */
function wantedBy(call: ListCall, { nameAttribute }: What): Outcome<Omit<AgentQuery, 'organization'> | null> {
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

async function slice(
  call: ListCall,
  wanted: Omit<AgentQuery, 'organization'>,
  { format }: What,
  page: Page,
): Promise<Outcome<{ readonly rows: readonly unknown[]; readonly last: EntityId | null }>> {
  const found = await call.core.agents.list(operationOf(call), wanted, page)
  if (!found.ok) return found
  const view = await viewOf(call, found.value)
  if (!view.ok) return view
  const last = found.value.length < page.limit ? null : (found.value.at(-1) ?? null)
  return ok({ rows: found.value.map((agent) => format(agent, view.value)), last })
}

async function* slices(call: ListCall, what: What, limit: number): Rows {
  const wanted = wantedBy(call, what)
  if (!wanted.ok || wanted.value === null) return yield wanted.ok ? ok([]) : wanted
  let after: EntityId | null = null
  for (let rest = limit; rest > 0; rest -= AGENTS_OF_SLICE) {
    const found: Awaited<ReturnType<typeof slice>> = await slice(call, wanted.value, what, {
      after,
      limit: Math.min(rest, AGENTS_OF_SLICE),
    })
    if (!found.ok) return yield found
    yield ok(found.value.rows)
    after = found.value.last
    if (after === null) return
  }
}

function single(what: What) {
  return route<Access, Identity, typeof OneAgent>({
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
  listing({ ...WORKLOAD, id: 'workloads_get', summary: 'List workloads' }),
  single({ ...WORKLOAD, id: 'workload_get', summary: 'One workload' }),
  listing({ ...VEN, id: 'vens_get', summary: 'List VENs' }),
  single({ ...VEN, id: 'ven_get', summary: 'One VEN' }),
]
