import { denied, type Operation } from '../access/require.ts'
import type { Profile } from '../ledger/records.ts'
import { type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { Found, SearchQuery } from '../search/search.ts'

/** D1's view of those that are not deleted. */
export async function search(
  ports: Ports,
  operation: Operation,
  query: Omit<SearchQuery, 'organization'>,
): Promise<Outcome<Found<Profile>>> {
  const refusal = denied(operation, 'profiles.read')
  if (refusal) return refusal
  return ok(await ports.search('profiles', { ...query, organization: operation.actor.organization }))
}
