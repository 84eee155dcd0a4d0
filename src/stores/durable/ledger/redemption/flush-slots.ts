/**
 * What a flush does with the slots of keys that expect certain machines. They are written at once, so that the next
 * redemption of the flush finds them as they are; a key without a list is not asked about.
 */
import type { RedemptionRequest } from '../../../../core/enrollment/ledger/redemption.ts'
import {
  matchersOf,
  type SlotFacts,
  type SlotOfAttempt,
} from '../../../../core/enrollment/ledger/rules/slots.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'
import { claimOf } from './flush-holds.ts'
import type { Target } from './target.ts'

export type SlotAttempt = SlotFacts & Pick<RedemptionRequest, 'claimHash'>

type Found = { n: number; agent: number | null; claim_hash: string | null; is_held: number }

const SELECT = `SELECT n, agent, claim_hash, EXISTS (
    SELECT 1 FROM holds WHERE holds.key = slots.key AND holds.claim_hash = slots.claim_hash AND ends_at > ?1) AS is_held
  FROM slots WHERE key = ?2 AND`

/** Of one flush, as its redemptions. */
export class FlushSlots {
  readonly #store: LedgerStore
  readonly #now: number

  constructor(store: LedgerStore, now: number) {
    this.#store = store
    this.#now = now
  }

  of(target: Target, attempt: SlotAttempt): SlotOfAttempt {
    const slot = this.#find(target, attempt)
    if (!slot) return 'none'
    const isHeldByOther = slot.is_held === 1 && slot.claim_hash !== attempt.claimHash
    return slot.agent !== null || isHeldByOther ? 'filled' : 'open'
  }

  /** The slot goes with the use that is about to be held: when that goes back, the slot is free. */
  hold(target: Target, request: RedemptionRequest): void {
    if (!target.facts.rules?.isExpectedOnly) return
    const { n } = this.#mustFind(target, request)
    const claim = claimOf(request)
    const { sql } = this.#store
    // It may have held another one before, under another name.
    sql.exec('UPDATE slots SET claim_hash = NULL WHERE key = ? AND claim_hash = ?', target.key.n, claim)
    sql.exec('UPDATE slots SET claim_hash = ? WHERE n = ?', claim, n)
  }

  fill(target: Target, request: RedemptionRequest, agent: number): void {
    if (!target.facts.rules?.isExpectedOnly) return
    const { n } = this.#mustFind(target, request)
    const filled = this.#store.sql.exec(
      'UPDATE slots SET agent = ?, claim_hash = NULL WHERE n = ? AND agent IS NULL RETURNING n',
      agent,
      n,
    )
    if (filled.toArray().length !== 1) throw new Error('a slot was not free as was decided')
  }

  #mustFind(target: Target, request: RedemptionRequest): Found {
    const slot = this.#find(target, request)
    if (!slot) throw new Error('a redemption was granted without a slot')
    return slot
  }

  /** That which the claim holds: a confirmation says nothing of its machine. Otherwise the strongest that matches. */
  #find({ key, facts }: Target, attempt: SlotAttempt): Found | null {
    const { claimHash } = attempt
    const held =
      facts.held > 0 && claimHash !== null ? this.#select(key.n, 'claim_hash = ?3', claimHash) : null
    if (held?.is_held) return held
    for (const { by, value } of matchersOf(attempt)) {
      const slot = this.#select(key.n, 'matcher = ?3 AND value = ?4', by, value)
      if (slot) return slot
    }
    return null
  }

  #select(key: number, which: string, ...values: readonly string[]): Found | null {
    const rows = this.#store.sql.exec<Found>(`${SELECT} ${which}`, this.#now, key, ...values).toArray()
    return rows[0] ?? null
  }
}
