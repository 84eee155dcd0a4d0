import { type EnrollmentKey, type KeyState, keyState } from '../ledger/records.ts'
import type { Ports } from '../ports.ts'

/** What a key is worth now. */
export function state(ports: Ports, key: EnrollmentKey): KeyState {
  return keyState(key, ports.now())
}
