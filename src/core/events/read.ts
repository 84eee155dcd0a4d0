import { denialOf, type Operation } from '../access/operator-case.ts'
import type { PageAfter } from '../kernel/list-slices.ts'
import { notFound, type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { AuditEvent } from './event.ts'
import type { EventPlace, EventQuery } from './port.ts'

type Query = Omit<EventQuery, 'organization'>

export async function getEvent(ports: Ports, operation: Operation, id: string): Promise<Outcome<AuditEvent>> {
  const refusal = denialOf(operation, 'events.read')
  if (refusal) return refusal
  const found = await ports.events.find(operation.actor.organization, id)
  return found ? ok(found) : notFound('event')
}

/** Newest first. */
export async function listEvents(
  ports: Ports,
  operation: Operation,
  query: Query,
  page: PageAfter<EventPlace>,
): Promise<Outcome<readonly AuditEvent[]>> {
  const refusal = denialOf(operation, 'events.read')
  if (refusal) return refusal
  const { organization } = operation.actor
  return ok(await ports.events.list({ ...query, organization }, page))
}

export async function countEvents(
  ports: Ports,
  operation: Operation,
  query: Query,
): Promise<Outcome<number>> {
  const refusal = denialOf(operation, 'events.read')
  if (refusal) return refusal
  return ok(await ports.events.count({ ...query, organization: operation.actor.organization }))
}
