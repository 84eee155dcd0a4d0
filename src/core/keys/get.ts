import { denied, type Operation } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import type { EnrollmentKey } from '../ledger/records.ts'
import type { Outcome } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** One key, exact to this instant. */
export async function get(ports: Ports, operation: Operation, id: EntityId): Promise<Outcome<EnrollmentKey>> {
  const refusal = denied(operation, 'keys.read')
  if (refusal) return refusal
  return ports.ledgers.open(id.ledger).getKey(operation.actor.organization, id.n)
}
