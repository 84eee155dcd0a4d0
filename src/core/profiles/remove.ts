import { causeOf, type Operation } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import { type Outcome, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { atProfile } from './in-scope.ts'
import { giveUpName } from './unique-name.ts'

/**
 * Deletes a profile and ends its keys; the agents that they made stay.
 * @param isKeptWithAgents refuses while agents of it are active
 */
export async function remove(
  ports: Ports,
  operation: Operation,
  id: EntityId,
  isKeptWithAgents = false,
): Promise<Outcome<null>> {
  return atProfile(ports, operation, 'profiles.write', id, async (ledger, organization) => {
    const found = await ledger.getProfile(organization, id.n)
    if (!found.ok) return found
    const { isDefault, dialect, uniqueName } = found.value
    if (isDefault) return refuse({ kind: 'profile_is_default' })
    const startedAt = ports.now()
    const removed = await ledger.deleteProfile(organization, id.n, causeOf(operation), isKeptWithAgents)
    const owner = { organization, dialect, ledger: id.ledger }
    if (removed.ok) await giveUpName(ports, owner, uniqueName, startedAt)
    return removed
  })
}
