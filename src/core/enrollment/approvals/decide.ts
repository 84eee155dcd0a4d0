import { causeOf } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
import type { Faults, Outcome } from '../../kernel/outcome.ts'
import type { ApprovalDecision, DecidedClaim } from '../ledger/approval.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { ApprovalId } from './approval-id.ts'

/**
 * Approves or denies a claim that waits. Approving makes no agent: that is done when the machine asks again. The same decision
 * again answers with who made it; the opposite one is refused.
 */
export const decideApproval = reachCase(
  'agents.approve',
  async (
    ports,
    operation,
    reach,
    { key, claimHash }: ApprovalId,
    decision: ApprovalDecision,
  ): Promise<Outcome<DecidedClaim, Faults<'already_decided' | 'session_needed'>>> => {
    const by = operation.actor.by.kind === 'session' ? 'user' : 'automation'
    return atLedger(ports, operation, key, 'approval', (ledger) =>
      ledger.decideClaim(key.n, claimHash, decision, by, causeOf(operation), reach),
    )
  },
)
