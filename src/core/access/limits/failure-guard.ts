/**
 * Against guessing: only failures count, so that a fleet behind one address works. Who failed too often waits a minute; what
 * is asked meanwhile is answered from memory.
 */

import { networkOf } from '../../kernel/address.ts'
import { BoundedMap } from '../../kernel/bounded-map.ts'
import { FAILURES, type FailureGuard, type Guarded, type Limits } from './port.ts'

const MAX_ENTRIES = 10_000

export function createFailureGuard(now: () => number, limits: Limits): FailureGuard {
  const blockedUntil = new BoundedMap<string, number>(MAX_ENTRIES)
  const nameOf = (what: Guarded, from: string) => `${what} ${networkOf(from)}`
  return {
    blockedSeconds(what, from) {
      const wait = (blockedUntil.get(nameOf(what, from)) ?? 0) - now()
      return wait > 0 ? Math.ceil(wait / 1_000) : null
    },
    async failed(what, from) {
      const name = nameOf(what, from)
      if (await limits.take('failures', name)) return
      blockedUntil.set(name, now() + FAILURES.periodSeconds * 1_000)
    },
  }
}
