import { denialOf, type Operation, scopesOf } from '../../access/operator-case.ts'
import type { PageAfter } from '../../kernel/list-slices.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { ProfilePlace, ProfileQuery } from '../../search/catalogue.ts'
import type { Profile } from '../ledger/profile.ts'

export async function listProfiles(
  ports: Ports,
  operation: Operation,
  query: Omit<ProfileQuery, 'organization'>,
  page: PageAfter<ProfilePlace>,
): Promise<Outcome<readonly Profile[]>> {
  const refusal = denialOf(operation, 'profiles.read', 'within labels')
  if (refusal) return refusal
  const { organization } = operation.actor
  return ok(
    await ports.catalogue.listProfiles(
      { ...query, organization, within: scopesOf(operation, 'profiles.read') },
      page,
    ),
  )
}

/** How many a list without a limit would have. */
export async function countProfiles(
  ports: Ports,
  operation: Operation,
  query: Omit<ProfileQuery, 'organization'>,
): Promise<Outcome<number>> {
  const refusal = denialOf(operation, 'profiles.read', 'within labels')
  if (refusal) return refusal
  const { organization } = operation.actor
  return ok(
    await ports.catalogue.countProfiles({
      ...query,
      organization,
      within: scopesOf(operation, 'profiles.read'),
    }),
  )
}
