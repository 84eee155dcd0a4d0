/**
 * Readers of an isolate that follow one organization share what is read of D1: one read a second in all.
 * What one reads is plain data that the others take from memory: none waits for another's request, which the platform does
 * not allow, and which may end at any time.
 */
import { type EventCursor, isAtOrBehind } from './cursor.ts'
import type { AuditEvent } from './event.ts'
import type { EventStore } from './port.ts'

export type ArrivedEvent = { readonly event: AuditEvent; readonly cursor: EventCursor }

export type Arrived = {
  readonly events: readonly ArrivedEvent[]
  /** What was looked at. */
  readonly cursor: EventCursor
}

export type EventFeed = {
  /** What arrived after the cursor, as far as it is known; the store is asked at most once a second. */
  next(cursor: EventCursor): Promise<Arrived>
  leave(): void
}

export type EventFeeds = {
  /** null: as many follow as may. @param end behind all that has arrived */
  join(organization: number, end: EventCursor): EventFeed | null
}

export type FeedPorts = {
  readonly now: () => number
  readonly events: Pick<EventStore, 'follow'>
}

const POLL_MILLISECONDS = 1_000
/** A read that lasts longer was cut off with its request. */
const MAX_POLL_MILLISECONDS = 10_000
/** Of a page of the store. */
const PAGE = 200
/** Of those that were read last; who is further behind reads by themselves. */
const KEPT = 500
/** A reader who was not here for so long is gone. */
const MAX_UNSEEN_MILLISECONDS = 60_000

export const MAX_READERS_OF_ORGANIZATION = 20
export const MAX_READERS = 200

type Shared = {
  /** When each was here last, by its number. */
  readonly readers: Map<number, number>
  kept: readonly ArrivedEvent[]
  /** Before the first of those that are kept, and behind the last that was read. */
  base: EventCursor
  head: EventCursor
  isEnd: boolean
  polledAt: number
  pollingSince: number | null
}

export function createEventFeeds({ now, events }: FeedPorts): EventFeeds {
  const organizations = new Map<number, Shared>()
  let last = 0

  return {
    join(organization, end) {
      forgetUnseen()
      const all = [...organizations.values()].reduce((sum, { readers }) => sum + readers.size, 0)
      const here = organizations.get(organization)
      if (all >= MAX_READERS || (here?.readers.size ?? 0) >= MAX_READERS_OF_ORGANIZATION) return null
      const shared = here ?? startAt(end)
      organizations.set(organization, shared)
      const reader = ++last
      shared.readers.set(reader, now())
      return {
        async next(cursor) {
          shared.readers.set(reader, now())
          // It was taken for gone.
          if (!organizations.has(organization)) organizations.set(organization, shared)
          if (!isAtOrBehind(shared.base, cursor)) return page(organization, cursor)
          await poll(organization, shared)
          const newer = shared.kept.filter((one) => !isAtOrBehind(one.cursor, cursor))
          return { events: newer, cursor: isAtOrBehind(cursor, shared.head) ? shared.head : cursor }
        },
        leave() {
          shared.readers.delete(reader)
          const isLast = shared.readers.size === 0 && organizations.get(organization) === shared
          if (isLast) organizations.delete(organization)
        },
      }
    },
  }

  function startAt(end: EventCursor): Shared {
    const place = { kept: [], base: end, head: end, isEnd: true }
    return { readers: new Map(), ...place, polledAt: now(), pollingSince: null }
  }

  /** Of one who is behind what is kept. */
  async function page(organization: number, cursor: EventCursor): Promise<Arrived> {
    return arrived(await events.follow(organization, cursor, PAGE))
  }

  async function poll(organization: number, shared: Shared): Promise<void> {
    const { polledAt, pollingSince } = shared
    const isDue = !shared.isEnd || Math.abs(now() - polledAt) >= POLL_MILLISECONDS
    const isPolling = pollingSince !== null && now() - pollingSince < MAX_POLL_MILLISECONDS
    if (!isDue || isPolling) return
    shared.pollingSince = now()
    const { head } = shared
    try {
      const read = await events.follow(organization, head, PAGE)
      // Another may have read on meanwhile, when this one took too long.
      if (shared.head !== head) return
      const all = [...shared.kept, ...arrived(read).events]
      const dropped = all.slice(0, Math.max(0, all.length - KEPT))
      shared.kept = all.slice(dropped.length)
      shared.base = dropped.at(-1)?.cursor ?? shared.base
      shared.head = read.cursor
      shared.isEnd = read.isEnd
      shared.polledAt = now()
    } finally {
      shared.pollingSince = null
    }
  }

  /** A request that is cut off says no goodbye. */
  function forgetUnseen(): void {
    for (const [organization, { readers }] of organizations) {
      for (const [reader, seenAt] of readers) {
        if (now() - seenAt > MAX_UNSEEN_MILLISECONDS) readers.delete(reader)
      }
      if (readers.size === 0) organizations.delete(organization)
    }
  }
}

function arrived({ events, cursors, cursor }: Awaited<ReturnType<EventStore['follow']>>): Arrived {
  const all = events.map((event, i) => ({ event, cursor: cursors[i] ?? cursor }))
  return { events: all, cursor }
}
