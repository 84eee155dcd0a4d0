import type { Ports } from '../../ports.ts'
import { type EnrollmentKey, type KeyState, keyState } from '../ledger/key.ts'

/** What a key is worth now. */
export function stateOfKey(ports: Ports, key: EnrollmentKey): KeyState {
  return keyState(key, ports.now())
}
