import { causeOf, type Operation } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import type { Ledger, ProfileChange } from '../ledger/port.ts'
import type { Profile } from '../ledger/records.ts'
import type { Outcome } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { atProfile, deniedWithin } from './in-scope.ts'
import { giveUpName, withUniqueName } from './unique-name.ts'

/** Changes what is named and nothing else. Keys that exist keep their limits; the rest holds for them at once. */
export async function change(
  ports: Ports,
  operation: Operation,
  id: EntityId,
  change: ProfileChange,
): Promise<Outcome<Profile>> {
  return atProfile(ports, operation, 'profiles.write', id, async (ledger, organization) => {
    // Nobody takes a profile out of their own reach, or into another's.
    const labels = change.patch?.labels ?? change.grant?.labels
    const refusal = labels && (await deniedWithin(ports, operation, 'profiles.write', { labels }))
    if (refusal) return refusal
    const commit = () => ledger.changeProfile(organization, id.n, change, causeOf(operation))
    const { uniqueName } = change
    if (uniqueName === undefined) return commit()
    return rename(ports, ledger, { organization, id, uniqueName }, commit)
  })
}

async function rename(
  ports: Ports,
  ledger: Ledger,
  to: { readonly organization: number; readonly id: EntityId; readonly uniqueName: string | null },
  commit: () => Promise<Outcome<Profile>>,
): Promise<Outcome<Profile>> {
  const { organization, id, uniqueName } = to
  const found = await ledger.getProfile(organization, id.n)
  if (!found.ok) return found
  const owner = { organization, dialect: found.value.dialect, ledger: id.ledger }
  const changed = await withUniqueName(ports, owner, uniqueName, commit)
  if (changed.ok && found.value.uniqueName !== uniqueName) {
    await giveUpName(ports, owner, found.value.uniqueName)
  }
  return changed
}
