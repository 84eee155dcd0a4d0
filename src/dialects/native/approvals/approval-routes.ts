import * as z from 'zod'
import { CLAIM_STATUSES } from '../../../core/enrollment/approvals/list.ts'
import type { ApprovalDecision } from '../../../core/enrollment/ledger/approval.ts'
import { map } from '../../../core/kernel/outcome.ts'
import {
  ApprovalId,
  DecisionReply,
  formatDecision,
  formatWaiting,
  WaitingReply,
} from '../../../http/words/approval-wire.ts'
import { KeyId, ProfileId } from '../../../http/words/wire.ts'
import { nativeRoute, operationOf } from '../edge/edge.ts'
import { nextCursor, Paging } from '../edge/paging.ts'

/** Each may have a hundred claims, with what their machines say of themselves. */
const MAX_KEYS = 50

const list = nativeRoute({
  method: 'get',
  path: '/v1/approvals',
  access: 'agents.approve',
  operation: {
    id: 'approvals_list',
    summary:
      'Claims for which uses are held: those that wait for approval, and those that wait to be confirmed',
    description:
      'A page is of at most 50 keys, each with at most 100 of its claims, those that wait for approval first. A claim ' +
      'appears within a second.',
  },
  query: z.object({
    ...Paging,
    state: z
      .enum(CLAIM_STATUSES)
      .optional()
      .describe('Claims of that `status`; a page may have few of them, or none'),
    key_id: KeyId.optional(),
    profile_id: ProfileId.optional().describe('Claims of the keys of that profile'),
  }),
  replies: {
    200: {
      description: 'The claims of a page of keys',
      schema: z.object({ items: z.array(WaitingReply), next_cursor: z.string().nullable() }),
    },
  },
  handle: async (call) => {
    const { cursor = null, state: status, key_id: key, profile_id: profile } = call.query
    const limit = Math.min(call.query.limit, MAX_KEYS)
    const page = { after: cursor, limit: limit + 1 }
    const found = await call.core.approvals.listApprovals(operationOf(call), { status, key, profile }, page)
    return map(found, (keys) => {
      const shown = keys.slice(0, limit)
      return {
        status: 200,
        json: {
          items: shown.flatMap(({ claims }) => claims.map(formatWaiting)),
          next_cursor: nextCursor(keys.length > limit ? shown.at(-1) : undefined),
        },
      }
    })
  },
})

const approve = decisionRoute(
  'approve',
  'approved',
  'Let a claim in: its machine gets its agent when it asks again',
)
const deny = decisionRoute('deny', 'denied', 'Refuse a claim for good; the use goes back')

function decisionRoute(verb: string, decision: ApprovalDecision, summary: string) {
  return nativeRoute({
    method: 'post',
    path: `/v1/approvals/:approval/${verb}`,
    access: 'agents.approve',
    operation: {
      id: `approvals_${verb}`,
      summary,
      description:
        'The same decision again answers with who made it and when; the opposite one is a 409. Needs a signed-in user, ' +
        'unless the key says `approve_by: automation`.',
    },
    params: z.object({ approval: ApprovalId }),
    subject: 'approval',
    replies: { 200: { description: 'The decision', schema: DecisionReply } },
    handle: async (call) => {
      const { approval } = call.params
      const decided = await call.core.approvals.decideApproval(operationOf(call), approval, decision)
      return map(decided, (value) => ({ status: 200, json: formatDecision(approval, value) }))
    },
  })
}

export const approvalRoutes = [list, approve, deny]
