import type { Operation } from '../../access/cases/operator-case.ts'
import { notFound, type Outcome } from '../../kernel/outcome.ts'
import type { EnrollmentKey } from '../ledger/key.ts'

/** Which keys are decoys is known to those who may write keys. */
export function seesDecoys({ actor }: Operation): boolean {
  return actor.permissions.has('keys.write')
}

/** To all others a decoy does not exist. */
export function withoutDecoy(operation: Operation, key: Outcome<EnrollmentKey>): Outcome<EnrollmentKey> {
  return key.ok && key.value.rules?.isDecoy && !seesDecoys(operation) ? notFound('key') : key
}
