import type * as z from 'zod'
import type { Agent } from '../../../core/enrollment/ledger/agent.ts'
import { map, notFound, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import type { GroupType } from '../edge/association.ts'
import { type AnyCall, operationOf, zpaRoute } from '../edge/edge.ts'
import { parseGid } from '../edge/ids.ts'
import { documentedPage, find, ListQuery, pageOf, searchOf } from '../edge/list.ts'
import { is, isIn, microtenantOf, OfMicrotenant } from '../edge/microtenants.ts'
import { OfCustomer, OneResource, V1 } from '../edge/paths.ts'
import {
  BulkInput,
  ComponentInput,
  ComponentReply,
  componentChange,
  componentFields,
  formatComponent,
  isOf,
} from './component-wire.ts'

type Words = { readonly collection: string; readonly id: string; readonly noun: string }

/** App Connectors and Private Service Edges differ in their words alone. Nothing is POSTed: enrollment makes them. */
function routesOf(type: GroupType, { collection, id, noun }: Words) {
  const path = `${V1}/${collection}`

  const list = zpaRoute({
    method: 'get',
    path,
    access: 'agents.read',
    operation: {
      id: `${id}s_get`,
      summary: `List ${noun}s`,
      description: 'Within a second of an enrollment.',
    },
    params: OfCustomer,
    query: ListQuery,
    replies: { 200: documentedPage(ComponentReply) },
    handle: async (call) => {
      const asked = searchOf(call.query, componentFields(type))
      if (!asked.ok) return asked
      const where = [is('groupType', type), ...asked.value.where]
      const found = await find({ ...asked.value, where }, (search) =>
        call.core.agents.searchAgents(operationOf(call), { dialect: 'zpa', ...search }),
      )
      return found.ok ? pageOf(call, asked.value, found.value, (agents) => format(call, agents)) : found
    },
  })

  const get = zpaRoute({
    method: 'get',
    path: `${path}/:id`,
    access: 'agents.read',
    operation: { id: `${id}_get`, summary: `One ${noun}, exact to this instant` },
    params: OneResource,
    query: OfMicrotenant,
    replies: { 200: { description: 'The component', schema: ComponentReply } },
    handle: async (call) => {
      const agent = await componentOf(call, call.params.id)
      if (!agent.ok) return agent
      return map(await format(call, [agent.value]), ([json]) => ({ status: 200, json }))
    },
  })

  const change = zpaRoute({
    method: 'put',
    path: `${path}/:id`,
    access: 'agents.write',
    operation: {
      id: `${id}_put`,
      summary: `Change a ${noun}: its name, description, or whether it is enabled`,
    },
    params: OneResource,
    query: OfMicrotenant,
    body: { schema: ComponentInput, encoding: 'json' },
    replies: { 204: { description: 'Updated' } },
    handle: async (call) => {
      const agent = await componentOf(call, call.params.id)
      if (!agent.ok) return agent
      const input = await call.body()
      if (!input.ok) return input
      const wanted = componentChange(input.value)
      const changed = await call.core.agents.changeAgent(operationOf(call), agent.value, wanted)
      return changed.ok ? ok({ status: 204 }) : changed
    },
  })

  const remove = zpaRoute({
    method: 'delete',
    path: `${path}/:id`,
    access: 'agents.revoke',
    operation: {
      id: `${id}_delete`,
      summary: `Delete a ${noun} and revoke its certificates`,
      description: 'The key’s usageCount stays; the same fingerprint does not come back by the same key.',
    },
    params: OneResource,
    query: OfMicrotenant,
    replies: { 204: { description: 'Deleted' } },
    handle: async (call) => {
      const agent = await componentOf(call, call.params.id)
      if (!agent.ok) return agent
      const revoked = await call.core.agents.revokeAgent(operationOf(call), agent.value, 'keep')
      return revoked.ok ? ok({ status: 204 }) : revoked
    },
  })

  const bulkDelete = zpaRoute({
    method: 'post',
    path: `${path}/bulkDelete`,
    access: 'agents.revoke',
    operation: { id: `${id}s_bulk_delete`, summary: `Delete ${noun}s`, description: 'All of them, or none.' },
    params: OfCustomer,
    query: OfMicrotenant,
    body: { schema: BulkInput, encoding: 'json' },
    replies: { 200: { description: 'Deleted; the body is empty' } },
    handle: async (call) => {
      const input = await call.body()
      if (!input.ok) return input
      const ids = [...new Set(input.value.ids)]
      const agents: Agent[] = []
      for (const one of ids) {
        const agent = await componentOf(call, one)
        if (!agent.ok) return agent.fault.kind === 'not_found' ? unknown(one) : agent
        agents.push(agent.value)
      }
      const revoked = await call.core.agents.revokeManyAgents(operationOf(call), agents)
      return revoked.ok ? ok({ status: 200 }) : revoked
    },
  })

  const allow = zpaRoute({
    method: 'post',
    path: `${path}/:id/allowReenrollment`,
    access: 'agents.write',
    operation: {
      id: `${id}_allow_reenrollment`,
      summary: `Let a ${noun}’s fingerprint enroll with another public key, once`,
      description: 'Ours: the vendor has no such route.',
    },
    params: OneResource,
    query: OfMicrotenant,
    replies: { 204: { description: 'The next enrollment of its fingerprint may bring another key' } },
    handle: async (call) => {
      const agent = await componentOf(call, call.params.id)
      if (!agent.ok) return agent
      const allowed = await call.core.agents.allowRebinding(operationOf(call), agent.value)
      return allowed.ok ? ok({ status: 204 }) : allowed
    },
  })

  /** Not one of another microtenant than the query says. */
  async function componentOf(
    call: AnyCall & { readonly query: z.output<typeof OfMicrotenant> },
    gid: string,
  ): Promise<Outcome<Agent>> {
    const parsed = parseGid('component', gid)
    if (!parsed) return notFound('agent')
    const found = await call.core.agents.getAgent(operationOf(call), parsed)
    if (!found.ok) return found
    const { state, grant } = found.value
    const isIt = state === 'active' && isOf(type, found.value)
    return isIt && isIn(call.query, microtenantOf({ attributes: grant.values })) ? found : notFound('agent')
  }

  async function format(call: AnyCall, agents: readonly Agent[]) {
    const described = await call.core.agents.describeAgents(operationOf(call), agents)
    return described.ok ? ok(described.value.map((one) => formatComponent(type, one))) : described
  }

  return [list, get, change, remove, bulkDelete, allow]
}

function unknown(id: string): Outcome<never> {
  return refuse({ kind: 'reference_unknown', reference: id })
}

export const componentRoutes = [
  ...routesOf('CONNECTOR_GRP', {
    collection: 'connector',
    id: 'zpa_connector',
    noun: 'App Connector',
  }),
  ...routesOf('SERVICE_EDGE_GRP', {
    collection: 'serviceEdge',
    id: 'zpa_service_edge',
    noun: 'Private Service Edge',
  }),
]
