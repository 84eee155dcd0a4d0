import { operatorCaseBy, within } from '../../access/cases/operator-case.ts'
import { outside } from '../../access/reach/reach.ts'
import { reachOf } from '../../access/reach/reach-of.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { ListedPage, ListFilters, ListPage, Order } from '../../search/list.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import { freshly } from '../ledger/freshness.ts'
import type { EnrollmentKey } from '../ledger/key.ts'
import { seesDecoys } from './decoy.ts'

const NONE = { bytes: [], read: async () => [], next: null, total: 0 }

type Query = Omit<ListFilters['keys'], 'withDecoys'> & { readonly order?: Order<'keys'> | undefined }

/** Keys of every dialect, with any filter and in any order. */
export const browseKeys = operatorCaseBy(
  (_, { profile }: Query) => (profile ? within('keys.read') : 'keys.read'),
  async (
    ports,
    operation,
    query,
    page: ListPage,
    minAsOf?: number,
  ): Promise<Outcome<ListedPage<EnrollmentKey>>> => {
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
    if (!may.ok) return may.fault.kind === 'not_found' ? ok({ ...NONE, asOf: ports.now() }) : may
    const withDecoys = seesDecoys(operation)
    return freshly(ports, operation, { minAsOf, ledger: profile?.ledger }, () =>
      ports.list('keys', { ...query, organization, withDecoys, now: ports.now() }, page),
    )
  },
)
