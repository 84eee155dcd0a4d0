import { denialOf, type Operation } from '../../access/operator-case.ts'
import { outside } from '../../access/reach.ts'
import type { EntityId } from '../../kernel/ids.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Page } from '../../kernel/page.ts'
import type { Ports } from '../../ports.ts'
import type { EnrollmentKey } from '../ledger/key.ts'
import { atProfile } from '../profiles/in-scope.ts'

export async function listKeys(
  ports: Ports,
  operation: Operation,
  query: { readonly profile?: EntityId | undefined },
  page: Page,
): Promise<Outcome<readonly EnrollmentKey[]>> {
  const { organization } = operation.actor
  const { profile } = query
  // Who may see the keys of some profiles asks profile by profile.
  const may = profile
    ? await atProfile(ports, operation, 'keys.read', profile, async (ledger, reach) => {
        const found = reach && (await ledger.getProfile(profile.n))
        if (found && !found.ok) return found
        return (found && outside(reach, found.value.grant)) ?? ok(null)
      })
    : (denialOf(operation, 'keys.read') ?? ok(null))
  if (!may.ok) return may.fault.kind === 'not_found' ? ok([]) : may
  return ok(await ports.catalogue.listKeys({ ...query, organization }, page))
}
