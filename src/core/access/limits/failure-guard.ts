/**
 * Against guessing: only failures count, so that a fleet behind one address works. Who failed too often waits a minute; what
 * is asked meanwhile is answered from memory.
 */
import { networkOf } from '../../kernel/address.ts'
import { LIMITS, type Limits } from './limits.ts'

const MAX_ENTRIES = 10_000

export type Guarded = 'sign_in' | 'refresh'

export type FailureGuard = {
  /** Seconds to wait, or null. @param from an address, or what stands for it where none is known */
  blockedSeconds(what: Guarded, from: string): number | null
  failed(what: Guarded, from: string): Promise<void>
}

export function createFailureGuard(now: () => number, limits: Limits): FailureGuard {
  const blockedUntil = new Map<string, number>()
  const nameOf = (what: Guarded, from: string) => `${what} ${networkOf(from)}`
  return {
    blockedSeconds(what, from) {
      const wait = (blockedUntil.get(nameOf(what, from)) ?? 0) - now()
      return wait > 0 ? Math.ceil(wait / 1_000) : null
    },
    async failed(what, from) {
      const name = nameOf(what, from)
      if (await limits.take('failures', name)) return
      // Re-inserted, so that the oldest is always first and the map stays bounded.
      blockedUntil.delete(name)
      blockedUntil.set(name, now() + LIMITS.failures.periodSeconds * 1_000)
      if (blockedUntil.size > MAX_ENTRIES) blockedUntil.delete(blockedUntil.keys().next().value ?? name)
    },
  }
}
