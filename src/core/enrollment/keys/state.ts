import { openCase } from '../../access/cases/open-case.ts'
import { type EnrollmentKey, type KeyState, keyState } from '../ledger/key.ts'

/** What a key is worth now. */
export const stateOfKey = openCase((ports, key: EnrollmentKey): KeyState => keyState(key, ports.now()))
