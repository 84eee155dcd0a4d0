import { denied, type Operation, scopesOf } from '../access/require.ts'
import type { Beginning, ProfilePage, ProfilePlace, ProfileQuery } from '../catalogue.ts'
import type { Profile } from '../ledger/records.ts'
import { type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'

export async function list(
  ports: Ports,
  operation: Operation,
  query: Omit<ProfileQuery, 'organization'>,
  page: ProfilePage,
): Promise<Outcome<readonly Profile[]>> {
  const refusal = denied(operation, 'profiles.read', 'looked up later')
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
export async function count(
  ports: Ports,
  operation: Operation,
  query: Omit<ProfileQuery, 'organization'>,
  beginning: Beginning<ProfilePlace> | null,
): Promise<Outcome<number>> {
  const refusal = denied(operation, 'profiles.read', 'looked up later')
  if (refusal) return refusal
  const { organization } = operation.actor
  return ok(
    await ports.catalogue.countProfiles(
      { ...query, organization, within: scopesOf(operation, 'profiles.read') },
      beginning,
    ),
  )
}
