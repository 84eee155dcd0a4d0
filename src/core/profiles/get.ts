import { denied, type Operation } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { Profile } from '../ledger/records.ts'
import type { Outcome } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** One profile, exact to this instant. */
export async function get(ports: Ports, operation: Operation, id: EntityId): Promise<Outcome<Profile>> {
  return (
    denied(operation, 'profiles.read') ??
    atLedger(ports, operation, id, 'profile', (ledger, organization) => ledger.getProfile(organization, id.n))
  )
}
