import { operatorCase } from '../access/cases/operator-case.ts'
import { type Outcome, ok, refuse } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { EventCursor } from './cursor.ts'
import type { AuditEvent } from './event.ts'
import type { EventFeed } from './feeds.ts'
import { type ArrivalQuery, matchesEvent } from './match.ts'

/** How long a reader waits until it looks again. */
const LOOK_MILLISECONDS = 500
const HEARTBEAT_MILLISECONDS = 15_000
/** Who takes nothing for so long is let go. */
const MAX_STALLED_MILLISECONDS = 30_000
/** Its reader comes back with the last cursor: with a credential that is still good. */
export const MAX_STREAM_MILLISECONDS = 5 * 60_000

/** When to try again where as many follow as may. */
const FULL_SECONDS = 30

export type StreamedEvent = {
  /** null: nothing came; the reader is still there. */
  readonly event: AuditEvent | null
  /** What to go on with after it. */
  readonly cursor: EventCursor
}

/**
 * What arrives in the organization from the cursor on, as it comes; it ends by itself after a while. Best effort: `follow` is
 * complete.
 * @param from null: behind all that has arrived
 */
export const streamEvents = operatorCase(
  'events.read',
  async (
    ports,
    operation,
    from: EventCursor | null,
    query: ArrivalQuery,
  ): Promise<Outcome<AsyncIterable<StreamedEvent>>> => {
    const { organization } = operation.actor
    const end = await ports.events.end(organization)
    const feed = ports.feeds.join(organization, end)
    if (!feed) return refuse({ kind: 'busy', retryAfterSeconds: FULL_SECONDS })
    return ok(read(ports, feed, from ?? end, query))
  },
)

async function* read(
  { now, pause }: Pick<Ports, 'now' | 'pause'>,
  feed: EventFeed,
  from: EventCursor,
  query: ArrivalQuery,
): AsyncGenerator<StreamedEvent> {
  const began = now()
  let cursor = from
  let given = began
  const isStalled = () => now() - given > MAX_STALLED_MILLISECONDS
  try {
    yield { event: null, cursor }
    while (now() - began < MAX_STREAM_MILLISECONDS && !isStalled()) {
      const arrived = await feed.next(cursor)
      for (const one of arrived.events) {
        if (!matchesEvent(query, one.event)) continue
        given = now()
        yield one
        if (isStalled()) return
      }
      const isBehind = arrived.events.length > 0
      cursor = arrived.cursor
      if (now() - given >= HEARTBEAT_MILLISECONDS) {
        given = now()
        yield { event: null, cursor }
      }
      if (!isBehind) await pause(LOOK_MILLISECONDS)
    }
  } finally {
    feed.leave()
  }
}
