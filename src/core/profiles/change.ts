import { causeOf, denied, type Operation } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import type { ProfileChange } from '../ledger/port.ts'
import type { Profile } from '../ledger/records.ts'
import { type Outcome, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { holdExternalReference, keepsExternalReference } from './external-reference.ts'
import { applyChange } from './patch.ts'

/** Changes what is named and nothing else. Keys that exist keep their limits; the rest holds for them at once. */
export async function change(
  ports: Ports,
  operation: Operation,
  id: EntityId,
  change: ProfileChange,
): Promise<Outcome<Profile>> {
  const refusal = denied(operation, 'profiles.write')
  if (refusal) return refusal
  const { organization } = operation.actor
  const ledger = ports.ledgers.open(id.ledger)
  if (!(change.attributes ?? change.patch?.attributes)) {
    return ledger.changeProfile(organization, id.n, change, causeOf(operation))
  }
  const found = await ledger.getProfile(organization, id.n)
  if (!found.ok) return found
  const { dialect, attributes: before } = found.value
  const attributes = applyChange(found.value, change).attributes ?? {}
  const isHeld = await holdExternalReference(ports, organization, id.ledger, dialect, attributes)
  if (!isHeld) return refuse({ kind: 'external_reference_taken' })
  const changed = await ledger.changeProfile(organization, id.n, change, causeOf(operation))
  if (!changed.ok || (await keepsExternalReference(ports, changed.value))) return changed
  await ledger.changeProfile(organization, id.n, { attributes: before }, causeOf(operation))
  return refuse({ kind: 'external_reference_taken' })
}
