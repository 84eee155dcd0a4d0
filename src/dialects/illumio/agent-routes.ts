import * as z from 'zod'
import type { AgentQuery, Page } from '../../core/catalogue.ts'
import { type EntityId, parseAgentUuid } from '../../core/ids.ts'
import type { Rows } from '../../core/jobs/start.ts'
import type { Agent, AgentState } from '../../core/ledger/records.ts'
import { notFound, type Outcome, ok, refuse } from '../../core/outcome.ts'
import { type Call, route } from '../../http/route.ts'
import { VenReply, WorkloadReply } from './agent-schemas.ts'
import { formatVen, formatWorkload, labelName, type View } from './agent-wire.ts'
import type { Listing } from './asynchronous.ts'
import {
  collection,
  collectionOf,
  ExactText,
  LabelGroups,
  labelIds,
  maxResults,
  PartialText,
} from './collection.ts'
import { type Access, type Identity, operationOf } from './edge.ts'
import { idIn, OfOrganization, Uuid } from './hrefs.ts'
import type { Caller } from './profile-of.ts'

const WORKLOADS = '/api/v2/orgs/:org/workloads'
const VENS = '/api/v2/orgs/:org/vens'

const OneAgent = OfOrganization.extend({ uuid: Uuid })

/** With facts of 8 KiB each a page is at most 20 MiB, which an isolate can hold; A9's 10,000 would not fit. */
const MOST_AGENTS = 2_000
const AGENTS_OF_SLICE = 500

/** A machine has no name but its hostname, so that both are looked for there. */
const Filters = z.object({
  name: PartialText,
  hostname: PartialText,
  labels: LabelGroups,
  external_data_set: ExactText,
  external_data_reference: ExactText,
  max_results: maxResults(MOST_AGENTS),
})

const MAX_UNPAIRED_AT_ONCE = 400
const Unpair = z.strictObject({
  vens: z
    .array(z.object({ href: z.string().max(255) }))
    .min(1)
    .max(MAX_UNPAIRED_AT_ONCE),
  firewall_restore: z.enum(['saved', 'default', 'disable']).optional().meta({
    description: 'For the machine’s own agent, which this server cannot reach: accepted and ignored',
  }),
})

type What = {
  readonly path: string
  readonly id: string
  readonly summary: string
  readonly schema: z.ZodType
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
      const wanted = wantedBy(call)
      if (!wanted.ok) return wanted
      if (wanted.value === null) return ok(collection([], 0))
      const counted = await core.agents.count(operationOf(call), wanted.value)
      if (!counted.ok) return counted
      if (query.max_results === 0 || counted.value === 0) return ok(collection([], counted.value))
      const found = await slice(call, wanted.value, what, { after: null, limit: query.max_results })
      return found.ok ? ok(collection(found.value.rows, counted.value)) : found
    },
  })
  return { ...listed, slices: (call, limit) => slices(call, what, limit) }
}

/** null: nothing is. */
function wantedBy(call: ListCall): Outcome<Omit<AgentQuery, 'organization'> | null> {
  const { query } = call
  const labels = labelIds(query.labels, operationOf(call).actor.organization)
  if (!labels.ok) return labels
  // No machine comes from an external data source: what asks for one finds none (and sweepers delete none).
  if (query.external_data_set || query.external_data_reference) return ok(null)
  return ok({
    dialect: 'illumio',
    state: 'active',
    hostnameContains: query.name ?? query.hostname,
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
  const wanted = wantedBy(call)
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

const unpair = route<Access, Identity, typeof OfOrganization, undefined, typeof Unpair>({
  method: 'put',
  path: `${VENS}/unpair`,
  access: 'agents.write',
  operation: {
    id: 'vens_unpair_put',
    summary: 'Unpair VENs; their workloads disappear',
    description:
      'All hrefs are looked up before the first is unpaired: one that is unknown, or revoked, is 406 `invalid_uri`, ' +
      'and nothing is done. One that is unpaired already counts as done, so that a retry is free.',
  },
  params: OfOrganization,
  body: { schema: Unpair, encoding: 'json' },
  replies: { 204: { description: 'All were unpaired' } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const operation = operationOf(call)
    const { organization } = operation.actor
    const hrefs = [...new Set(input.value.vens.map(({ href }) => href))]
    const found = await Promise.all(
      hrefs.map((href) => agentOf(call, idIn(href, organization, 'vens') ?? '', ['active', 'left'])),
    )
    const vens: EntityId[] = []
    for (const [index, ven] of found.entries()) {
      if (ven.ok) {
        if (ven.value.state === 'active') vens.push(ven.value)
      } else if (ven.fault.kind === 'not_found') {
        return refuse({ kind: 'reference_unknown', reference: hrefs[index] ?? '' })
      } else return ven
    }
    const left = await Promise.all(vens.map((ven) => call.core.agents.unpair(operation, ven)))
    // One that left between the two calls is as wanted.
    const failed = left.find((outcome) => !outcome.ok && outcome.fault.kind !== 'not_found')
    return failed && !failed.ok ? failed : ok({ status: 204 })
  },
})

/** A machine by its UUID, in one of these states. */
async function agentOf(
  call: Caller,
  uuid: string,
  states: readonly AgentState[] = ['active'],
): Promise<Outcome<Agent>> {
  const id = parseAgentUuid(uuid)
  if (!id) return notFound('agent')
  const found = await call.core.agents.get(operationOf(call), id)
  if (!found.ok) return found
  const { dialect, state } = found.value
  return dialect === 'illumio' && states.includes(state) ? found : notFound('agent')
}

/** Labels that machines wished for by value are looked up when they are shown, never when they enroll. */
async function viewOf(call: Caller, agents: readonly Agent[]): Promise<Outcome<View>> {
  const operation = operationOf(call)
  const wished = agents.flatMap(({ grant }) => grant.labels.flatMap((one) => ('value' in one ? [one] : [])))
  const distinct = [...new Map(wished.map((one) => [labelName(one), one])).values()]
  const known = await call.core.labels.findByValues(operation, distinct)
  if (!known.ok) return known
  return ok({
    now: Date.now(),
    serverName: new URL(call.core.service.publicUrl()).hostname,
    permissions: operation.actor.permissions,
    labelIds: new Map(known.value.map((label) => [labelName(label), label.id])),
  })
}

const WORKLOAD = { path: WORKLOADS, schema: WorkloadReply, format: formatWorkload }
const VEN = { path: VENS, schema: VenReply, format: formatVen }

export const agentRoutes = [
  listing({ ...WORKLOAD, id: 'workloads_get', summary: 'List workloads' }),
  single({ ...WORKLOAD, id: 'workload_get', summary: 'One workload' }),
  listing({ ...VEN, id: 'vens_get', summary: 'List VENs' }),
  unpair,
  single({ ...VEN, id: 'ven_get', summary: 'One VEN' }),
]
