import { operatorCase } from '../access/operator-case.ts'
import { type Outcome, ok } from '../kernel/outcome.ts'
import type { EventCursor, FollowedEvents } from './cursor.ts'

/** The organization's events in the order in which they arrived: each of them once, however late it comes. */
export const follow = operatorCase(
  'events.read',
  async (ports, operation, cursor: EventCursor, limit: number): Promise<Outcome<FollowedEvents>> =>
    ok(await ports.events.follow(operation.actor.organization, cursor, limit)),
)
