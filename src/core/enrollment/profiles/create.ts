import { causeOf } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
import { outside } from '../../access/reach/reach.ts'
import { type Faults, type Outcome, refuse } from '../../kernel/outcome.ts'
import type { NewProfile, Profile } from '../ledger/profile.ts'
import { withUniqueName } from './unique-name.ts'

/**
 * A profile with a ledger of its own: its keys never move to another.
 * @param limit the most profiles of its dialect that the organization may have
 */
export const createProfile = reachCase(
  'profiles.write',
  async (
    ports,
    operation,
    reach,
    input: Omit<NewProfile, 'organization' | 'isDefault'>,
    limit: number | null = null,
  ): Promise<Outcome<Profile, Faults<'external_reference_taken'>>> => {
    const refusal = outside(reach, input.grant)
    if (refusal) return refusal
    const { organization } = operation.actor
    const { dialect } = input
    if (limit !== null && (await ports.catalogue.countProfiles({ organization, dialect })) >= limit) {
      return refuse({ kind: 'limit_reached', what: 'profile' })
    }
    const ledger = await ports.ledgerDirectory.allot(organization)
    const profile = { ...input, organization, isDefault: false }
    return withUniqueName(ports, { organization, dialect, ledger }, input.uniqueName, () =>
      ports.ledgers.createProfile(ledger, profile, causeOf(operation)),
    )
  },
)
