import { operatorCase } from '../../access/cases/operator-case.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { ListedPage, ListFilters, ListPage, Order } from '../../search/list.ts'
import type { Agent } from '../ledger/agent.ts'
import { freshly } from '../ledger/freshness.ts'

/** Agents of every dialect, with any filter and in any order. */
export const browseAgents = operatorCase(
  'agents.read',
  async (
    ports,
    operation,
    query: ListFilters['agents'] & { readonly order?: Order<'agents'> | undefined },
    page: ListPage,
    minAsOf?: number,
  ): Promise<Outcome<ListedPage<Agent>>> => {
    const { organization } = operation.actor
    const ledger = (query.key ?? query.profile)?.ledger
    return freshly(ports, operation, { minAsOf, ledger }, () =>
      ports.list('agents', { ...query, organization, now: ports.now() }, page),
    )
  },
)
