/** Profiles that share a ledger: keys can move between them, and what is said of all of them is one transaction. */
import { causeOf, memberCase, operatorCase } from '../../access/operator-case.ts'
import type { Dialect } from '../../kernel/cause.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { Profile } from '../ledger/records.ts'
import type { NewProfile } from '../ledger/requests.ts'

/** The number of the ledger that an organization's profiles of a dialect share. */
export const sharedLedger = memberCase(
  (ports, operation, dialect: Dialect): Promise<number> =>
    ports.ledgers.shared(operation.actor.organization, dialect),
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
    const ledger = await ports.ledgers.shared(organization, input.dialect)
    const profile = { ...input, organization, isDefault: false }
    return ports.ledgers.open(ledger).create(profile, ledger, causeOf(operation))
  },
)
