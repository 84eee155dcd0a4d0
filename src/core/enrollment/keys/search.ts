import { denialOf, type Operation } from '../../access/operator-case.ts'
import type { SizedPage } from '../../kernel/list-slices.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { SearchQuery } from '../../search/search.ts'
import type { EnrollmentKey } from '../ledger/records.ts'

/** D1's view of those that are not revoked. */
export async function searchKeys(
  ports: Ports,
  operation: Operation,
  query: Omit<SearchQuery, 'organization'>,
): Promise<Outcome<SizedPage<EnrollmentKey>>> {
  const refusal = denialOf(operation, 'keys.read')
  if (refusal) return refusal
  return ok(await ports.search('keys', { ...query, organization: operation.actor.organization }))
}
