/**
 * Events in the order in which they arrived. Nearly all arrive in the order of (at, id), and are read by that. One that
 * does not (of a ledger that was cut off, or whose clock is behind another's) is late: it is listed, with what was the
 * greatest event when it arrived. Between the others it belongs right behind that one.
 */
import type { AuditEvent } from './event.ts'

/** How far a follower of an organization's events has read. Nothing that arrives later belongs before it. */
export type EventCursor = {
  /** The last one that was in order. */
  readonly at: number
  readonly id: string
  /** The last one that was late: the list that has it, and its place there. */
  readonly list: number
  readonly place: number
}

export const BEFORE_ALL_EVENTS: EventCursor = { at: 0, id: '', list: 0, place: -1 }

export type FollowedEvents = {
  /** In the order of their arrival. May be empty though there are more: late ones may have been forgotten since. */
  readonly events: readonly AuditEvent[]
  /** What to go on with after each of them. */
  readonly cursors: readonly EventCursor[]
  /** What to go on with. */
  readonly cursor: EventCursor
  /** Whether there are no more by now. */
  readonly isEnd: boolean
}

export type InOrder = Pick<EventCursor, 'at' | 'id'> & { readonly event: AuditEvent }

export type Late = Pick<EventCursor, 'list' | 'place'> & {
  /** The greatest event that was there. */
  readonly afterAt: number
  readonly afterId: string
  /** null: it is older than its organization keeps events. */
  readonly event: AuditEvent | null
}

/** The next of both, each in its own order and as many as `limit` if there are that many. */
export function mergeArrivals(
  cursor: EventCursor,
  inOrder: readonly InOrder[],
  late: readonly Late[],
  limit: number,
): FollowedEvents {
  const events: AuditEvent[] = []
  const cursors: EventCursor[] = []
  const add = (event: AuditEvent) => {
    events.push(event)
    cursors.push(next)
  }
  let next = cursor
  let [ordered, listed] = [0, 0]
  while (ordered + listed < limit) {
    const first = inOrder[ordered]
    const other = late[listed]
    if (other && (!first || isBehind(first, other))) {
      listed++
      next = { ...next, list: other.list, place: other.place }
      if (other.event) add(other.event)
    } else if (first) {
      ordered++
      next = { ...next, at: first.at, id: first.id }
      add(first.event)
    } else break
  }
  return { events, cursors, cursor: next, isEnd: ordered + listed < limit }
}

/** Whether whatever was read up to `one` was also read up to `other`. */
export function isAtOrBehind(one: EventCursor, other: EventCursor): boolean {
  const isOrdered = one.at < other.at || (one.at === other.at && one.id <= other.id)
  const isListed = one.list < other.list || (one.list === other.list && one.place <= other.place)
  return isOrdered && isListed
}

/** Whether the first was not there yet when the other arrived. */
function isBehind({ at, id }: InOrder, { afterAt, afterId }: Late): boolean {
  return at > afterAt || (at === afterAt && id > afterId)
}

export function formatEventCursor({ at, id, list, place }: EventCursor): string {
  return `${at}.${list}.${place}.${id}`
}

/** null: the text is no cursor. */
export function parseEventCursor(text: string): EventCursor | null {
  const parts = /^(\d{1,15})\.(\d{1,15})\.(-1|\d{1,9})\.([0-9a-f-]{36}|)$/.exec(text)
  if (!parts) return null
  const [, at, list, place, id = ''] = parts
  return { at: Number(at), id, list: Number(list), place: Number(place) }
}
