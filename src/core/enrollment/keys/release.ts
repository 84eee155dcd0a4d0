import { causeOf, operatorCase } from '../../access/cases/operator-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { EnrollmentKey } from '../ledger/key.ts'

/** Lets a key that came from a backup be redeemed again, and its agents refresh. What was revoked since is for the caller to know. */
export const releaseKey = operatorCase(
  'keys.write',
  async (ports, operation, id: EntityId): Promise<Outcome<EnrollmentKey>> =>
    atLedger(ports, operation, id, 'key', (ledger) => ledger.releaseKey(id.n, causeOf(operation))),
)

/** The same for every key of a profile; the number of those that were suspended. */
export const releaseKeysOfProfile = operatorCase(
  'keys.write',
  async (ports, operation, profile: EntityId): Promise<Outcome<number>> =>
    atLedger(ports, operation, profile, 'profile', (ledger) =>
      ledger.releaseKeys(profile.n, causeOf(operation)),
    ),
)
