import { operatorCase } from '../../access/cases/operator-case.ts'
import type { SizedPage } from '../../kernel/fairness/list-slices.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { SearchQuery } from '../../search/search.ts'
import type { EnrollmentKey } from '../ledger/key.ts'

/** D1's view of those that are not revoked. */
export const searchKeys = operatorCase(
  'keys.read',
  async (
    ports,
    operation,
    query: Omit<SearchQuery, 'organization'>,
  ): Promise<Outcome<SizedPage<EnrollmentKey>>> =>
    ok(await ports.search('keys', { ...query, organization: operation.actor.organization })),
)
