/**
 * Keys that are paused: by an operator, or by what was refused (docs/concepts.md#guardrails). A pause stops new claims only.
 */

import type { Reach } from '../../../../core/access/reach/reach.ts'
import { type EnrollmentKey, isPaused } from '../../../../core/enrollment/ledger/key.ts'
import type { Cause } from '../../../../core/kernel/cause.ts'
import { type Faults, type Outcome, refuse } from '../../../../core/kernel/outcome.ts'
import type { RefusalReason } from '../../../../core/kernel/refusal-reason.ts'
import { readKey } from '../keys.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'
import { enqueueOfKey } from './holds.ts'

/** Reasons that a claim meets which made no agent yet: only these pause a key. */
export const NEW_CLAIM_REASONS: ReadonlySet<RefusalReason> = new Set([
  'claim_denied',
  'claim_required',
  'key_not_started',
  'outside_window',
  'key_expired',
  'not_listed',
  'slot_filled',
  'rate_limited',
  'key_spent',
  'key_held',
  'approvals_full',
  'holds_full',
])

const MINUTE_MILLISECONDS = 60_000
const HOUR_MILLISECONDS = 60 * MINUTE_MILLISECONDS

/** Pauses the key when refusals, or denials, of the last minute and hour say so. In the caller's commit. */
export function pauseIfNeeded(store: LedgerStore, now: number, key: EnrollmentKey, cause: Cause): void {
  if (!key.rules || isPaused(key, now)) return
  const { refusedNetworksPerMinute, deniedPerHour, resumeAfterSeconds } = key.rules.pauseOn
  const networks = refusedNetworksPerMinute === null ? 0 : refusedNetworks(store, key.n, now)
  const denied = deniedPerHour === null ? 0 : deniedClaims(store, key.n, now)
  const reason =
    refusedNetworksPerMinute !== null && networks >= refusedNetworksPerMinute
      ? 'refused_networks'
      : deniedPerHour !== null && denied >= deniedPerHour
        ? 'denied_claims'
        : null
  if (reason === null) return
  const resumesAt = resumeAfterSeconds === null ? null : now + resumeAfterSeconds * 1_000
  setPause(store, key.n, now, resumesAt)
  enqueueOfKey(store, now, key, 'key.paused', cause, { reason, networks, denied, resumesAt })
}

export function endPause(store: LedgerStore, now: number, key: EnrollmentKey, cause: Cause): void {
  setPause(store, key.n, null, null)
  enqueueOfKey(store, now, key, 'key.resumed', cause, {})
}

/** By an operator. One that is paused already stays so, and resumes by itself no more. */
export function pauseKey(
  store: LedgerStore,
  now: number,
  n: number,
  cause: Cause,
  reach: Reach = null,
): Outcome<EnrollmentKey, Faults<'key_revoked'>> {
  const found = readKey(store, n, reach)
  if (!found.ok) return found
  if (found.value.revokedAt !== null) return refuse({ kind: 'key_revoked' })
  if (isPaused(found.value, now) && found.value.resumesAt === null) return found
  setPause(store, n, now, null)
  enqueueOfKey(store, now, found.value, 'key.paused', cause, { reason: 'operator', resumesAt: null })
  return readKey(store, n)
}

export function resumeKey(
  store: LedgerStore,
  now: number,
  n: number,
  cause: Cause,
  reach: Reach = null,
): Outcome<EnrollmentKey> {
  const found = readKey(store, n, reach)
  if (!found.ok || found.value.pausedAt === null) return found
  endPause(store, now, found.value, cause)
  return readKey(store, n)
}

/** @param pausedAt null: it is paused no more */
function setPause(store: LedgerStore, n: number, pausedAt: number | null, resumesAt: number | null): void {
  store.forgetNextEnd()
  store.sql.exec(
    'UPDATE keys SET paused_at = ?, resumes_at = ?, version = version + 1 WHERE n = ?',
    pausedAt,
    resumesAt,
    n,
  )
}

/** Refusals are counted by the minute: what a minute before counts, counts whole. */
function refusedNetworks(store: LedgerStore, key: number, now: number): number {
  const since = now - MINUTE_MILLISECONDS
  return store.sql
    .exec<{ n: number }>(
      `SELECT count(DISTINCT address) AS n FROM refusals
       WHERE key = ? AND minute > ? AND last_at > ? AND reason IN (SELECT value FROM json_each(?))`,
      key,
      since - MINUTE_MILLISECONDS,
      since,
      JSON.stringify([...NEW_CLAIM_REASONS]),
    )
    .one().n
}

function deniedClaims(store: LedgerStore, key: number, now: number): number {
  return store.sql
    .exec<{ n: number }>(
      "SELECT count(*) AS n FROM decisions WHERE key = ? AND decision = 'denied' AND at > ?",
      key,
      now - HOUR_MILLISECONDS,
    )
    .one().n
}
