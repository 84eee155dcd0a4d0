import { causeOf, denialOf, type Operation } from '../../access/operator-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { EnrollmentKey } from '../ledger/key.ts'

/** Lets a key that came from a backup be redeemed again, and its agents refresh. What was revoked since is for the caller to know. */
export async function releaseKey(
  ports: Ports,
  operation: Operation,
  id: EntityId,
): Promise<Outcome<EnrollmentKey>> {
  return (
    denialOf(operation, 'keys.write') ??
    atLedger(ports, operation, id, 'key', (ledger) => ledger.releaseKey(id.n, causeOf(operation)))
  )
}

/** The same for every key of a profile; the number of those that were suspended. */
export async function releaseKeysOfProfile(
  ports: Ports,
  operation: Operation,
  profile: EntityId,
): Promise<Outcome<number>> {
  return (
    denialOf(operation, 'keys.write') ??
    atLedger(ports, operation, profile, 'profile', (ledger) =>
      ledger.releaseKeys(profile.n, causeOf(operation)),
    )
  )
}
