/**
 * Promise 7 (docs/concepts.md#promises), second half: a dead but genuine code soon costs nothing. After 20 refusals of
 * one code from one address in a minute the isolate answers from memory for 60 s.
 *
 * A refusal that a claim could overcome (spent, expired, its agent revoked) is held against that claim alone, because
 * a winner's retry must stay free and at once; only after 5,000 of those, more than a fleet behind one address makes,
 * every claim but this isolate's known winners waits.
 */

import { networkOf } from '../../kernel/address.ts'
import { BoundedMap } from '../../kernel/bounded-map.ts'
import type { RefusalReason } from '../../kernel/refusal-reason.ts'

const MAX_REFUSALS = 20
const MAX_REFUSALS_OF_ALL_CLAIMS = 5_000
const WINDOW_MILLISECONDS = 60_000
const BLOCK_MILLISECONDS = 60_000
const MAX_ENTRIES = 10_000

/** The reasons that no claim can overcome. */
const FOR_ANY_CLAIM: ReadonlySet<RefusalReason> = new Set([
  'key_unknown',
  'profile_disabled',
  'key_revoked',
  'key_decoy',
  'key_disabled',
  'suspended_by_restore',
  'address_not_allowed',
])

type Entry = { count: number; since: number; blockedUntil: number }

/** One attempt at a genuine code; claimHash null: it came without a claim. */
export type GuardedAttempt = {
  readonly ledger: number
  readonly key: number
  readonly address: string | null
  readonly claimHash: string | null
}

export type RefusalGuard = {
  /** Seconds to wait, or null when the ledger is to be asked. */
  blockedSeconds(attempt: GuardedAttempt): number | null
  refused(attempt: GuardedAttempt, reason: RefusalReason): void
  enrolled(attempt: GuardedAttempt): void
  /** The same of a genuine refresh token that is dead: nothing brings it back. */
  blockedRefreshSeconds(token: GuardedRefresh): number | null
  refreshRefused(token: GuardedRefresh): void
}

export type GuardedRefresh = {
  readonly ledger: number
  readonly agent: number
  readonly family: number
  readonly generation: number
  readonly ringVersion: number
}

export function createRefusalGuard(now: () => number): RefusalGuard {
  const entries = new BoundedMap<string, Entry>(MAX_ENTRIES)
  const winners = new BoundedMap<string, true>(MAX_ENTRIES)

  function count(name: string, most: number): void {
    const at = now()
    const known = entries.get(name)
    const entry = known && at - known.since < WINDOW_MILLISECONDS ? known : fresh(at)
    entry.count++
    if (entry.count >= most) entry.blockedUntil = at + BLOCK_MILLISECONDS
    entries.set(name, entry)
  }

  function secondsOf(names: readonly string[]): number | null {
    const until = Math.max(...names.map((name) => entries.get(name)?.blockedUntil ?? 0))
    const wait = until - now()
    return wait > 0 ? Math.ceil(wait / 1_000) : null
  }

  return {
    blockedSeconds(attempt) {
      const { any, every, own, claim } = namesOf(attempt)
      return secondsOf(winners.has(claim) ? [any] : [any, every, own])
    },
    blockedRefreshSeconds: (token) => secondsOf([refreshNameOf(token)]),
    refreshRefused: (token) => count(refreshNameOf(token), MAX_REFUSALS),
    refused(attempt, reason) {
      const { any, every, own, claim } = namesOf(attempt)
      if (FOR_ANY_CLAIM.has(reason)) return count(any, MAX_REFUSALS)
      winners.delete(claim)
      count(own, MAX_REFUSALS)
      count(every, MAX_REFUSALS_OF_ALL_CLAIMS)
    },
    enrolled(attempt) {
      if (attempt.claimHash === null) return
      winners.set(namesOf(attempt).claim, true)
    },
  }
}

/** For `LATCHKEY_RATE_LIMITS=off`. */
export const NO_REFUSAL_GUARD: RefusalGuard = {
  blockedSeconds: () => null,
  refused: () => {},
  enrolled: () => {},
  blockedRefreshSeconds: () => null,
  refreshRefused: () => {},
}

function fresh(at: number): Entry {
  return { count: 0, since: at, blockedUntil: 0 }
}

function namesOf({ ledger, key, address, claimHash }: GuardedAttempt) {
  const code = `${ledger}.${key} ${address === null ? '' : networkOf(address)}`
  const claim = `${ledger}.${key} claim ${claimHash ?? 'none'}`
  return { any: `${code} any`, every: `${code} every`, own: `${code} claim ${claimHash ?? 'none'}`, claim }
}

/**
 * Whatever the address: who has the token is one agent, or its thief. Another generation of it is another name, and so is the
 * same one of another version of the ring: one that is forged with a version that got out blocks no genuine one.
 */
function refreshNameOf({ ledger, agent, family, generation, ringVersion }: GuardedRefresh): string {
  return `refresh ${ledger}.${agent} ${family}.${generation} ${ringVersion}`
}
