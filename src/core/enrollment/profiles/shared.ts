/** Profiles that share a ledger: keys can move between them, and what is said of all of them is one transaction. */
import { causeOf, memberCase, operatorCase } from '../../access/cases/operator-case.ts'
import type { Dialect } from '../../kernel/cause.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { NewProfile, Profile } from '../ledger/profile.ts'

/** The number of the ledger that an organization's profiles of a dialect share. */
export const sharedLedger = memberCase(
  (ports, operation, dialect: Dialect): Promise<number> =>
    ports.ledgerDirectory.shared(operation.actor.organization, dialect),
)

/** A profile in the shared ledger, which sees to it that its unique name is one. */
export const addShared = operatorCase(
  'profiles.write',
  async (
    ports,
    operation,
    input: Omit<NewProfile, 'organization' | 'isDefault'>,
  ): Promise<Outcome<Profile>> => {
    const { organization } = operation.actor
    const ledger = await ports.ledgerDirectory.shared(organization, input.dialect)
    const profile = { ...input, organization, isDefault: false }
    return ports.ledgers.createProfile(ledger, profile, causeOf(operation))
  },
)
