import { denied, type Operation } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { EnrollmentKey } from '../ledger/records.ts'
import type { Outcome } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** One key, exact to this instant. */
export async function get(ports: Ports, operation: Operation, id: EntityId): Promise<Outcome<EnrollmentKey>> {
  return (
    denied(operation, 'keys.read') ??
    atLedger(ports, operation, id, 'key', (ledger, organization) => ledger.getKey(organization, id.n))
  )
}
