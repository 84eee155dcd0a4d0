import { causeOf, denied, type Operation } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import { atLedger } from '../ledger/at-ledger.ts'
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
  return (
    denied(operation, 'keys.write') ??
    atLedger(ports, operation, id, 'key', (ledger, organization) =>
      ledger.changeKey(organization, id.n, change, causeOf(operation)),
    )
  )
}
