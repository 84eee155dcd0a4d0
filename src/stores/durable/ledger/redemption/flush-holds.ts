/** What a flush does with the uses that are held for claims, and with claims that wait for an operator. */

import type { RedemptionRequest, RedemptionResult } from '../../../../core/enrollment/ledger/redemption.ts'
import type { DecisionState, HoldKind } from '../../../../core/enrollment/ledger/rules/decide.ts'
import { DEFAULT_HOLD_SECONDS } from '../../../../core/enrollment/ledger/rules/key-rules.ts'
import type { Cause } from '../../../../core/kernel/cause.ts'
import {
  comparisonOf,
  countOpen,
  deleteHold,
  deleteLapsed,
  enqueueOfKey,
  enqueueReturn,
  insertHold,
  LAPSE,
  selectHold,
} from '../holds/holds.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'
import type { HoldBody } from '../tables/rows.ts'
import { changeHolds, type Target } from './target.ts'

/** Of one flush, as its redemptions. */
export class FlushHolds {
  readonly #store: LedgerStore
  readonly #now: number
  readonly #isReadOnly: boolean
  readonly #changed: (target: Target) => void

  /** @param changed is called for each target whose held uses changed */
  constructor(store: LedgerStore, now: number, mode: 'write' | 'read', changed: (target: Target) => void) {
    this.#store = store
    this.#now = now
    this.#isReadOnly = mode === 'read'
    this.#changed = changed
  }

  open(target: Target, request: RedemptionRequest, kind: HoldKind): RedemptionResult {
    const { facts } = target
    const claimHash = claimOf(request)
    const seconds =
      kind === 'approval'
        ? facts.rules?.approval?.expiresSeconds
        : (request.holdSeconds ?? DEFAULT_HOLD_SECONDS)
    const endsAt = this.#now + (seconds ?? DEFAULT_HOLD_SECONDS) * 1_000
    insertHold(this.#store, request, { claim_hash: claimHash, kind, opened_at: this.#now, ends_at: endsAt })
    this.#changeHolds(target, 1)
    const type = kind === 'approval' ? 'approval.requested' : 'use.held'
    const detail = { comparison: comparisonOf(claimHash), endsAt }
    enqueueOfKey(this.#store, this.#now, facts, type, causeOf(request), detail)
    return this.answer(request, { kind, endsAt, approvedAt: null })
  }

  answer(
    request: RedemptionRequest,
    { kind, endsAt, approvedAt }: NonNullable<DecisionState['hold']>,
  ): RedemptionResult {
    const comparison = comparisonOf(claimOf(request))
    return { kind: 'held', hold: kind, endsAt, isApproved: approvedAt !== null, comparison }
  }

  cancel(target: Target, request: RedemptionRequest): RedemptionResult {
    if (this.end(target, request)) {
      enqueueReturn(this.#store, this.#now, target.facts, 1, 'cancelled', causeOf(request))
    }
    return { kind: 'cancelled' }
  }

  end(target: Target, request: RedemptionRequest): boolean {
    if (this.of(target, request.claimHash, null) === null) return false
    deleteHold(this.#store.sql, target.key.n, claimOf(request))
    this.#changeHolds(target, -1)
    return true
  }

  #changeHolds(target: Target, change: number): void {
    changeHolds(target, change)
    this.#changed(target)
  }

  /** A key that holds nothing has no row to look for. */
  of({ key, facts }: Target, claimHash: string | null, bound: string | null): DecisionState['hold'] {
    const row = facts.held > 0 && claimHash !== null ? selectHold(this.#store.sql, key.n, claimHash) : null
    if (!row || row.ends_at <= this.#now) return null
    const boundBefore = bound === null ? null : ((JSON.parse(row.body) as HoldBody).bound ?? null)
    return {
      kind: row.kind,
      endsAt: row.ends_at,
      approvedAt: row.approved_at,
      isBoundElsewhere: boundBefore !== null && boundBefore !== bound,
    }
  }

  isDenied({ key }: Target, claimHash: string | null): boolean {
    if (key.decided === 0 || claimHash === null) return false
    const query = "SELECT 1 FROM decisions WHERE key = ? AND claim_hash = ? AND decision = 'denied'"
    return this.#store.sql.exec(query, key.n, claimHash).toArray().length > 0
  }

  /** What a key held for too long goes back before anything is decided on it. */
  lapse(target: Target): void {
    const { key, facts } = target
    if (key.hold_ends_at === null || key.hold_ends_at > this.#now) return
    if (this.#isReadOnly) {
      facts.held = countOpen(this.#store.sql, key.n, this.#now)
      return
    }
    const lapsed = deleteLapsed(this.#store.sql, key.n, this.#now)
    this.#changeHolds(target, -lapsed)
    enqueueReturn(this.#store, this.#now, facts, lapsed, 'lapsed', LAPSE)
  }
}

export function claimOf({ claimHash }: RedemptionRequest): string {
  if (claimHash === null) throw new Error('nothing is held without a claim')
  return claimHash
}

/** No principal acts: a machine asks. */
export function causeOf({ request }: Pick<RedemptionRequest, 'request'>): Cause {
  return { actor: { kind: 'system' }, request }
}
