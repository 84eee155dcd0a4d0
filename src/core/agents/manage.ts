import { causeOf, denied, type Operation } from '../access/require.ts'
import type { AgentQuery, Page } from '../catalogue.ts'
import type { AgentName } from '../ids.ts'
import type { AndKey, Revocation } from '../ledger/port.ts'
import type { Agent } from '../ledger/records.ts'
import { notFound, type Outcome, ok, type Refusal } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** One agent, exact to this instant, whatever its state. */
export async function get(ports: Ports, operation: Operation, id: AgentName): Promise<Outcome<Agent>> {
  return denied(operation, 'agents.read') ?? find(ports, operation, id)
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

/** An operator unpairs an agent: as its own goodbye. */
export async function unpair(ports: Ports, operation: Operation, id: AgentName): Promise<Outcome<Agent>> {
  const refusal = denied(operation, 'agents.write')
  if (refusal) return refusal
  const other = await misnamed(ports, operation, id)
  if (other) return other
  return ports.ledgers.open(id.ledger).leave(operation.actor.organization, id.n, causeOf(operation))
}

/** A revoked agent does not come back by its claim; the caller says what becomes of its key. */
export async function revoke(
  ports: Ports,
  operation: Operation,
  id: AgentName,
  andKey: AndKey,
): Promise<Outcome<Revocation>> {
  const refusal =
    denied(operation, 'agents.revoke') ?? (andKey === 'disable' ? denied(operation, 'keys.write') : null)
  if (refusal) return refusal
  const other = await misnamed(ports, operation, id)
  if (other) return other
  const ledger = ports.ledgers.open(id.ledger)
  return ledger.revokeAgent(operation.actor.organization, id.n, andKey, causeOf(operation))
}

async function find(ports: Ports, operation: Operation, id: AgentName): Promise<Outcome<Agent>> {
  const found = await ports.ledgers.open(id.ledger).getAgent(operation.actor.organization, id.n)
  const isOther = found.ok && id.uuid !== undefined && id.uuid !== found.value.id
  return isOther ? notFound('agent') : found
}

/** null: the agent has that name, or was named by its numbers alone. */
async function misnamed(ports: Ports, operation: Operation, id: AgentName): Promise<Refusal | null> {
  if (id.uuid === undefined) return null
  const found = await find(ports, operation, id)
  return found.ok ? null : found
}
