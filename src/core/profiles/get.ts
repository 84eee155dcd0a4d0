import { denied, type Operation } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import type { Profile } from '../ledger/records.ts'
import type { Outcome } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** One profile, exact to this instant. */
export async function get(ports: Ports, operation: Operation, id: EntityId): Promise<Outcome<Profile>> {
  const refusal = denied(operation, 'profiles.read')
  if (refusal) return refusal
  return ports.ledgers.open(id.ledger).getProfile(operation.actor.organization, id.n)
}
