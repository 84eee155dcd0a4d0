/**
 * A permission that holds within some labels is decided where the change is made: the reach goes along into the ledger's
 * commit, which asks it of the labels that it holds at that moment.
 */

import type { Reach, ReachLabel } from '../enrollment/ledger/reach.ts'
import { type CommonFault, type Fault, type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { denialOf, type Operation, operatorCase, scopesOf, within } from './operator-case.ts'
import type { Permission } from './permission.ts'
import type { UseCase } from './use-case.ts'

/** A use case for operators who have the permission somewhere at least, and is given where. */
export function reachCase<Input extends readonly unknown[], T, F extends Fault>(
  permission: Permission,
  run: (ports: Ports, operation: Operation, reach: Reach, ...input: Input) => Promise<Outcome<T, F>>,
): UseCase<[Operation, ...Input], Promise<Outcome<T, F | CommonFault>>> {
  return operatorCase(
    within(permission),
    async (ports, operation, ...input: Input): Promise<Outcome<T, F | CommonFault>> => {
      const reach = await reachOf(ports, operation, permission)
      if (!reach.ok) return reach
      return run(ports, operation, reach.value, ...input)
    },
  )
}

/** Of an actor who has the permission somewhere at least. */
export async function reachOf(
  ports: Ports,
  operation: Operation,
  permission: Permission,
): Promise<Outcome<Reach>> {
  const refusal = denialOf(operation, within(permission))
  if (refusal) return refusal
  const scopes = scopesOf(operation, permission)
  if (!scopes) return ok(null)
  const found = await ports.labels.findMany(operation.actor.organization, scopes.flat())
  const labels = new Map(found.map((label) => [label.id, label]))
  const named = (id: string): ReachLabel => {
    const label = labels.get(id)
    return { id, key: label?.key ?? '', value: label?.deletedAt === null ? label.value : null }
  }
  return ok(scopes.map((scope) => scope.map(named)))
}
