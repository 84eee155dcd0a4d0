/**
 * A permission that holds within some labels is decided where the change is made: the reach goes along into the ledger's
 * commit, which asks it of the labels that it holds at that moment.
 */

import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { denialOf, type Operation, scopesOf, within } from '../cases/operator-case.ts'
import type { Permission } from '../permission.ts'
import type { Reach, ReachLabel, ReachProfile } from './reach.ts'
import { profileOfScope } from './scope.ts'

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
  const ids = scopes.flat().filter((one) => profileOfScope(one) === null)
  const found = ids.length > 0 ? await ports.labels.findMany(operation.actor.organization, ids) : []
  const labels = new Map(found.map((label) => [label.id, label]))
  const named = (id: string): ReachLabel | ReachProfile => {
    const profile = profileOfScope(id)
    if (profile !== null) return { profile }
    const label = labels.get(id)
    return { id, key: label?.key ?? '', value: label?.deletedAt === null ? label.value : null }
  }
  return ok(scopes.map((scope) => scope.map(named)))
}
