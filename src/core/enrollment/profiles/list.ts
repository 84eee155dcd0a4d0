import { operatorCase, scopesOf, within } from '../../access/cases/operator-case.ts'
import type { PageAfter } from '../../kernel/fairness/list-slices.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Begun, ProfilePlace, ProfileQuery } from '../../search/catalogue.ts'
import type { Profile } from '../ledger/profile.ts'

export const listProfiles = operatorCase(
  within('profiles.read'),
  async (
    ports,
    operation,
    query: Omit<ProfileQuery, 'organization'>,
    page: PageAfter<ProfilePlace>,
  ): Promise<Outcome<readonly Profile[]>> => {
    const { organization } = operation.actor
    return ok(
      await ports.catalogue.listProfiles(
        { ...query, organization, within: scopesOf(operation, 'profiles.read') },
        page,
      ),
    )
  },
)

/** How many a list without a limit would have. */
export const countProfiles = operatorCase(
  within('profiles.read'),
  async (ports, operation, query: Omit<ProfileQuery, 'organization'>): Promise<Outcome<number>> => {
    const { organization } = operation.actor
    return ok(
      await ports.catalogue.countProfiles({
        ...query,
        organization,
        within: scopesOf(operation, 'profiles.read'),
      }),
    )
  },
)

/** The first ones, and how many a list without a limit would have. */
export const beginProfiles = operatorCase(
  within('profiles.read'),
  async (
    ports,
    operation,
    query: Omit<ProfileQuery, 'organization'>,
    limit: number,
  ): Promise<Outcome<Begun<Profile>>> => {
    const { organization } = operation.actor
    return ok(
      await ports.catalogue.beginProfiles(
        { ...query, organization, within: scopesOf(operation, 'profiles.read') },
        limit,
      ),
    )
  },
)
