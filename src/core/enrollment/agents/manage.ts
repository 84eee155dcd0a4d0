import { causeOf, denialOf, type Operation } from '../../access/operator-case.ts'
import { reachOf } from '../../access/reach-of.ts'
import type { AgentName } from '../../kernel/ids.ts'
import type { SizedPage } from '../../kernel/list-slices.ts'
import { notFound, type Outcome, ok } from '../../kernel/outcome.ts'
import type { Page } from '../../kernel/page.ts'
import type { Ports } from '../../ports.ts'
import type { AgentQuery } from '../../search/catalogue.ts'
import type { SearchQuery } from '../../search/search.ts'
import { reachOfKeys } from '../keys/revoke.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { Ledger } from '../ledger/port.ts'
import type { Agent } from '../ledger/records.ts'
import type { AgentChange, AndKey, Revocation } from '../ledger/requests.ts'

/** One agent, exact to this instant, whatever its state. */
export async function getAgent(ports: Ports, operation: Operation, id: AgentName): Promise<Outcome<Agent>> {
  return (
    denialOf(operation, 'agents.read') ??
    atLedger(ports, operation, id, 'agent', (ledger, organization) => find(ledger, organization, id))
  )
}

export async function listAgents(
  ports: Ports,
  operation: Operation,
  query: Omit<AgentQuery, 'organization'>,
  page: Page,
): Promise<Outcome<readonly Agent[]>> {
  const refusal = denialOf(operation, 'agents.read')
  if (refusal) return refusal
  const { organization } = operation.actor
  return ok(await ports.catalogue.listAgents({ ...query, organization }, page))
}

export async function countAgents(
  ports: Ports,
  operation: Operation,
  query: Omit<AgentQuery, 'organization'>,
): Promise<Outcome<number>> {
  const refusal = denialOf(operation, 'agents.read')
  if (refusal) return refusal
  const { organization } = operation.actor
  return ok(await ports.catalogue.countAgents({ ...query, organization }))
}

/** D1's view of those that are active. */
export async function searchAgents(
  ports: Ports,
  operation: Operation,
  query: Omit<SearchQuery, 'organization'>,
): Promise<Outcome<SizedPage<Agent>>> {
  const refusal = denialOf(operation, 'agents.read')
  if (refusal) return refusal
  return ok(await ports.searchAgents({ ...query, organization: operation.actor.organization }))
}

/** The first active agents of each of these profiles of one ledger. */
export async function listAgentsOfProfiles(
  ports: Ports,
  operation: Operation,
  ledger: number,
  profiles: readonly number[],
  atMost: number,
): Promise<Outcome<readonly Agent[]>> {
  const refusal = denialOf(operation, 'agents.read')
  if (refusal) return refusal
  const { organization } = operation.actor
  return ok(await ports.catalogue.listAgentsOfProfiles({ organization, ledger, profiles }, atMost))
}

/**
 * Changes what is named and nothing else, of an active agent. Who may only within some labels may neither change what is
 * outside them, nor move it there.
 */
export async function changeAgent(
  ports: Ports,
  operation: Operation,
  id: AgentName,
  change: AgentChange,
): Promise<Outcome<Agent>> {
  const reach = await reachOf(ports, operation, 'agents.write')
  if (!reach.ok) return reach
  return atLedger(ports, operation, id, 'agent', async (ledger, organization) => {
    const found = await find(ledger, organization, id)
    if (!found.ok) return found
    return ledger.changeAgent(organization, id.n, change, causeOf(operation), reach.value)
  })
}

/** Agents of one ledger, all in one commit; their keys are kept. */
export async function revokeManyAgents(
  ports: Ports,
  operation: Operation,
  ids: readonly AgentName[],
): Promise<Outcome<null>> {
  const refusal = denialOf(operation, 'agents.revoke')
  const [first] = ids
  if (refusal || !first) return refusal ?? ok(null)
  return atLedger(ports, operation, first, 'agent', (ledger, organization) =>
    ledger.revokeMany(
      organization,
      ids.map(({ n }) => n),
      causeOf(operation),
    ),
  )
}

/** The agent's claim may come back with another public key; once. */
export async function allowRebinding(
  ports: Ports,
  operation: Operation,
  id: AgentName,
): Promise<Outcome<Agent>> {
  return (
    denialOf(operation, 'agents.write') ??
    atLedger(ports, operation, id, 'agent', (ledger, organization) =>
      ledger.allowRebinding(organization, id.n, causeOf(operation)),
    )
  )
}

/** A revoked agent does not come back by its claim; the caller says what becomes of its key, if they may disable that. */
export async function revokeAgent(
  ports: Ports,
  operation: Operation,
  id: AgentName,
  andKey: AndKey,
): Promise<Outcome<Revocation>> {
  const agents = await reachOf(ports, operation, 'agents.revoke')
  if (!agents.ok) return agents
  const keys = await reachOfKeys(ports, operation, andKey)
  if (!keys.ok) return keys
  const reach = { agents: agents.value, keys: keys.value }
  return atLedger(ports, operation, id, 'agent', async (ledger, organization) => {
    const found = await find(ledger, organization, id)
    return found.ok ? ledger.revokeAgent(organization, id.n, andKey, causeOf(operation), reach) : found
  })
}

/** The random half of the UUID counts too, or one agent would answer to many names. */
async function find(ledger: Ledger, organization: number, id: AgentName): Promise<Outcome<Agent>> {
  const found = await ledger.getAgent(organization, id.n)
  const isOther = found.ok && id.uuid !== undefined && id.uuid !== found.value.id
  return isOther ? notFound('agent') : found
}
