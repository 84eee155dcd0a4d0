import * as z from 'zod'
import { MAX_FACTS_BYTES } from '../../../core/enrollment/ledger/redemption.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { map, refuse } from '../../../core/kernel/outcome.ts'
import { Claim, text } from '../../../http/text.ts'
import { nativeRoute } from '../edge/edge.ts'
import { ProblemDetails } from '../edge/problem.ts'
import { CODES, parseCode } from '../edge/wire.ts'
import { AgentIdentity, formatIdentity, formatTokens, TokenReply } from './agent-wire.ts'

const Enrollment = z.strictObject({
  code: z.string(),
  claim: Claim.optional(),
  hostname: text(255).default(''),
  facts: z
    // What comes from JSON.parse is JSON: no need to walk it.
    .record(z.string(), z.unknown())
    .default({})
    .transform((facts) => facts as JsonObject)
    .describe(`What the agent says of itself; at most ${MAX_FACTS_BYTES} bytes as JSON`),
})

const Enrolled = TokenReply.extend({ agent: AgentIdentity }).meta({ id: 'Enrolled' })
const contentType = 'application/problem+json'

const enroll = nativeRoute({
  method: 'post',
  path: '/v1/enroll',
  access: 'anyone',
  isShort: true,
  operation: {
    id: 'enroll',
    summary: 'Redeem a key: become an agent',
    description:
      'The code is the credential. The same claim again answers with the same agent and spends nothing; without a ' +
      'claim every call spends a use.',
  },
  body: { schema: Enrollment, encoding: 'json' },
  replies: {
    201: { description: 'A new agent; a use is spent', schema: Enrolled },
    200: { description: 'The agent that this claim made before; nothing is spent', schema: Enrolled },
    401: { description: 'Refused, for whatever reason', schema: ProblemDetails, contentType },
    429: {
      description: 'Too many refusals of this code from this address',
      schema: ProblemDetails,
      contentType,
      headers: { 'Retry-After': 'Seconds' },
    },
  },
  handle: async ({ core, body, request }) => {
    const input = await body()
    if (!input.ok) return input
    const { hostname, facts, claim = null } = input.value
    const code = parseCode(input.value.code)
    if (!code) return refuse({ kind: 'redemption_refused', reason: 'code_unknown' })
    const attempt = { code, claim, hostname, facts, wishes: { values: {}, labels: {} } }
    const enrolled = await core.keys.redeemKey(CODES, { ...attempt, address: request.address, request })
    return map(enrolled, ({ isNew, identity, tokens }) => ({
      status: isNew ? 201 : 200,
      json: {
        agent: formatIdentity(identity.agent),
        ...formatTokens(tokens),
      } satisfies z.output<typeof Enrolled>,
    }))
  },
})

export const enrollRoutes = [enroll]
