import { denialOf, type Operation } from '../access/operator-case.ts'
import { type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { EventCursor, FollowedEvents } from './cursor.ts'

/** The organization's events in the order in which they arrived: each of them once, however late it comes. */
export async function follow(
  ports: Ports,
  operation: Operation,
  cursor: EventCursor,
  limit: number,
): Promise<Outcome<FollowedEvents>> {
  const refusal = denialOf(operation, 'events.read')
  if (refusal) return refusal
  return ok(await ports.events.follow(operation.actor.organization, cursor, limit))
}
