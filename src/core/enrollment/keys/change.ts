import { causeOf, type Operation } from '../../access/operator-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { EnrollmentKey, KeyChange } from '../ledger/key.ts'
import { atKey } from '../profiles/in-scope.ts'

/** A limit may be lowered below the count: what is enrolled stays, the next redemption is refused. */
export async function changeKey(
  ports: Ports,
  operation: Operation,
  id: EntityId,
  change: KeyChange,
): Promise<Outcome<EnrollmentKey>> {
  return atKey(ports, operation, 'keys.write', id, (ledger, reach) =>
    ledger.changeKey(id.n, change, causeOf(operation), reach),
  )
}
