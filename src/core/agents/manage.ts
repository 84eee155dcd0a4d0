import { causeOf, denied, type Operation } from '../access/require.ts'
import type { AgentQuery, Beginning, Page } from '../catalogue.ts'
import { type AgentName, formatId } from '../ids.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { Ledger } from '../ledger/port.ts'
import type { Agent, Dialect } from '../ledger/records.ts'
import type { AgentChange, AndKey, Revocation } from '../ledger/requests.ts'
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

/** How many a list without a limit would have. */
export async function count(
  ports: Ports,
  operation: Operation,
  query: Omit<AgentQuery, 'organization'>,
  beginning: Beginning | null,
): Promise<Outcome<number>> {
  const refusal = denied(operation, 'agents.read')
  if (refusal) return refusal
  const { organization } = operation.actor
  return ok(await ports.catalogue.countAgents({ ...query, organization }, beginning))
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

/** So often a change is decided anew because another one was faster. */
const MAX_ATTEMPTS = 8

/**
 * Changes what is named and nothing else, of an active agent. Who may only within some labels may neither change what is
 * outside them, nor move it there: it is changed with the labels that it was decided on, or decided anew.
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
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const found = await find(ledger, organization, id)
        if (!found.ok) return found
        const { grant } = found.value
        const refusal =
          (await deniedWithin(ports, operation, 'agents.write', grant)) ??
          (change.labels
            ? await deniedWithin(ports, operation, 'agents.write', { labels: change.labels })
            : null)
        if (refusal) return refusal
        const changed = await ledger.changeAgent(organization, id.n, change, causeOf(operation), grant.labels)
        if (!changed.ok) return changed
        if (changed.value) return ok(changed.value)
      }
      return refuse({ kind: 'busy', retryAfterSeconds: 1 })
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
 * leaves; what is not there is told by its UUID. One that left already counts as done. Two calls of each ledger.
 */
export async function unpair(
  ports: Ports,
  operation: Operation,
  dialect: Dialect,
  ids: readonly AgentName[],
): Promise<Outcome<null>> {
  const refusal = denied(operation, 'agents.write', 'looked up later')
  if (refusal) return refusal
  const known = await lookUp(ports, operation, ids)
  if (!known.ok) return known
  const active: Agent[] = []
  for (const { uuid, ...id } of ids) {
    const agent = known.value.get(formatId(id))
    const isIt = agent?.dialect === dialect && agent.state !== 'revoked' && (uuid ?? agent.id) === agent.id
    if (!isIt) return refuse({ kind: 'not_found', noun: 'agent', ...(uuid && { reference: uuid }) })
    const outside = await deniedWithin(ports, operation, 'agents.write', agent.grant)
    if (outside) return outside
    if (agent.state === 'active') active.push(agent)
  }
  const { organization } = operation.actor
  const left = await Promise.all(
    [...Map.groupBy(active, ({ ledger }) => ledger)].map(([ledger, its]) => {
      const ns = its.map(({ n }) => n)
      return ports.ledgers.open(ledger).leaveMany(organization, ns, causeOf(operation))
    }),
  )
  return left.find((outcome) => !outcome.ok) ?? ok(null)
}

/** Those that there are, by their number. A ledger of somebody else's has none. */
async function lookUp(
  ports: Ports,
  operation: Operation,
  ids: readonly AgentName[],
): Promise<Outcome<ReadonlyMap<string, Agent>>> {
  const asked = await Promise.all(
    [...Map.groupBy(ids, ({ ledger }) => ledger)].map(([ledger, its]) => {
      const ns = its.map(({ n }) => n)
      return atLedger(ports, operation, { ledger }, 'agent', (one, organization) =>
        one.getAgents(organization, ns),
      )
    }),
  )
  const found = asked.flatMap((outcome) => (outcome.ok ? outcome.value : []))
  const failed = asked.find((outcome) => !outcome.ok && outcome.fault.kind !== 'not_found')
  if (failed && !failed.ok) return failed
  return ok(new Map(found.map((agent) => [formatId(agent), agent])))
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
