import * as z from 'zod'
import { formatApprovalId, parseApprovalId } from '../../core/enrollment/approvals/approval-id.ts'
import { CLAIM_STATUSES, statusOfClaim } from '../../core/enrollment/approvals/list.ts'
import type { DecidedClaim, WaitingClaim } from '../../core/enrollment/ledger/approval.ts'
import { formatTime, formatTimeOrNull } from '../time.ts'
import { formatKeyId, formatProfileId, Time } from './wire.ts'

const PREFIX = 'apr_'

export const ApprovalId = z
  .string()
  .max(128)
  .transform((value, context) => {
    const id = value.startsWith(PREFIX) ? parseApprovalId(value.slice(PREFIX.length)) : null
    if (id) return id
    context.addIssue({ code: 'custom', message: 'No id of ours' })
    return z.NEVER
  })
  .meta({ override: { type: 'string' } })

export const WaitingReply = z
  .object({
    id: z.string(),
    kind: z.enum(['reserve', 'approval']).describe('`reserve`: it waits to be confirmed by its machine'),
    status: z.enum(CLAIM_STATUSES),
    key_id: z.string(),
    key_name: z.string(),
    profile_id: z.string(),
    dialect: z.string(),
    comparison_code: z.string().describe('The machine shows the same'),
    opened_at: Time,
    expires_at: Time,
    approved_at: Time.nullable(),
    known: z
      .object({
        address: z.string().nullable().describe('The client’s address, where it is known'),
        enrolled_from_there: z
          .boolean()
          .describe('Whether the key made an agent from that address, among the newest 1,000'),
        others_waiting_from_there: z.number().int(),
      })
      .describe('What the server knows'),
    claimed: z
      .object({ hostname: z.string().nullable(), facts: z.record(z.string(), z.unknown()) })
      .describe('What the machine says of itself: nothing proves it'),
  })
  .meta({ id: 'Approval' })

export const DecisionReply = z
  .object({
    id: z.string(),
    decision: z.enum(['approved', 'denied']),
    decided_by: z.string(),
    decided_at: Time,
  })
  .meta({ id: 'ApprovalDecision' })

export function formatWaiting(claim: WaitingClaim): z.output<typeof WaitingReply> {
  const { key, kind, approvedAt, said } = claim
  return {
    id: PREFIX + formatApprovalId(key, claim.claimHash),
    kind,
    status: statusOfClaim(claim),
    key_id: formatKeyId(key),
    key_name: key.name,
    profile_id: formatProfileId({ ledger: key.ledger, n: key.profile }),
    dialect: key.dialect,
    comparison_code: claim.comparison,
    opened_at: formatTime(claim.openedAt),
    expires_at: formatTime(claim.endsAt),
    approved_at: formatTimeOrNull(approvedAt),
    known: {
      address: claim.address,
      enrolled_from_there: claim.hasEnrolledFromThere,
      others_waiting_from_there: claim.waitingFromThere,
    },
    claimed: { hostname: said.hostname, facts: said.facts },
  }
}

export function formatDecision(
  { key, claimHash }: z.output<typeof ApprovalId>,
  { decision, by, at }: DecidedClaim,
): z.output<typeof DecisionReply> {
  return {
    id: PREFIX + formatApprovalId(key, claimHash),
    decision,
    decided_by: by.kind === 'principal' ? by.name : by.kind,
    decided_at: formatTime(at),
  }
}
