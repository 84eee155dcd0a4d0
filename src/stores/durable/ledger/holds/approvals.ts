/** What operators decide on claims that wait (docs/concepts.md#approval). Approving makes no agent: that is done when the machine asks again. */
import type { Reach } from '../../../../core/access/reach/reach.ts'
import type {
  ApprovalDecision,
  Approver,
  DecidedClaim,
  WaitingClaim,
} from '../../../../core/enrollment/ledger/approval.ts'
import { MAX_DENIALS } from '../../../../core/enrollment/ledger/rules/key-rules.ts'
import type { ActorRef, Cause } from '../../../../core/kernel/cause.ts'
import { type Faults, notFound, type Outcome, ok, refuse } from '../../../../core/kernel/outcome.ts'
import { readKey } from '../keys.ts'
import { outsideProfile } from '../reach.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'
import { selectKeys } from '../tables/queries.ts'
import { type HoldBody, type HoldRow, toKey } from '../tables/rows.ts'
import { comparisonOf, deleteHold, enqueueOfKey, selectHold, selectHolds, writeHeld } from './holds.ts'
import { pauseIfNeeded } from './pauses.ts'

/** An approved claim is held for at least so long, so that its machine has time to ask again. */
const APPROVED_MILLISECONDS = 120_000
const RECENT_AGENTS = 1_000

/** Open holds of the keys, but for those outside the reach, oldest first. */
export function waitingClaims(
  store: LedgerStore,
  now: number,
  keys: readonly number[],
  reach: Reach = null,
): readonly WaitingClaim[] {
  const shown = new Map(
    selectKeys(store.sql, keys)
      .filter((row) => outsideProfile(store, row.profile, reach) === null)
      .map((row) => [row.n, toKey(store.ledger, row)]),
  )
  const holds = selectHolds(store.sql, [...shown.keys()], now)
  const byNetwork = Map.groupBy(holds, ({ network }) => network)
  const known = recentAddresses(store)
  return holds.flatMap((hold) => {
    const key = shown.get(hold.key)
    if (!key) return []
    const fromThere = hold.network === null ? 1 : (byNetwork.get(hold.network)?.length ?? 1)
    const claim = claimOf(hold)
    const hasEnrolledFromThere = known.has(placeOf(hold.key, claim.address))
    return [{ ...claim, key, waitingFromThere: fromThere - 1, hasEnrolledFromThere }]
  })
}

function claimOf(hold: HoldRow): Omit<WaitingClaim, 'key' | 'waitingFromThere' | 'hasEnrolledFromThere'> {
  const { address, hostname, facts } = JSON.parse(hold.body) as HoldBody
  return {
    claimHash: hold.claim_hash,
    kind: hold.kind,
    comparison: comparisonOf(hold.claim_hash),
    openedAt: hold.opened_at,
    endsAt: hold.ends_at,
    approvedAt: hold.approved_at,
    address,
    said: { hostname, facts },
  }
}

/** From where keys made their agents, among the ledger's newest: bounded, since the ledger decides nothing meanwhile. */
function recentAddresses({ sql }: LedgerStore): ReadonlySet<string> {
  const rows = sql.exec<{ key: number; address: string }>(
    `SELECT DISTINCT key, body ->> '$.enrolledFrom' AS address FROM agents
     WHERE n > (SELECT max(n) FROM agents) - ? AND body ->> '$.enrolledFrom' IS NOT NULL`,
    RECENT_AGENTS,
  )
  return new Set(rows.toArray().map(({ key, address }) => placeOf(key, address)))
}

function placeOf(key: number, address: string | null): string {
  return `${key} ${address}`
}

/**
 * Decides on a claim. The same decision again answers with who made it and when; the opposite one is refused, and so is any
 * on a claim that does not wait.
 */
export function decideClaim(
  store: LedgerStore,
  now: number,
  n: number,
  claimHash: string,
  decision: ApprovalDecision,
  by: Approver,
  cause: Cause,
  reach: Reach = null,
): Outcome<DecidedClaim, Faults<'already_decided' | 'session_needed'>> {
  const found = readKey(store, n, reach)
  if (!found.ok) return found.fault.kind === 'not_found' ? notFound('approval') : found
  const key = found.value
  if (by === 'automation' && key.rules?.approval?.by !== 'automation') {
    return refuse({ kind: 'session_needed' })
  }
  const before = selectDecision(store, n, claimHash)
  if (before?.decision === decision) return ok({ decision, by: before.by, at: before.at, isNew: false })
  if (before) return refuse({ kind: 'already_decided', by: nameOf(before.by), at: before.at })
  const hold = selectHold(store.sql, n, claimHash)
  if (hold?.kind !== 'approval' || hold.ends_at <= now) return notFound('approval')
  if (decision === 'approved') {
    const endsAt = Math.max(hold.ends_at, now + APPROVED_MILLISECONDS)
    store.sql.exec(
      'UPDATE holds SET approved_at = ?, ends_at = ? WHERE key = ? AND claim_hash = ?',
      now,
      endsAt,
      n,
      claimHash,
    )
    writeHeld(store, n, 0)
  } else {
    deleteHold(store.sql, n, claimHash)
    writeHeld(store, n, -1)
  }
  store.sql.exec(
    'INSERT INTO decisions (key, claim_hash, decision, at, body) VALUES (?, ?, ?, ?, ?)',
    n,
    claimHash,
    decision,
    now,
    JSON.stringify(cause.actor),
  )
  store.sql.exec('UPDATE keys SET decided = decided + 1 WHERE n = ?', n)
  forgetOldest(store, n)
  const type = decision === 'approved' ? 'approval.granted' : 'approval.denied'
  enqueueOfKey(store, now, key, type, cause, { comparison: comparisonOf(claimHash) })
  if (decision === 'denied') pauseIfNeeded(store, now, key, cause)
  return ok({ decision, by: cause.actor, at: now, isNew: true })
}

type Decided = { readonly decision: ApprovalDecision; readonly at: number; readonly by: ActorRef }

function selectDecision({ sql }: LedgerStore, key: number, claimHash: string): Decided | null {
  const [row] = sql
    .exec<{ decision: ApprovalDecision; at: number; body: string }>(
      'SELECT decision, at, body FROM decisions WHERE key = ? AND claim_hash = ?',
      key,
      claimHash,
    )
    .toArray()
  return row ? { decision: row.decision, at: row.at, by: JSON.parse(row.body) as ActorRef } : null
}

function forgetOldest({ sql }: LedgerStore, key: number): void {
  const forgotten = sql
    .exec(
      `DELETE FROM decisions WHERE key = ?1 AND claim_hash IN (
         SELECT claim_hash FROM decisions WHERE key = ?1 ORDER BY at DESC, claim_hash LIMIT -1 OFFSET ?2) RETURNING 1`,
      key,
      MAX_DENIALS,
    )
    .toArray().length
  if (forgotten > 0) sql.exec('UPDATE keys SET decided = decided - ? WHERE n = ?', forgotten, key)
}

function nameOf(actor: ActorRef): string {
  return actor.kind === 'principal' ? actor.name : actor.kind
}
