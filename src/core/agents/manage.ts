import { causeOf, denied, type Operation } from '../access/require.ts'
import type { AgentQuery, Page } from '../catalogue.ts'
import type { AgentName } from '../ids.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { AgentChange, AndKey, Ledger, Revocation } from '../ledger/port.ts'
import type { Agent } from '../ledger/records.ts'
import { notFound, type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { Found, SearchQuery } from '../search/search.ts'

/** One agent, exact to this instant, whatever its state. */
export async function get(ports: Ports, operation: Operation, id: AgentName): Promise<Outcome<Agent>> {
  return (
    denied(operation, 'agents.read') ??
    atLedger(ports, operation, id, 'agent', (ledger, organization) => find(ledger, organization, id))
  )
}

export async function list(
  ports: Ports,
  operation: Operation,
  query: Omit<AgentQuery, 'organization'>,
  page: Page,
): Promise<Outcome<readonly Agent[]>> {
  const refusal = denied(operation, 'agents.read')
  if (refusal) return refusal
  const { organization } = operation.actor
  return ok(await ports.catalogue.listAgents({ ...query, organization }, page))
}

export async function count(
  ports: Ports,
  operation: Operation,
  query: Omit<AgentQuery, 'organization'>,
): Promise<Outcome<number>> {
  const refusal = denied(operation, 'agents.read')
  if (refusal) return refusal
  const { organization } = operation.actor
  return ok(await ports.catalogue.countAgents({ ...query, organization }))
}

/** D1's view of those that are active. */
export async function search(
  ports: Ports,
  operation: Operation,
  query: Omit<SearchQuery, 'organization'>,
): Promise<Outcome<Found<Agent>>> {
  const refusal = denied(operation, 'agents.read')
  if (refusal) return refusal
  return ok(await ports.search('agents', { ...query, organization: operation.actor.organization }))
}

/** The first active agents of each of these profiles of one ledger. */
export async function ofProfiles(
  ports: Ports,
  operation: Operation,
  ledger: number,
  profiles: readonly number[],
  atMost: number,
): Promise<Outcome<readonly Agent[]>> {
  const refusal = denied(operation, 'agents.read')
  if (refusal) return refusal
  const { organization } = operation.actor
  return ok(await ports.catalogue.listAgentsOfProfiles({ organization, ledger, profiles }, atMost))
}

export async function change(
  ports: Ports,
  operation: Operation,
  id: AgentName,
  change: AgentChange,
): Promise<Outcome<Agent>> {
  return (
    denied(operation, 'agents.write') ??
    atLedger(ports, operation, id, 'agent', (ledger, organization) =>
      ledger.changeAgent(organization, id.n, change, causeOf(operation)),
    )
  )
}

/** Agents of one ledger, all in one commit; their keys are kept. */
export async function revokeMany(
  ports: Ports,
  operation: Operation,
  ids: readonly AgentName[],
): Promise<Outcome<null>> {
  const refusal = denied(operation, 'agents.revoke')
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
    denied(operation, 'agents.write') ??
    atLedger(ports, operation, id, 'agent', (ledger, organization) =>
      ledger.allowRebinding(organization, id.n, causeOf(operation)),
    )
  )
}

/** An operator unpairs an agent: as its own goodbye. */
export async function unpair(ports: Ports, operation: Operation, id: AgentName): Promise<Outcome<Agent>> {
  return (
    denied(operation, 'agents.write') ??
    atLedger(ports, operation, id, 'agent', async (ledger, organization) => {
      const found = await find(ledger, organization, id)
      return found.ok ? ledger.leave(organization, id.n, causeOf(operation)) : found
    })
  )
}

/** A revoked agent does not come back by its claim; the caller says what becomes of its key. */
export async function revoke(
  ports: Ports,
  operation: Operation,
  id: AgentName,
  andKey: AndKey,
): Promise<Outcome<Revocation>> {
  return (
    denied(operation, 'agents.revoke') ??
    (andKey === 'disable' ? denied(operation, 'keys.write') : null) ??
    atLedger(ports, operation, id, 'agent', async (ledger, organization) => {
      const found = await find(ledger, organization, id)
      return found.ok ? ledger.revokeAgent(organization, id.n, andKey, causeOf(operation)) : found
    })
  )
}

/** The random half of the UUID counts too, or one agent would answer to many names. */
async function find(ledger: Ledger, organization: number, id: AgentName): Promise<Outcome<Agent>> {
  const found = await ledger.getAgent(organization, id.n)
  const isOther = found.ok && id.uuid !== undefined && id.uuid !== found.value.id
  return isOther ? notFound('agent') : found
}
