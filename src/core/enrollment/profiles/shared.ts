/** Profiles that share a ledger: keys can move between them, and what is said of all of them is one transaction. */
import { causeOf, denialOf, type Operation } from '../../access/operator-case.ts'
import type { Dialect } from '../../kernel/cause.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { NewProfile, Profile } from '../ledger/profile.ts'

/** The number of the ledger that an organization's profiles of a dialect share. */
export function sharedLedger(ports: Ports, operation: Operation, dialect: Dialect): Promise<number> {
  return ports.ledgerDirectory.shared(operation.actor.organization, dialect)
}

/** A profile in the shared ledger, which sees to it that its unique name is one. */
export async function addShared(
  ports: Ports,
  operation: Operation,
  input: Omit<NewProfile, 'organization' | 'isDefault'>,
): Promise<Outcome<Profile>> {
  const refusal = denialOf(operation, 'profiles.write')
  if (refusal) return refusal
  const { organization } = operation.actor
  const ledger = await ports.ledgerDirectory.shared(organization, input.dialect)
  const profile = { ...input, organization, isDefault: false }
  return ports.ledgers.createProfile(ledger, profile, causeOf(operation))
}
