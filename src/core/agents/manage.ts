import { causeOf, denied, type Operation } from '../access/require.ts'
import type { AgentQuery, Page } from '../catalogue.ts'
import type { EntityId } from '../ids.ts'
import type { AndKey, Revocation } from '../ledger/port.ts'
import type { Agent } from '../ledger/records.ts'
import { type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** One agent, exact to this instant, whatever its state. */
export async function get(ports: Ports, operation: Operation, id: EntityId): Promise<Outcome<Agent>> {
  const refusal = denied(operation, 'agents.read')
  if (refusal) return refusal
  return ports.ledgers.open(id.ledger).getAgent(operation.actor.organization, id.n)
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
export async function unpair(ports: Ports, operation: Operation, id: EntityId): Promise<Outcome<Agent>> {
  const refusal = denied(operation, 'agents.write')
  if (refusal) return refusal
  return ports.ledgers.open(id.ledger).leave(operation.actor.organization, id.n, causeOf(operation))
}

/** A revoked agent does not come back by its claim; the caller says what becomes of its key. */
export async function revoke(
  ports: Ports,
  operation: Operation,
  id: EntityId,
  andKey: AndKey,
): Promise<Outcome<Revocation>> {
  const refusal =
    denied(operation, 'agents.revoke') ?? (andKey === 'disable' ? denied(operation, 'keys.write') : null)
  if (refusal) return refusal
  const ledger = ports.ledgers.open(id.ledger)
  return ledger.revokeAgent(operation.actor.organization, id.n, andKey, causeOf(operation))
}
