import * as z from 'zod'
import type { Self } from '../../../core/enrollment/agents/self.ts'
import type { Agent } from '../../../core/enrollment/ledger/agent.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { formatTime } from '../../../http/time.ts'
import { Time } from '../../../http/words/wire.ts'
import { nativeRoute, selfOf } from '../edge/edge.ts'
import { AgentIdentity, AgentReply, formatAgent, formatTokenIdentity } from './agent-wire.ts'

const SelfReply = AgentIdentity.extend({
  token_expires_at: Time,
  agent: AgentReply.optional().describe('As the ledger has it now; absent unless `fresh=1` asked it'),
}).meta({ id: 'Self' })

const self = nativeRoute({
  method: 'get',
  path: '/v1/agents/self',
  access: 'agent',
  isShort: true,
  operation: {
    id: 'agents_self',
    summary: 'Who this agent is',
    description:
      'Answered from the token alone, and so true of it until the token ends. `fresh=1` asks the ledger.',
  },
  query: z.strictObject({ fresh: z.enum(['0', '1']).default('0') }),
  replies: { 200: { description: 'The agent', schema: SelfReply } },
  handle: async (call) => {
    const who = selfOf(call)
    if (call.query.fresh === '0') return ok({ status: 200, json: formatSelf(who, null) })
    const found = await call.core.agents.inspectAgent(who)
    return map(found, (agent) => ({ status: 200, json: formatSelf(who, agent) }))
  },
})

const heartbeat = nativeRoute({
  method: 'post',
  path: '/v1/agents/self/heartbeat',
  access: 'agent',
  isShort: true,
  operation: {
    id: 'agents_heartbeat',
    summary: 'Send a heartbeat, and learn whether the agent is still active',
    description: 'Refused once the agent was revoked. What is shown to operators is exact to a minute.',
  },
  replies: { 200: { description: 'The agent', schema: AgentReply } },
  handle: async (call) =>
    map(await call.core.agents.recordHeartbeat(selfOf(call)), (agent) => ({
      status: 200,
      json: formatAgent(agent),
    })),
})

const goodbye = nativeRoute({
  method: 'delete',
  path: '/v1/agents/self',
  access: 'agent',
  isShort: true,
  operation: {
    id: 'agents_goodbye',
    summary: 'The agent leaves: its claim ends, and another enrollment with it spends a new use',
  },
  replies: { 204: { description: 'The agent has left' } },
  handle: async (call) =>
    map(await call.core.agents.endAgent(selfOf(call), call.request), () => ({ status: 204 })),
})

function formatSelf({ token }: Self, agent: Agent | null): z.output<typeof SelfReply> {
  return {
    ...formatTokenIdentity(token),
    token_expires_at: formatTime(token.expiresAtSeconds * 1_000),
    ...(agent && { agent: formatAgent(agent) }),
  }
}

export const selfRoutes = [self, heartbeat, goodbye]
