import { causeOf, type Operation } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
import { outside, type Reach } from '../../access/reach/reach.ts'
import type { EntityId } from '../../kernel/ids.ts'
import { type Faults, type Outcome, ok, type Refusal, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { Ledger } from '../ledger/port.ts'
import type { Profile, ProfileChange } from '../ledger/profile.ts'
import { giveUpName, withUniqueName } from './unique-name.ts'

/** How often a change is decided again because another one was faster. */
const MAX_ATTEMPTS = 8

/**
 * Changes what is named and nothing else. Keys that exist keep their limits; the rest holds for them at once.
 * @param change the change, or how it follows from what is stored
 */
export const changeProfile = reachCase(
  'profiles.write',
  async (
    ports,
    operation,
    reach,
    id: EntityId,
    change: ProfileChange | ((stored: Profile) => ProfileChange),
  ): Promise<Outcome<Profile, Faults<'external_reference_taken'>>> =>
    atLedger(ports, operation, id, 'profile', async (ledger) => {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const found = await ledger.getProfile(id.n)
        if (!found.ok) return found
        const wanted = typeof change === 'function' ? change(found.value) : change
        const refusal = outOfReach(reach, found.value, wanted)
        const changed = refusal ?? (await commit(ports, operation, ledger, found.value, wanted))
        if (!changed.ok) return changed
        if (changed.value) return ok(changed.value)
      }
      return refuse({ kind: 'busy', retryAfterSeconds: 1 })
    }),
)

/** No operator takes a profile out of their own reach, or into another's. */
function outOfReach(reach: Reach, stored: Profile, wanted: ProfileChange): Refusal | null {
  const labels = wanted.patch?.labels ?? wanted.grant?.labels
  return outside(reach, stored.grant) ?? (labels ? outside(reach, { labels }) : null)
}

/** On what it was decided on; null: that does not hold any more, and nothing is changed. */
async function commit(
  ports: Ports,
  operation: Operation,
  ledger: Ledger,
  stored: Profile,
  wanted: ProfileChange,
): Promise<Outcome<Profile | null, Faults<'external_reference_taken'>>> {
  const { organization, dialect, attributes, grant, n } = stored
  const basis = { attributes, labels: grant.labels }
  const change = () => ledger.changeProfile(n, wanted, causeOf(operation), basis)
  const { uniqueName } = wanted
  if (uniqueName === undefined || uniqueName === stored.uniqueName) return change()
  const owner = { organization, dialect, ledger: stored.ledger }
  const startedAt = ports.now()
  const changed = await withUniqueName(ports, owner, uniqueName, change)
  if (changed.ok && changed.value) await giveUpName(ports, owner, stored.uniqueName, startedAt)
  return changed
}
