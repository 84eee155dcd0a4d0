import { denied, type Operation } from '../access/require.ts'
import type { Page } from '../catalogue.ts'
import type { EntityId } from '../ids.ts'
import type { EnrollmentKey } from '../ledger/records.ts'
import { type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'

export async function list(
  ports: Ports,
  operation: Operation,
  query: { readonly profile?: EntityId | undefined },
  page: Page,
): Promise<Outcome<readonly EnrollmentKey[]>> {
  const refusal = denied(operation, 'keys.read')
  if (refusal) return refusal
  const { organization } = operation.actor
  return ok(await ports.catalogue.listKeys({ ...query, organization }, page))
}
