import type { EntityId } from '../ids.ts'
import type { Dialect } from '../ledger/records.ts'
import type { Outcome } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** Whether there is such a profile, and no more: what anybody may ask. */
export function exists(ports: Ports, dialect: Dialect, id: EntityId): Promise<Outcome<boolean>> {
  return ports.ledgers.open(id.ledger).hasProfile(id.n, dialect)
}
