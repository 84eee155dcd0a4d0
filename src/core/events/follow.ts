import { operatorCase } from '../access/cases/operator-case.ts'
import { type Outcome, ok } from '../kernel/outcome.ts'
import type { EventCursor, FollowedEvents } from './cursor.ts'
import { type ArrivalQuery, matchesEvent } from './match.ts'

/** How many events a page of a query looks at. */
const LOOKED_AT = 500

/**
 * The organization's events in the order in which they arrived: each of them once, however late it comes. Of a query a page
 * may be empty before the end.
 */
export const follow = operatorCase(
  'events.read',
  async (
    ports,
    operation,
    cursor: EventCursor,
    limit: number,
    query: ArrivalQuery = {},
  ): Promise<Outcome<FollowedEvents>> => {
    const isFiltered = Object.values(query).some((value) => value !== undefined)
    const lookedAt = isFiltered ? Math.max(limit, LOOKED_AT) : limit
    const page = await ports.events.follow(operation.actor.organization, cursor, lookedAt)
    const found = page.events.flatMap((event, i) => (matchesEvent(query, event) ? [i] : []))
    const shown = found.slice(0, limit)
    const last = found.length > limit ? shown.at(-1) : undefined
    return ok({
      events: shown.flatMap((i) => page.events[i] ?? []),
      cursors: shown.flatMap((i) => page.cursors[i] ?? []),
      cursor: (last === undefined ? undefined : page.cursors[last]) ?? page.cursor,
      isEnd: page.isEnd && last === undefined,
    })
  },
)

/** Behind all that has arrived: to follow what comes from now on. */
export const endOfEvents = operatorCase(
  'events.read',
  async (ports, operation): Promise<Outcome<EventCursor>> =>
    ok(await ports.events.end(operation.actor.organization)),
)
