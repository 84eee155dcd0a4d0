import type { Operation } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import type { Profile } from '../ledger/records.ts'
import type { Outcome } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { atProfile } from './in-scope.ts'

/** One profile, exact to this instant. */
export async function get(ports: Ports, operation: Operation, id: EntityId): Promise<Outcome<Profile>> {
  return atProfile(ports, operation, 'profiles.read', id, (ledger, organization) =>
    ledger.getProfile(organization, id.n),
  )
}
