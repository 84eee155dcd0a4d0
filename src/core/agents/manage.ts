import { causeOf, denied, type Operation } from '../access/require.ts'
import type { AgentQuery, Page } from '../catalogue.ts'
import type { AgentName } from '../ids.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { AgentChange, AndKey, Ledger, Revocation } from '../ledger/port.ts'
import type { Agent, Dialect } from '../ledger/records.ts'
import { notFound, type Outcome, ok, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { deniedWithin } from '../profiles/in-scope.ts'
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

/**
 * Changes what is named and nothing else, of an active agent. Who may only within some labels may neither change what is
 * outside them, nor move it there.
 */
export async function change(
  ports: Ports,
  operation: Operation,
  id: AgentName,
  change: AgentChange,
): Promise<Outcome<Agent>> {
  return (
    denied(operation, 'agents.write', 'looked up later') ??
    atLedger(ports, operation, id, 'agent', async (ledger, organization) => {
      const found = await find(ledger, organization, id)
      if (!found.ok) return found
      const refusal =
        (await deniedWithin(ports, operation, 'agents.write', found.value.grant)) ??
        (change.labels
          ? await deniedWithin(ports, operation, 'agents.write', { labels: change.labels })
          : null)
      return refusal ?? ledger.changeAgent(organization, id.n, change, causeOf(operation))
    })
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

/**
 * An operator unpairs agents: as their own goodbyes. All are looked up, and whether one may is asked of all, before the first
 * leaves; what is not there is told by its UUID. One that left already counts as done.
 */
export async function unpair(
  ports: Ports,
  operation: Operation,
  dialect: Dialect,
  ids: readonly AgentName[],
): Promise<Outcome<null>> {
  const found = await Promise.all(ids.map((id) => leavable(ports, operation, dialect, id)))
  const active: Agent[] = []
  for (const outcome of found) {
    if (!outcome.ok) return outcome
    if (outcome.value.state === 'active') active.push(outcome.value)
  }
  const { organization } = operation.actor
  const left = await Promise.all(
    active.map(({ ledger, n }) => ports.ledgers.open(ledger).leave(organization, n, causeOf(operation))),
  )
  // One that left between the two calls is as wanted.
  const failed = left.find((outcome) => !outcome.ok && outcome.fault.kind !== 'not_found')
  return failed && !failed.ok ? failed : ok(null)
}

/** An agent that the operator may let leave, or that left. */
async function leavable(
  ports: Ports,
  operation: Operation,
  dialect: Dialect,
  id: AgentName,
): Promise<Outcome<Agent>> {
  const refusal = denied(operation, 'agents.write', 'looked up later')
  if (refusal) return refusal
  const found = await atLedger(ports, operation, id, 'agent', (ledger, organization) =>
    find(ledger, organization, id),
  )
  const isThere = found.ok && found.value.dialect === dialect && found.value.state !== 'revoked'
  const isMissing = found.ok ? !isThere : found.fault.kind === 'not_found'
  if (isMissing) return refuse({ kind: 'not_found', noun: 'agent', ...(id.uuid && { reference: id.uuid }) })
  if (!found.ok) return found
  return (await deniedWithin(ports, operation, 'agents.write', found.value.grant)) ?? found
}

/** A revoked agent does not come back by its claim; the caller says what becomes of its key. */
export async function revoke(
  ports: Ports,
  operation: Operation,
  id: AgentName,
  andKey: AndKey,
): Promise<Outcome<Revocation>> {
  return (
    denied(operation, 'agents.revoke', 'looked up later') ??
    (andKey === 'disable' ? denied(operation, 'keys.write', 'looked up later') : null) ??
    atLedger(ports, operation, id, 'agent', async (ledger, organization) => {
      const found = await find(ledger, organization, id)
      if (!found.ok) return found
      const { grant } = found.value
      const refusal =
        (await deniedWithin(ports, operation, 'agents.revoke', grant)) ??
        (andKey === 'disable' ? await deniedWithin(ports, operation, 'keys.write', grant) : null)
      return refusal ?? ledger.revokeAgent(organization, id.n, andKey, causeOf(operation))
    })
  )
}

/** The random half of the UUID counts too, or one agent would answer to many names. */
async function find(ledger: Ledger, organization: number, id: AgentName): Promise<Outcome<Agent>> {
  const found = await ledger.getAgent(organization, id.n)
  const isOther = found.ok && id.uuid !== undefined && id.uuid !== found.value.id
  return isOther ? notFound('agent') : found
}
