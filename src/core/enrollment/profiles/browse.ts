import { operatorCase, scopesOf, within } from '../../access/cases/operator-case.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { ListedPage, ListFilters, ListPage, Order } from '../../search/list.ts'
import { freshly } from '../ledger/freshness.ts'
import type { Profile } from '../ledger/profile.ts'

/** Profiles of every dialect, with any filter and in any order. */
export const browseProfiles = operatorCase(
  within('profiles.read'),
  async (
    ports,
    operation,
    query: Omit<ListFilters['profiles'], 'within'> & { readonly order?: Order<'profiles'> | undefined },
    page: ListPage,
    minAsOf?: number,
  ): Promise<Outcome<ListedPage<Profile>>> => {
    const { organization } = operation.actor
    const its = { ...query, organization, now: ports.now(), within: scopesOf(operation, 'profiles.read') }
    return freshly(ports, operation, { minAsOf }, () => ports.list('profiles', its, page))
  },
)
