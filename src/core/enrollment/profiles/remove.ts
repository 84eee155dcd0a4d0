import { causeOf } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
import { outside } from '../../access/reach/reach.ts'
import type { EntityId } from '../../kernel/ids.ts'
import { type Faults, type Outcome, refuse } from '../../kernel/outcome.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import { giveUpName } from './unique-name.ts'

type DeletionFault = Faults<'profile_is_default' | 'in_use'>

/**
 * Deletes a profile and ends its keys; the agents that they made stay.
 * @param isKeptWithAgents refuses while agents of it are active
 */
export const deleteProfile = reachCase(
  'profiles.write',
  async (
    ports,
    operation,
    reach,
    id: EntityId,
    isKeptWithAgents: boolean = false,
  ): Promise<Outcome<null, DeletionFault>> =>
    atLedger(ports, operation, id, 'profile', async (ledger): Promise<Outcome<null, DeletionFault>> => {
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
    }),
)
