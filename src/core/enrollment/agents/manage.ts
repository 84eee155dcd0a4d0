import { causeOf, operatorCase } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
import type { Dialect } from '../../kernel/cause.ts'
import type { SizedPage } from '../../kernel/fairness/list-slices.ts'
import type { AgentName } from '../../kernel/ids.ts'
import { notFound, type Outcome, ok } from '../../kernel/outcome.ts'
import type { Page } from '../../kernel/page.ts'
import type { AgentQuery, Begun } from '../../search/catalogue.ts'
import type { SearchQuery } from '../../search/search.ts'
import { reachOfKeys } from '../keys/revoke.ts'
import type { Agent, AgentChange, AndKey, Revocation } from '../ledger/agent.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { Ledger } from '../ledger/port.ts'

/** One agent, exact to this instant, whatever its state. */
export const getAgent = operatorCase(
  'agents.read',
  async (ports, operation, id: AgentName): Promise<Outcome<Agent>> =>
    atLedger(ports, operation, id, 'agent', (ledger) => findAgent(ledger, id)),
)

export const listAgents = operatorCase(
  'agents.read',
  async (
    ports,
    operation,
    query: Omit<AgentQuery, 'organization'>,
    page: Page,
  ): Promise<Outcome<readonly Agent[]>> => {
    const { organization } = operation.actor
    return ok(await ports.catalogue.listAgents({ ...query, organization }, page))
  },
)

export const countAgents = operatorCase(
  'agents.read',
  async (ports, operation, query: Omit<AgentQuery, 'organization'>): Promise<Outcome<number>> => {
    const { organization } = operation.actor
    return ok(await ports.catalogue.countAgents({ ...query, organization }))
  },
)

/** The first ones, and how many a list without a limit would have. */
export const beginAgents = operatorCase(
  'agents.read',
  async (
    ports,
    operation,
    query: Omit<AgentQuery, 'organization'>,
    limit: number,
  ): Promise<Outcome<Begun<Agent>>> => {
    const { organization } = operation.actor
    return ok(await ports.catalogue.beginAgents({ ...query, organization }, limit))
  },
)

/** D1's view of those that are active. */
export const searchAgents = operatorCase(
  'agents.read',
  async (ports, operation, query: Omit<SearchQuery, 'organization'>): Promise<Outcome<SizedPage<Agent>>> =>
    ok(await ports.search('agents', { ...query, organization: operation.actor.organization })),
)

/** The first active agents of each of these profiles of one ledger. */
export const listAgentsOfProfiles = operatorCase(
  'agents.read',
  async (
    ports,
    operation,
    dialect: Dialect,
    ledger: number,
    profiles: readonly number[],
    atMost: number,
  ): Promise<Outcome<readonly Agent[]>> => {
    const { organization } = operation.actor
    return ok(await ports.catalogue.listAgentsOfProfiles({ organization, dialect, ledger, profiles }, atMost))
  },
)

/**
 * Changes what is named and nothing else, of an active agent. Who may only within some labels may neither change what is
 * outside them, nor move it there.
 */
export const changeAgent = reachCase(
  'agents.write',
  async (ports, operation, reach, id: AgentName, change: AgentChange): Promise<Outcome<Agent>> =>
    atLedger(ports, operation, id, 'agent', async (ledger) => {
      const found = await findAgent(ledger, id)
      if (!found.ok) return found
      return ledger.changeAgent(id.n, change, causeOf(operation), reach)
    }),
)

/** Agents of one ledger, all in one commit; their keys are kept. */
export const revokeManyAgents = operatorCase(
  'agents.revoke',
  async (ports, operation, ids: readonly AgentName[]): Promise<Outcome<null>> => {
    const [first] = ids
    if (!first) return ok(null)
    return atLedger(ports, operation, first, 'agent', (ledger) =>
      ledger.revokeMany(
        ids.map(({ n }) => n),
        causeOf(operation),
      ),
    )
  },
)

/** The agent's claim may come back with another public key; once. */
export const allowRebinding = operatorCase(
  'agents.write',
  async (ports, operation, id: AgentName): Promise<Outcome<Agent>> =>
    atLedger(ports, operation, id, 'agent', (ledger) => ledger.allowRebinding(id.n, causeOf(operation))),
)

/** A revoked agent does not come back by its claim; the caller says what becomes of its key, if they may disable that. */
export const revokeAgent = reachCase(
  'agents.revoke',
  async (ports, operation, agents, id: AgentName, andKey: AndKey): Promise<Outcome<Revocation>> => {
    const keys = await reachOfKeys(ports, operation, andKey)
    if (!keys.ok) return keys
    const reach = { agents, keys: keys.value }
    return atLedger(ports, operation, id, 'agent', async (ledger) => {
      const found = await findAgent(ledger, id)
      return found.ok ? ledger.revokeAgent(id.n, andKey, causeOf(operation), reach) : found
    })
  },
)

/** The random half of the UUID counts too, or one agent would answer to many names. */
export async function findAgent(ledger: Ledger, id: AgentName): Promise<Outcome<Agent>> {
  const found = await ledger.getAgent(id.n)
  const isOther = found.ok && id.uuid !== undefined && id.uuid !== found.value.id
  return isOther ? notFound('agent') : found
}
