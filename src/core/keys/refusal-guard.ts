/**
 * Promise 7, second half: a dead but genuine code soon costs nothing. After 20 refusals of one code from one address
 * in a minute the isolate answers from memory for 60 s. Refusals that a claim could overcome (spent, expired, its agent
 * revoked) are held against that claim only, because a winner's retry must stay free and at once.
 */
const MAX_REFUSALS = 20
const WINDOW_MILLISECONDS = 60_000
const BLOCK_MILLISECONDS = 60_000
const MAX_ENTRIES = 10_000

type Entry = { count: number; since: number; blockedUntil: number }
type Target = { readonly ledger: number; readonly key: number }

export type RefusalGuard = {
  /** Seconds to wait, or null when the ledger is to be asked. */
  blockedSeconds(target: Target, address: string | null, claimHash: string | null): number | null
  note(target: Target, address: string | null, claimHash: string | null): void
}

export function createRefusalGuard(now: () => number): RefusalGuard {
  const entries = new Map<string, Entry>()

  return {
    blockedSeconds(target, address, claimHash) {
      const names = [nameOf(target, address, null), nameOf(target, address, claimHash)]
      const until = Math.max(...names.map((name) => entries.get(name)?.blockedUntil ?? 0))
      const wait = until - now()
      return wait > 0 ? Math.ceil(wait / 1_000) : null
    },
    note(target, address, claimHash) {
      const name = nameOf(target, address, claimHash)
      const at = now()
      const known = entries.get(name)
      const entry = known && at - known.since < WINDOW_MILLISECONDS ? known : fresh(at)
      entry.count++
      if (entry.count >= MAX_REFUSALS) entry.blockedUntil = at + BLOCK_MILLISECONDS
      // Re-inserted, so that the oldest is always first and the map stays bounded.
      entries.delete(name)
      entries.set(name, entry)
      if (entries.size > MAX_ENTRIES) entries.delete(entries.keys().next().value ?? name)
    },
  }
}

/** For `LATCHKEY_RATE_LIMITS=off`. */
export const NO_REFUSAL_GUARD: RefusalGuard = { blockedSeconds: () => null, note: () => {} }

function fresh(at: number): Entry {
  return { count: 0, since: at, blockedUntil: 0 }
}

function nameOf(target: Target, address: string | null, claimHash: string | null): string {
  return `${target.ledger}.${target.key} ${address ?? ''} ${claimHash ?? ''}`
}
