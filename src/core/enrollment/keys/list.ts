import { operatorCaseBy, within } from '../../access/operator-case.ts'
import { outside } from '../../access/reach.ts'
import { reachOf } from '../../access/reach-of.ts'
import type { EntityId } from '../../kernel/ids.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Page } from '../../kernel/page.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { EnrollmentKey } from '../ledger/key.ts'
import { seesDecoys } from './decoy.ts'

type Query = { readonly profile?: EntityId | undefined }

export const listKeys = operatorCaseBy(
  (_, { profile }: Query) => (profile ? within('keys.read') : 'keys.read'),
  async (ports, operation, query, page: Page): Promise<Outcome<readonly EnrollmentKey[]>> => {
    const { organization } = operation.actor
    const { profile } = query
    // An operator who may see the keys of some profiles asks profile by profile.
    const reach = profile ? await reachOf(ports, operation, 'keys.read') : ok(null)
    if (!reach.ok) return reach
    const may = profile
      ? await atLedger(ports, operation, profile, 'profile', async (ledger) => {
          const found = reach.value && (await ledger.getProfile(profile.n))
          if (found && !found.ok) return found
          return (found && outside(reach.value, found.value.grant)) ?? ok(null)
        })
      : ok(null)
    if (!may.ok) return may.fault.kind === 'not_found' ? ok([]) : may
    const withDecoys = seesDecoys(operation)
    return ok(await ports.catalogue.listKeys({ ...query, organization, withDecoys }, page))
  },
)
