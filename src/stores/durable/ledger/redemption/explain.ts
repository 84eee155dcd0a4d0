import { usesLeft } from '../../../../core/enrollment/ledger/key.ts'
import type { Explanation } from '../../../../core/enrollment/ledger/redemption.ts'
import { decide, type Intent } from '../../../../core/enrollment/ledger/rules/decide.ts'
import type { ShownIdentity } from '../../../../core/enrollment/ledger/rules/identity.ts'
import type { SlotFacts } from '../../../../core/enrollment/ledger/rules/slots.ts'
import { notFound, type Outcome, ok, refuse } from '../../../../core/kernel/outcome.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'
import { Redemptions } from './redemptions.ts'
import { refusalsOf } from './refusals.ts'

/** What a redemption would meet now; nothing is changed, nothing counted. */
export function explain(
  store: LedgerStore,
  now: number,
  n: number,
  claimHash: string | null,
  address: string | null,
  intent: Intent = 'enroll',
  about: SlotFacts & { readonly identity?: ShownIdentity } = { hostname: null, facts: '{}' },
): Outcome<Explanation> {
  const { identity } = about
  const { target, prior, state } = new Redemptions(store, now, 'read').examine(n, claimHash, address, about)
  if (!target) return notFound('key')
  const decision = decide(
    state,
    { address, intent, hasClaim: claimHash !== null, ...(identity && { identity }) },
    now,
  )
  if (decision.kind === 'identity_needed') return refuse({ kind: 'busy', retryAfterSeconds: 1 })
  return ok({
    decision: decision.kind === 'cancelled' ? 'refused' : decision.kind,
    reason: decision.kind === 'refused' ? decision.reason : null,
    agent: prior?.uuid ?? null,
    usesLeft: usesLeft(target.facts),
    refusals: refusalsOf(store, n),
  })
}
