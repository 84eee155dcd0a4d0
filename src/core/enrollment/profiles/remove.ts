import { causeOf, type Operation } from '../../access/operator-case.ts'
import { outside } from '../../access/reach.ts'
import type { EntityId } from '../../kernel/ids.ts'
import { type Outcome, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { atProfile } from './in-scope.ts'
import { giveUpName } from './unique-name.ts'

/**
 * Deletes a profile and ends its keys; the agents that they made stay.
 * @param isKeptWithAgents refuses while agents of it are active
 */
export async function deleteProfile(
  ports: Ports,
  operation: Operation,
  id: EntityId,
  isKeptWithAgents = false,
): Promise<Outcome<null>> {
  return atProfile(ports, operation, 'profiles.write', id, async (ledger, reach) => {
    const found = await ledger.getProfile(id.n)
    if (!found.ok) return found
    const refusal = outside(reach, found.value.grant)
    if (refusal) return refusal
    const { isDefault, dialect, uniqueName } = found.value
    if (isDefault) return refuse({ kind: 'profile_is_default' })
    const startedAt = ports.now()
    const cause = causeOf(operation)
    const removed = await ledger.deleteProfile(id.n, cause, isKeptWithAgents, reach)
    const owner = { organization: operation.actor.organization, dialect, ledger: id.ledger }
    if (removed.ok) await giveUpName(ports, owner, uniqueName, startedAt)
    return removed
  })
}
