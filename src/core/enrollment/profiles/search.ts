import { operatorCase } from '../../access/cases/operator-case.ts'
import type { SizedPage } from '../../kernel/fairness/list-slices.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { SearchQuery } from '../../search/search.ts'
import type { Profile } from '../ledger/profile.ts'

/** D1's view of those that are not deleted. */
export const searchProfiles = operatorCase(
  'profiles.read',
  async (ports, operation, query: Omit<SearchQuery, 'organization'>): Promise<Outcome<SizedPage<Profile>>> =>
    ok(await ports.search('profiles', { ...query, organization: operation.actor.organization })),
)
