import { causeOf, denied, type Operation } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import { type Outcome, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** Deletes a profile and ends its keys; the agents that they made stay. */
export async function remove(ports: Ports, operation: Operation, id: EntityId): Promise<Outcome<null>> {
  const refusal = denied(operation, 'profiles.write')
  if (refusal) return refusal
  const ledger = ports.ledgers.open(id.ledger)
  const found = await ledger.getProfile(operation.actor.organization, id.n)
  if (!found.ok) return found
  if (found.value.isDefault) return refuse({ kind: 'profile_is_default' })
  return ledger.deleteProfile(operation.actor.organization, id.n, causeOf(operation))
}
