import { operatorCase } from '../../access/cases/operator-case.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Names } from '../../search/catalogue.ts'
import type { Agent } from '../ledger/agent.ts'

/** The names of the keys and profiles of agents of any ledger. */
export const nameAgents = operatorCase(
  'agents.read',
  async (
    ports,
    operation,
    agents: readonly Pick<Agent, 'ledger' | 'key' | 'profile'>[],
  ): Promise<Outcome<Names>> => {
    const of = {
      keys: agents.map(({ ledger, key }) => ({ ledger, n: key })),
      profiles: agents.map(({ ledger, profile }) => ({ ledger, n: profile })),
    }
    return ok(await ports.catalogue.namesOf(operation.actor.organization, of))
  },
)
