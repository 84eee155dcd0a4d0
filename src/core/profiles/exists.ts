import type { EntityId } from '../ids.ts'
import type { Dialect } from '../ledger/records.ts'
import type { Ports } from '../ports.ts'

/** Whether there is such a profile, and no more: what anybody may ask. Answered by D1, so that no object wakes. */
export function exists(ports: Ports, dialect: Dialect, id: EntityId): Promise<boolean> {
  return ports.catalogue.hasProfile(dialect, id)
}
