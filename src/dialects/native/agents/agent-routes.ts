import * as z from 'zod'
import { map } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { text } from '../../../http/text.ts'
import { LabelMap } from '../../../http/words/label-map.ts'
import { commonFilters, Listing, sortOf } from '../../../http/words/listing.ts'
import { AgentId, KeyId, ProfileId, Timestamp } from '../../../http/words/wire.ts'
import { nativeRoute, operationOf } from '../edge/edge.ts'
import { foundReply, listOf } from '../edge/lists.ts'
import {
  AgentReply,
  AndKey,
  formatAgent,
  formatMassRevocation,
  formatRevocation,
  MassRevocationReply,
  RevocationReply,
  State,
} from './agent-wire.ts'

const params = z.object({ agent: AgentId })

const list = nativeRoute({
  method: 'get',
  path: '/v1/agents',
  access: 'agents.read',
  operation: {
    id: 'agents_list',
    summary: 'The organization’s agents',
    description: 'A redemption is listed within a second; a single record is exact.',
  },
  query: z.strictObject({
    ...Listing,
    key_id: KeyId.optional(),
    profile_id: ProfileId.optional(),
    since: Timestamp.optional().describe('Enrolled at or after'),
    until: Timestamp.optional().describe('Enrolled before'),
    state: State.optional(),
    hostname: text(255).optional().describe('As `q`'),
    sort: sortOf('agents'),
  }),
  replies: { 200: { description: 'A page of agents', schema: listOf(AgentReply) } },
  handle: async (call) => {
    const { key_id: key, profile_id: profile, since, until, state, hostname, sort: order } = call.query
    const query = { ...commonFilters(call.query, hostname), key, profile, since, until, state, order }
    const { agents } = call.core
    const { min_as_of } = call.query
    return foundReply(
      call,
      (page) => agents.browseAgents(operationOf(call), query, page, min_as_of),
      formatAgent,
    )
  },
})

const get = nativeRoute({
  method: 'get',
  path: '/v1/agents/:agent',
  access: 'agents.read',
  operation: { id: 'agents_get', summary: 'An agent, exact to this instant, whatever its state' },
  params,
  subject: 'agent',
  replies: { 200: { description: 'The agent', schema: AgentReply } },
  handle: async (call) =>
    map(await call.core.agents.getAgent(operationOf(call), call.params.agent), (agent) => ({
      status: 200,
      json: formatAgent(agent),
    })),
})

const change = nativeRoute({
  method: 'patch',
  path: '/v1/agents/:agent',
  access: 'agents.write',
  operation: {
    id: 'agents_change',
    summary: 'Change the labels of an active agent',
    description: 'What else an agent is follows from its enrollment, or is changed in its own dialect.',
  },
  params,
  subject: 'agent',
  body: { schema: z.strictObject({ labels: LabelMap }).partial(), encoding: 'json' },
  replies: { 200: { description: 'The agent', schema: AgentReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { labels: tags } = input.value
    const changed = await call.core.agents.changeAgent(operationOf(call), call.params.agent, given({ tags }))
    return map(changed, (agent) => ({ status: 200, json: formatAgent(agent) }))
  },
})

const revoke = nativeRoute({
  method: 'post',
  path: '/v1/agents/:agent/revoke',
  access: 'agents.revoke',
  operation: {
    id: 'agents_revoke',
    summary: 'Revoke an agent: its claim does not come back',
    description:
      'Its access token ends by itself within 10 minutes; introspection and `fresh` know at once. To disable its key takes ' +
      '`keys.write` for that key.',
  },
  params,
  subject: 'agent',
  body: { schema: z.strictObject({ and_key: AndKey }), encoding: 'json' },
  replies: {
    200: { description: 'Revoked; the answer has the remaining uses of its key', schema: RevocationReply },
  },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { and_key: andKey } = input.value
    const revoked = await call.core.agents.revokeAgent(operationOf(call), call.params.agent, andKey)
    return map(revoked, (revocation) => ({ status: 200, json: formatRevocation(revocation, false) }))
  },
})

const revokeMany = nativeRoute({
  method: 'post',
  path: '/v1/keys/:key/revoke-agents',
  access: 'agents.revoke',
  operation: {
    id: 'keys_revoke_agents',
    summary: 'Revoke every agent that a key enrolled since an instant: what to do when a key leaked',
    description:
      'All in one transaction. A dry run only says which they are and what would become of the key. `left_out` counts ' +
      'those that have other labels by now than the caller’s role is for. To disable the key takes `keys.write`, too.',
  },
  params: z.object({ key: KeyId }),
  subject: 'key',
  body: {
    schema: z.strictObject({ since: Timestamp, and_key: AndKey, dry_run: z.boolean().default(false) }),
    encoding: 'json',
  },
  replies: { 200: { description: 'The agents, and what their key has left', schema: MassRevocationReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { since, and_key: andKey, dry_run: isDryRun } = input.value
    const { key } = call.params
    const revoked = await call.core.keys.revokeAgentsOfKey(operationOf(call), key, since, andKey, isDryRun)
    return map(revoked, (revocation) => ({ status: 200, json: formatMassRevocation(revocation, isDryRun) }))
  },
})

export const agentRoutes = [list, get, change, revoke, revokeMany]
