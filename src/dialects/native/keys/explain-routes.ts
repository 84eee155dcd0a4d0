import * as z from 'zod'
import type { Explanation, RefusalCount } from '../../../core/enrollment/ledger/redemption.ts'
import { rulesAsked } from '../../../core/enrollment/ledger/rules/asked.ts'
import { MAX_SLOT_VALUE } from '../../../core/enrollment/ledger/rules/slots.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { map } from '../../../core/kernel/outcome.ts'
import { REFUSAL_REASONS, type RefusalReason } from '../../../core/kernel/refusal-reason.ts'
import { Claim, text } from '../../../http/text.ts'
import { formatTime } from '../../../http/time.ts'
import { Address, formatKeyId, KeyId, Time } from '../../../http/words/wire.ts'
import { nativeRoute, operationOf } from '../edge/edge.ts'
import { Paging } from '../edge/paging.ts'

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
  identity_missing: 'The key needs an identity token, and the attempt has none.',
  identity_invalid:
    'The identity token is not valid: its signature, its times, its issuer or its audience. The audit says which.',
  identity_not_allowed:
    'No rule of the key lets this identity in. The audit names the claim that does not hold.',
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
  not_listed: 'The key lets in only machines of its slots, and what this one says matches none.',
  slot_filled: 'The slot of this machine is filled, or held for another claim.',
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

const RefusalReply = z
  .object({
    reason: Reason,
    address: z
      .string()
      .nullable()
      .describe('An IPv4 address or an IPv6 network, such as 2001:db8:1:2::/64; null: unknown'),
    minute: Time.describe('Its start'),
    count: z.number().int(),
  })
  .meta({ id: 'RefusalCount' })

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
      .array(RefusalReply)
      .describe(
        'The key’s refused redemptions, counted by the minute and where they came from, newest first',
      ),
  })
  .meta({ id: 'Explanation' })

const NO_ATTEMPT = {
  identity: undefined,
  claim: undefined,
  address: undefined,
  intent: 'enroll',
  hostname: undefined,
  serial: undefined,
  csr_sha256: undefined,
} as const

const explain = nativeRoute({
  method: 'post',
  path: '/v1/keys/:key/explain',
  access: 'keys.read',
  operation: {
    id: 'keys_explain',
    summary: 'Whether a redemption would be let in now, which rule decides, and what was refused before',
    description:
      'The same decision as a redemption’s. Nothing is counted, and nothing changes. The body may be absent.',
  },
  params: z.object({ key: KeyId }),
  subject: 'key',
  body: {
    schema: z.strictObject({
      claim: Claim.optional(),
      address: Address.optional().describe('Absent: as if the client’s address were not known'),
      identity: z
        .strictObject({ issuer: z.string().max(2_048), claims: z.record(z.string(), z.unknown()) })
        .optional()
        .describe('The claims that a genuine token would have; absent: as if none came'),
      intent: z.enum(['enroll', 'hold', 'confirm']).default('enroll').describe('What the client asks for'),
      hostname: text(MAX_SLOT_VALUE).optional().describe('What the machine says: a key with slots asks'),
      serial: text(MAX_SLOT_VALUE).optional().describe('The same, as `facts.serial` of an enrollment'),
      csr_sha256: text(MAX_SLOT_VALUE).optional().describe('The same, of the DER of its `csr`'),
    }),
    encoding: 'json',
  },
  replies: { 200: { description: 'The decision and its reason', schema: ExplanationReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok && input.fault.kind !== 'body_missing') return input
    const {
      claim = null,
      address = null,
      intent,
      identity,
      hostname = null,
      serial,
      csr_sha256: csrSha256,
    } = input.ok ? input.value : NO_ATTEMPT
    const explained = await call.core.keys.explainKey(operationOf(call), call.params.key, {
      claim,
      address,
      intent,
      about: { hostname, facts: JSON.stringify({ serial }), ...(csrSha256 !== undefined && { csrSha256 }) },
      identity: identity ? { issuer: identity.issuer, claims: identity.claims as JsonObject } : null,
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
    rules: [...rulesAsked(explanation)],
    refusals: refusals.map(formatRefusal),
  }
}

const GRANTED = {
  repeat: 'This claim made an agent before: it gets the same again, and no use is spent.',
  new: 'No rule is against it: it would make an agent and spend a use.',
  hold: 'No rule is against it: a use would be held for this claim.',
  held: 'A use is held for this claim, and waits to be confirmed or approved.',
  pick_up: 'A use is held for this claim, and nothing is in the way: its agent would be made.',
} as const

function sentenceOf({ decision, reason }: Explanation, address: string | null): string {
  if (reason === 'address_not_allowed' && address === null) return ADDRESS_UNKNOWN
  if (reason !== null) return REFUSALS[reason]
  return GRANTED[decision === 'refused' ? 'new' : decision]
}

function formatRefusal({ reason, network, minute, count }: RefusalCount): z.output<typeof RefusalReply> {
  return { reason, address: network, minute: formatTime(minute), count }
}

const MAX_REFUSALS = 500

const refusals = nativeRoute({
  method: 'get',
  path: '/v1/keys/:key/refusals',
  access: 'keys.read',
  operation: {
    id: 'keys_refusals',
    summary: 'What was refused of a key in the last 30 days, by reason, minute and network',
    description: 'From the key’s ledger, exact to this instant.',
  },
  params: z.object({ key: KeyId }),
  subject: 'key',
  query: z.strictObject({ limit: Paging.limit }),
  replies: {
    200: {
      description: 'The newest rows, and all by reason',
      schema: z
        .object({
          items: z.array(RefusalReply).describe(`Newest minute first; at most ${MAX_REFUSALS}`),
          by_reason: z
            .array(z.object({ reason: Reason, count: z.number().int() }))
            .describe('Of the newest 10,000 rows, the most frequent first'),
        })
        .meta({ id: 'Refusals' }),
    },
  },
  handle: async (call) => {
    const found = await call.core.keys.listRefusals(operationOf(call), call.params.key, call.query.limit)
    return map(found, ({ rows, byReason }) => ({
      status: 200,
      json: { items: rows.map(formatRefusal), by_reason: byReason },
    }))
  },
})

const ExplainedReply = z
  .object({
    request_id: z.uuid(),
    kept: z
      .boolean()
      .describe('false: it was not refused by a key that the caller may read, or is older, or one of many'),
    key_id: z.string().nullable(),
    refusal: RefusalReply.nullable().describe('The row that counts it'),
    explanation: z.string().describe('For people'),
  })
  .meta({ id: 'ExplainedRequest' })

const NOT_KEPT =
  'Not kept: of each reason, network and minute the first 20 requests are, for 30 days, and only of genuine codes.'

const explainRequest = nativeRoute({
  method: 'post',
  path: '/v1/explain',
  access: 'keys.read',
  operation: {
    id: 'explain_request',
    summary: 'Why a request was refused, by the request id that its machine was answered',
  },
  body: { schema: z.strictObject({ request_id: z.uuid().toLowerCase() }), encoding: 'json' },
  replies: { 200: { description: 'The reason, if it is kept', schema: ExplainedReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { request_id } = input.value
    const found = await call.core.keys.explainRequest(operationOf(call), request_id)
    return map(found, (explained) => ({
      status: 200,
      json: {
        request_id,
        kept: explained !== null,
        key_id: explained && formatKeyId(explained.key),
        refusal: explained && formatRefusal(explained.refusal),
        explanation: explained ? REFUSALS[explained.refusal.reason] : NOT_KEPT,
      } satisfies z.output<typeof ExplainedReply>,
    }))
  },
})

export const explainRoutes = [explain, refusals, explainRequest]
