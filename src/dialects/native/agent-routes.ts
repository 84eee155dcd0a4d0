import * as z from 'zod'
import { ok, refuse } from '../../core/outcome.ts'
import { route } from '../../http/route.ts'
import { type Access, type Identity, selfOf } from './edge.ts'
import { Claim, formatCode, formatTokens, parseCode, TokenReply } from './wire.ts'

void formatCode
const Enroll = z.strictObject({
  code: z.string().max(256),
  claim: Claim.optional(),
  hostname: z.string().max(255).default(''),
  facts: z.record(z.string(), z.json()).default({}),
})

const Enrolled = TokenReply.extend({
  agent: z.object({ id: z.string(), profile_id: z.string(), key_id: z.string() }),
})

const enroll = route<Access, Identity, undefined, undefined, typeof Enroll>({
  method: 'post',
  path: '/v1/enroll',
  access: 'anyone',
  operation: {
    id: 'enroll',
    summary: 'Redeem a key: become an agent',
    description:
      'The code is the credential. The same claim again answers with the same agent and spends nothing.',
  },
  body: { schema: Enroll, encoding: 'json' },
  replies: {
    201: { description: 'A new agent; a use is spent', schema: Enrolled },
    200: { description: 'The agent that this claim made before; nothing is spent', schema: Enrolled },
  },
  handle: async ({ core, body, request }) => {
    const input = await body()
    if (!input.ok) return input
    const { hostname, facts, claim } = input.value
    const code = parseCode(input.value.code)
    if (!code) return refuse({ kind: 'redemption_refused', reason: 'code_unknown' })
    const attempt = { code, claim: claim ?? null, hostname, facts, wishes: { values: {}, labels: {} } }
    const enrolled = await core.keys.redeem('native', { ...attempt, address: request.address, request })
    if (!enrolled.ok) return enrolled
    const { isNew, identity, tokens } = enrolled.value
    return ok({
      status: isNew ? 201 : 200,
      json: { agent: { id: identity.agent.id }, ...formatTokens(tokens) },
    })
  },
})

const self = route<Access, Identity>({
  method: 'get',
  path: '/v1/agents/self',
  access: 'agent',
  operation: { id: 'agents_self', summary: 'Who this agent is' },
  replies: { 200: { description: 'The agent' } },
  handle: async (call) => ok({ status: 200, json: { id: selfOf(call).token.id } }),
})

export const agentRoutes = [enroll, self]
