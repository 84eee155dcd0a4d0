import type { Operation } from '../../access/operator-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { EnrollmentKey } from '../ledger/key.ts'
import { atKey } from '../profiles/in-scope.ts'

/** One key, exact to this instant. */
export async function getKey(
  ports: Ports,
  operation: Operation,
  id: EntityId,
): Promise<Outcome<EnrollmentKey>> {
  return atKey(ports, operation, 'keys.read', id, (ledger, reach) => ledger.getKey(id.n, reach))
}
