import * as z from 'zod'
import type { Explanation } from '../../../core/enrollment/ledger/redemption.ts'
import { map } from '../../../core/kernel/outcome.ts'
import { REFUSAL_REASONS, type RefusalReason } from '../../../core/kernel/refusal-reason.ts'
import { Claim } from '../../../http/text.ts'
import { formatTime } from '../../../http/time.ts'
import { nativeRoute, operationOf } from '../edge/edge.ts'
import { Address, KeyId, Time } from '../edge/wire.ts'

/** The text for each rule, in the order of their checks. */
const REFUSALS = {
  key_unknown: 'The key, or its profile, is deleted.',
  profile_disabled: 'The profile is disabled.',
  key_revoked: 'The key is revoked, and that is final.',
  key_decoy: 'The key is a decoy: it redeems nothing. Its clients are answered as a revoked key answers.',
  key_disabled: 'The key is disabled.',
  suspended_by_restore:
    'The key comes from a backup, and what happened since is not known: an operator has to release it.',
  address_not_allowed: 'The address is not among those that the profile and the key allow.',
  agent_revoked: 'This claim’s agent was revoked, and a revoked claim does not come back.',
  agent_disabled: 'This claim’s agent is disabled until an operator enables it.',
  claim_denied: 'An operator denied this claim.',
  claim_bound: 'This claim goes with another public key; an operator may allow a new one, once.',
  hold_lapsed: 'Nothing is held for this claim any more: only what is held can be confirmed.',
  hold_not_allowed: 'The key does not let uses be held.',
  hold_required: 'The key requires a use to be held before it is confirmed.',
  claim_required: 'A use is held for a claim only, and this attempt has none.',
  key_paused: 'The key is paused, and this claim made no agent before.',
  key_not_started: 'The key lets new claims in only later.',
  outside_window: 'The key lets new claims in only within its windows.',
  key_expired: 'The key has expired, and this claim made no agent before.',
  rate_limited: 'The key made as many agents as its rate allows: a new one has to wait.',
  key_spent: 'The key has no uses left, and this claim made no agent before.',
  key_held: 'What the key has left is held for other claims.',
  approvals_full: 'As many claims wait for approval as may.',
  holds_full: 'The client’s network holds as many uses as one network may.',
  issuer_unavailable: 'What signs its agents’ certificates may not, or is not valid now.',
} as const satisfies Record<RefusalReason, string>

const ADDRESS_UNKNOWN =
  'The profile or the key allows certain addresses only, and the client’s address is not known.'

const Reason = z.enum(REFUSAL_REASONS)

const ExplanationReply = z
  .object({
    decision: z
      .enum(['new', 'repeat', 'hold', 'held', 'pick_up', 'refused'])
      .describe(
        '`hold`: a use would be held; `held`: it is, for this claim; `pick_up`: its agent would be made',
      ),
    reason: Reason.nullable().describe('null unless refused'),
    explanation: z.string().describe('For people: which rule decides'),
    agent_id: z.string().nullable().describe('The agent that this claim made, whatever the decision'),
    uses_left: z.number().int().nullable().describe('null: unlimited'),
    rules: z
      .array(z.object({ reason: Reason, outcome: z.enum(['passed', 'refused', 'not_asked']) }))
      .describe('Every rule, in the order in which it is asked'),
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
      intent: z.enum(['enroll', 'hold', 'confirm']).default('enroll').describe('What the client asks for'),
    }),
    encoding: 'json',
  },
  replies: { 200: { description: 'The decision and its reason', schema: ExplanationReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { claim = null, address = null, intent } = input.value
    const explained = await call.core.keys.explainKey(operationOf(call), call.params.key, {
      claim,
      address,
      intent,
    })
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
    rules: rulesOf(explanation),
    refusals: refusals.map(({ minute, network, ...refusal }) => ({
      ...refusal,
      address: network,
      minute: formatTime(minute),
    })),
  }
}

const GRANTED = {
  repeat: 'This claim made an agent before: it gets the same again, and no use is spent.',
  new: 'No rule is against it: it would make an agent and spend a use.',
  hold: 'No rule is against it: a use would be held for this claim.',
  held: 'A use is held for this claim, and waits to be confirmed or approved.',
  pick_up: 'A use is held for this claim, and nothing is in the way: its agent would be made.',
} as const

/** Rules behind those that let a claim pass early are not asked of it. */
function rulesOf({ decision, reason }: Explanation): z.output<typeof ExplanationReply>['rules'] {
  const last = reason ?? (decision === 'new' || decision === 'hold' ? REFUSAL_REASONS.at(-1) : 'claim_bound')
  const end = REFUSAL_REASONS.indexOf(last ?? 'issuer_unavailable')
  return REFUSAL_REASONS.map((one, i) => ({
    reason: one,
    outcome: one === reason ? 'refused' : i <= end ? 'passed' : 'not_asked',
  }))
}

function sentenceOf({ decision, reason }: Explanation, address: string | null): string {
  if (reason === 'address_not_allowed' && address === null) return ADDRESS_UNKNOWN
  if (reason !== null) return REFUSALS[reason]
  return GRANTED[decision === 'refused' ? 'new' : decision]
}

export const explainRoutes = [explain]
