/**
 * A device whose key pair was disabled may ask again without pause, for ever, whatever it is answered but 429
 * (docs/dialects/datonis.md#failure-limit). After ten failures of one access key from one address in a minute the
 * isolate answers from memory for a minute. What was not signed well is counted apart: any client can
 * send it, and it must not lock out the pair's owner.
 */

import { networkOf } from '../kernel/address.ts'
import { BoundedMap } from '../kernel/bounded-map.ts'

const MAX_FAILURES = 10
const WINDOW_MILLISECONDS = 60_000
const MAX_ENTRIES = 10_000
/** No access key is longer; what claims to be one is not remembered beyond this. */
const ACCESS_KEY_LENGTH = 40

/** `signature`: the caller is unknown. `refused`: the pair itself asked, and may not. */
export type FailureKind = 'signature' | 'refused'

export type Caller = { readonly accessKey: string; readonly address: string | null }

export type DeviceGuard = {
  /** Seconds to wait, or null. */
  blockedSeconds(kind: FailureKind, caller: Caller): number | null
  failed(kind: FailureKind, caller: Caller): void
}

type Entry = { count: number; since: number; blockedUntil: number }

export function createDeviceGuard(now: () => number): DeviceGuard {
  const entries = new BoundedMap<string, Entry>(MAX_ENTRIES)
  return {
    blockedSeconds(kind, caller) {
      const wait = (entries.get(nameOf(kind, caller))?.blockedUntil ?? 0) - now()
      return wait > 0 ? Math.ceil(wait / 1_000) : null
    },
    failed(kind, caller) {
      const at = now()
      const name = nameOf(kind, caller)
      const known = entries.get(name)
      const entry =
        known && at - known.since < WINDOW_MILLISECONDS ? known : { count: 0, since: at, blockedUntil: 0 }
      entry.count++
      if (entry.count >= MAX_FAILURES) entry.blockedUntil = at + WINDOW_MILLISECONDS
      entries.set(name, entry)
    },
  }
}

/** For `LATCHKEY_RATE_LIMITS=off`. */
export const NO_DEVICE_GUARD: DeviceGuard = { blockedSeconds: () => null, failed: () => {} }

function nameOf(kind: FailureKind, { accessKey, address }: Caller): string {
  return `${kind} ${accessKey.slice(0, ACCESS_KEY_LENGTH + 1)} ${address === null ? '' : networkOf(address)}`
}
