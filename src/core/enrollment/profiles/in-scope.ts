import type { Operation } from '../../access/operator-case.ts'
import type { Permission } from '../../access/permission.ts'
import type { Reach } from '../../access/reach.ts'
import { reachOf } from '../../access/reach-of.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Noun, Outcome } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { Ledger } from '../ledger/port.ts'

/** What is done at a ledger, within the operator's reach. */
type Run<T> = (ledger: Ledger, reach: Reach) => Promise<Outcome<T>>

/** Runs something at the ledger of a profile that the operator may have the permission for: the ledger decides on its labels. */
export function atProfile<T>(
  ports: Ports,
  operation: Operation,
  permission: Permission,
  id: EntityId,
  run: Run<T>,
): Promise<Outcome<T>> {
  return within(ports, operation, permission, id, 'profile', run)
}

/** The same of a key, whose labels are its profile's. */
export function atKey<T>(
  ports: Ports,
  operation: Operation,
  permission: Permission,
  id: EntityId,
  run: Run<T>,
): Promise<Outcome<T>> {
  return within(ports, operation, permission, id, 'key', run)
}

async function within<T>(
  ports: Ports,
  operation: Operation,
  permission: Permission,
  id: EntityId,
  noun: Noun,
  run: Run<T>,
): Promise<Outcome<T>> {
  const reach = await reachOf(ports, operation, permission)
  if (!reach.ok) return reach
  return atLedger(ports, operation, id, noun, (ledger) => run(ledger, reach.value))
}
