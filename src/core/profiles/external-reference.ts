import type { JsonObject } from '../json.ts'
import type { Dialect } from '../ledger/records.ts'
import type { Ports } from '../ports.ts'

/**
 * A pair of `external_data_set` and `external_data_reference` names one profile of an organization. Profiles live in
 * ledgers, so the pair is reserved in D1 before the ledger commits.
 */
function referenceOf(attributes: JsonObject): string | null {
  const { external_data_set: set, external_data_reference: reference } = attributes
  return typeof set === 'string' && typeof reference === 'string' ? JSON.stringify([set, reference]) : null
}

/** False: another profile has it. A reservation that its holder no longer uses is taken over. */
export async function holdExternalReference(
  ports: Ports,
  organization: number,
  ledger: number,
  dialect: Dialect,
  attributes: JsonObject,
): Promise<boolean> {
  const reference = referenceOf(attributes)
  if (reference === null) return true
  const scope = `${dialect}:profile`
  const holder = await ports.ledgers.reserve(organization, scope, reference, ledger)
  if (holder === ledger) return true
  const other = await ports.ledgers.open(holder).getProfile(organization, 1)
  if (other.ok && referenceOf(other.value.attributes) === reference) return false
  await ports.ledgers.release(organization, scope, reference, holder)
  return (await ports.ledgers.reserve(organization, scope, reference, ledger)) === ledger
}
