import type { JsonObject } from '../json.ts'
import type { Dialect, Profile } from '../ledger/records.ts'
import type { Ports } from '../ports.ts'

/**
 * A pair of `external_data_set` and `external_data_reference` names one profile of an organization. Profiles live in
 * ledgers, so the pair is reserved in D1 before the ledger commits.
 */
function referenceOf(attributes: JsonObject): string | null {
  const { external_data_set: set, external_data_reference: reference } = attributes
  return typeof set === 'string' && typeof reference === 'string' ? JSON.stringify([set, reference]) : null
}

/**
 * False: another profile has it. A reservation that its holder does not use is taken over; since the holder may be
 * about to commit, it is looked at again after that, and whoever commits looks at the reservation (`keeps…`): of two
 * at least one sees the other.
 */
export async function holdExternalReference(
  ports: Ports,
  organization: number,
  ledger: number,
  dialect: Dialect,
  attributes: JsonObject,
): Promise<boolean> {
  const reference = referenceOf(attributes)
  if (reference === null) return true
  const scope = scopeOf(dialect)
  const isUsedBy = async (other: number) => {
    const found = await ports.ledgers.open(other).getProfile(organization, 1)
    return found.ok && referenceOf(found.value.attributes) === reference
  }
  const holder = await ports.ledgers.reserve(organization, scope, reference, ledger)
  if (holder === ledger) return true
  if (await isUsedBy(holder)) return false
  await ports.ledgers.release(organization, scope, reference, holder)
  if ((await ports.ledgers.reserve(organization, scope, reference, ledger)) !== ledger) return false
  if (!(await isUsedBy(holder))) return true
  await ports.ledgers.release(organization, scope, reference, ledger)
  await ports.ledgers.reserve(organization, scope, reference, holder)
  return false
}

/** After the commit: whether nobody took the reference over meanwhile. If so, the commit must be undone. */
export async function keepsExternalReference(ports: Ports, profile: Profile): Promise<boolean> {
  const { organization, ledger, dialect } = profile
  const reference = referenceOf(profile.attributes)
  if (reference === null) return true
  return (await ports.ledgers.reserve(organization, scopeOf(dialect), reference, ledger)) === ledger
}

function scopeOf(dialect: Dialect): string {
  return `${dialect}:profile`
}
