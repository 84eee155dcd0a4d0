/** A key as one flush sees it: what is decided on, and what the flush adds to its row. */

import { type EnrollmentKey, isPaused } from '../../../../core/enrollment/ledger/key.ts'
import type { DecisionState } from '../../../../core/enrollment/ledger/rules/decide.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'
import { type Policy, selectPolicy } from '../tables/queries.ts'
import { type KeyRow, toKey } from '../tables/rows.ts'

type KeyFacts = NonNullable<DecisionState['key']> & EnrollmentKey & { uses: number; held: number }

/** A key, what its profile says, and what is decided on. */
export type Target = {
  readonly key: KeyRow
  readonly profile: Policy | null
  readonly facts: KeyFacts
  /** What this flush adds to the key's row. */
  readonly written: { uses: number; held: number; from: string | null }
  /** Its holds change. */
  isHolding: boolean
}

export function openTarget(store: LedgerStore, key: KeyRow, now: number): Target {
  const record = toKey(store.ledger, key)
  const profile = selectPolicy(store.sql, key.profile)
  const facts = {
    ...record,
    issuer: record.issuer ?? profile?.certificates?.issuer ?? null,
    isRevoked: key.revoked_at !== null,
    isSuspended: key.suspended_at !== null,
    isPaused: isPaused(record, now),
  }
  return { key, profile, facts, written: { uses: 0, held: 0, from: null }, isHolding: false }
}

export function changeHolds(target: Target, change: number): void {
  target.facts.held += change
  target.written.held += change
  target.isHolding = true
}

const SPEND = `UPDATE keys SET uses = uses + ?1, last_redeemed_at = ?2, last_redeemed_from = ?4, version = version + ?1 WHERE n = ?3
  RETURNING uses, held`
const SPEND_AND_HOLD = `UPDATE keys SET uses = uses + ?1, held = held + ?5, version = version + ?1 + 1,
    last_redeemed_at = iif(?1 > 0, ?2, last_redeemed_at),
    last_redeemed_from = iif(?1 > 0, ?4, last_redeemed_from),
    hold_ends_at = (SELECT min(ends_at) FROM holds WHERE holds.key = keys.n) WHERE n = ?3
  RETURNING uses, held`

/** What was decided must be what the storage holds: anything else fails the whole flush, loudly. */
export function spend(store: LedgerStore, { key, facts, written, isHolding }: Target, now: number): void {
  const { sql } = store
  if (isHolding) store.forgetNextEnd()
  const about = [written.uses, now, key.n, written.from]
  const [row] = (
    isHolding
      ? sql.exec<{ uses: number; held: number }>(SPEND_AND_HOLD, ...about, written.held)
      : sql.exec<{ uses: number; held: number }>(SPEND, ...about)
  ).toArray()
  if (row?.uses !== facts.uses || row.held !== facts.held) {
    throw new Error('a key was not used as often as was decided')
  }
}
