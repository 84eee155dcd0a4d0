import * as z from 'zod'
import type { Explanation } from '../../../core/enrollment/ledger/redemption.ts'
import { map } from '../../../core/kernel/outcome.ts'
import type { RefusalReason } from '../../../core/kernel/refusal-reason.ts'
import { Claim } from '../../../http/text.ts'
import { formatTime } from '../../../http/time.ts'
import { nativeRoute, operationOf } from '../edge/edge.ts'
import { Address, KeyId, Time } from '../edge/wire.ts'

/** What the operator is told of each rule, in the order in which they are asked. */
const REFUSALS = {
  key_unknown: 'The key, or its profile, is deleted.',
  profile_disabled: 'The profile is disabled.',
  key_revoked: 'The key is revoked, and that is final.',
  key_disabled: 'The key is disabled.',
  suspended_by_restore:
    'The key comes from a backup, and what happened since is not known: an operator has to release it.',
  address_not_allowed: 'The address is not among those that the profile and the key allow.',
  agent_revoked: 'This claim’s agent was revoked, and a revoked claim does not come back.',
  agent_disabled: 'This claim’s agent is disabled until an operator enables it.',
  claim_bound: 'This claim goes with another public key; an operator may allow a new one, once.',
  key_expired: 'The key has expired, and this claim made no agent before.',
  key_spent: 'The key has no uses left, and this claim made no agent before.',
  issuer_unavailable: 'What signs its agents’ certificates may not, or is not valid now.',
} as const satisfies Record<RefusalReason, string>

const ADDRESS_UNKNOWN =
  'The profile or the key allows certain addresses only, and the client’s address is not known.'

const Reason = z.enum(Object.keys(REFUSALS) as [RefusalReason, ...RefusalReason[]])

const ExplanationReply = z
  .object({
    decision: z.enum(['new', 'repeat', 'refused']),
    reason: Reason.nullable().describe('null unless refused'),
    explanation: z.string().describe('For people: which rule decides'),
    agent_id: z.string().nullable().describe('The agent that this claim made, whatever the decision'),
    uses_left: z.number().int().nullable().describe('null: unlimited'),
    refusals: z
      .array(
        z.object({
          reason: Reason,
          address: z
            .string()
            .nullable()
            .describe('An IPv4 address or an IPv6 network, such as 2001:db8:1:2::/64; null: unknown'),
          minute: Time.describe('Its start'),
          count: z.number().int(),
        }),
      )
      .describe(
        'The key’s refused redemptions, counted by the minute and where they came from, newest first',
      ),
  })
  .meta({ id: 'Explanation' })

const explain = nativeRoute({
  method: 'post',
  path: '/v1/keys/:key/explain',
  access: 'keys.read',
  operation: {
    id: 'keys_explain',
    summary: 'Whether a redemption would be let in now, which rule decides, and what was refused before',
    description: 'The same decision as a redemption’s. Nothing is counted, and nothing changes.',
  },
  params: z.object({ key: KeyId }),
  subject: 'key',
  body: {
    schema: z.strictObject({
      claim: Claim.optional(),
      address: Address.optional().describe('Absent: as if the client’s address were not known'),
    }),
    encoding: 'json',
  },
  replies: { 200: { description: 'The decision and its reason', schema: ExplanationReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { claim = null, address = null } = input.value
    const explained = await call.core.keys.explainKey(operationOf(call), call.params.key, { claim, address })
    return map(explained, (explanation) => ({ status: 200, json: formatExplanation(explanation, address) }))
  },
})

function formatExplanation(
  explanation: Explanation,
  address: string | null,
): z.output<typeof ExplanationReply> {
  const { decision, reason, agent, usesLeft, refusals } = explanation
  return {
    decision,
    reason,
    explanation: sentenceOf(explanation, address),
    agent_id: agent,
    uses_left: usesLeft,
    refusals: refusals.map(({ minute, network, ...refusal }) => ({
      ...refusal,
      address: network,
      minute: formatTime(minute),
    })),
  }
}

function sentenceOf({ decision, reason }: Explanation, address: string | null): string {
  if (reason === 'address_not_allowed' && address === null) return ADDRESS_UNKNOWN
  if (reason !== null) return REFUSALS[reason]
  return decision === 'repeat'
    ? 'This claim made an agent before: it gets the same again, and no use is spent.'
    : 'No rule is against it: it would make an agent and spend a use.'
}

export const explainRoutes = [explain]
