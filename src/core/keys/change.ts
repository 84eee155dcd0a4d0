import { causeOf, denied, type Operation } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import type { KeyChange } from '../ledger/port.ts'
import type { EnrollmentKey } from '../ledger/records.ts'
import type { Outcome } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** A limit may be lowered below the count: what is enrolled stays, the next redemption is refused. */
export async function change(
  ports: Ports,
  operation: Operation,
  id: EntityId,
  change: KeyChange,
): Promise<Outcome<EnrollmentKey>> {
  const refusal = denied(operation, 'keys.write')
  if (refusal) return refusal
  const ledger = ports.ledgers.open(id.ledger)
  return ledger.changeKey(operation.actor.organization, id.n, change, causeOf(operation))
}
