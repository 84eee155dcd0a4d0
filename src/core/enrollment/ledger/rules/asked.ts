import { REFUSAL_REASONS, type RefusalReason } from '../../../kernel/refusal-reason.ts'
import type { Explanation } from '../redemption.ts'

export type AskedRule = {
  readonly reason: RefusalReason
  readonly outcome: 'passed' | 'refused' | 'not_asked'
}

/** Every rule in the order in which it is asked. Those behind one that lets a claim pass early are not asked of it. */
export function rulesAsked({
  decision,
  reason,
}: Pick<Explanation, 'decision' | 'reason'>): readonly AskedRule[] {
  const last = reason ?? (decision === 'new' || decision === 'hold' ? REFUSAL_REASONS.at(-1) : 'claim_bound')
  const end = REFUSAL_REASONS.indexOf(last ?? 'issuer_unavailable')
  return REFUSAL_REASONS.map((one, i) => ({
    reason: one,
    outcome: one === reason ? 'refused' : i <= end ? 'passed' : 'not_asked',
  }))
}
