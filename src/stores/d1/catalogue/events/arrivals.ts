/**
 * Events come by many deliveries, and are followed in the order in which they arrived (core/events/cursor.ts). An event
 * says itself whether it was late, and the late ones of a delivery are one more row: one that brings none costs nothing.
 * Of events that D1's own changes insert, a trigger does the same (migration 0000): they are single ones, and hardly ever late.
 */
import {
  BEFORE_ALL_EVENTS,
  type EventCursor,
  type FollowedEvents,
  type InOrder,
  type Late,
  mergeArrivals,
} from '../../../../core/events/cursor.ts'
import type { AuditEvent } from '../../../../core/events/event.ts'

/** Events are sent as arrays: organization, instant, id, type, record. */
const [ORGANIZATION, AT, ID] = ['value ->> 0', 'value ->> 1', 'value ->> 2']

/** A delivery is one transaction: what is compared with it is there when it begins. */
const IS_LATE = `EXISTS (SELECT 1 FROM events AS there
  WHERE there.organization_id = ${ORGANIZATION} AND (there.at, there.id) > (${AT}, ${ID}))`

const IS_THERE = `EXISTS (SELECT 1 FROM events AS there
  WHERE there.organization_id = ${ORGANIZATION} AND there.at = ${AT} AND there.id = ${ID})`

const greatest = (column: string) => `(SELECT ${column} FROM events AS there
  WHERE there.organization_id = ${ORGANIZATION} ORDER BY there.at DESC, there.id DESC LIMIT 1)`

const LIST_LATE = `INSERT INTO late_events (organization_id, seq, at, after_at, after_id, events)
  SELECT ${ORGANIZATION} AS organization,
    1 + coalesce((SELECT max(seq) FROM late_events WHERE organization_id = ${ORGANIZATION}), 0),
    max(${AT}), ${greatest('at')}, ${greatest('id')}, json_group_array(json_array(${AT}, ${ID}))
  FROM json_each(?) WHERE ${IS_LATE} AND NOT ${IS_THERE} GROUP BY organization`

/** Events are written once and never change: a second delivery of one is ignored. */
const INSERT = `INSERT INTO events (organization_id, at, id, type, record, is_late)
  SELECT ${ORGANIZATION}, ${AT}, ${ID}, value ->> 3, value ->> 4, ${IS_LATE}
  FROM json_each(?) WHERE true ON CONFLICT DO NOTHING`

/** For a batch, and side by side there: the one says what is late of what the other inserts. */
export function insertDelivered(db: D1Database, events: readonly AuditEvent[]): D1PreparedStatement[] {
  if (events.length === 0) return []
  const places = events.map(({ organization, at, id }) => [organization, at, id])
  const rows = events.map((event) => [
    event.organization,
    event.at,
    event.id,
    event.type,
    JSON.stringify(event),
  ])
  return [db.prepare(LIST_LATE).bind(JSON.stringify(places)), db.prepare(INSERT).bind(JSON.stringify(rows))]
}

const IN_ORDER = `SELECT at, id, record FROM events
  WHERE organization_id = ?1 AND (at, id) > (?2, ?3) AND is_late IS NOT 1 ORDER BY at, id LIMIT ?4`

/** A list is read from its beginning, in its order; the last ones are left out by the limit, and come with the next page. */
const LATE = `SELECT late.seq AS list, each.key AS place, late.after_at AS afterAt, late.after_id AS afterId, events.record
  FROM late_events AS late CROSS JOIN json_each(late.events) AS each
  LEFT JOIN events ON events.organization_id = late.organization_id
    AND events.at = each.value ->> 0 AND events.id = each.value ->> 1
  WHERE late.organization_id = ?1 AND late.seq >= ?2 AND (late.seq > ?2 OR each.key > ?3) ORDER BY late.seq LIMIT ?4`

type InOrderRow = Omit<InOrder, 'event'> & { readonly record: string }
type LateRow = Omit<Late, 'event'> & { readonly record: string | null }

export async function followArrivals(
  db: D1Database,
  organization: number,
  cursor: EventCursor,
  limit: number,
): Promise<FollowedEvents> {
  const { at, id, list, place } = cursor
  // One transaction: neither knows of a delivery that the other does not know of.
  const [inOrder, late] = await db.batch([
    db.prepare(IN_ORDER).bind(organization, at, id, limit),
    db.prepare(LATE).bind(organization, list, place, limit),
  ])
  return mergeArrivals(
    cursor,
    ((inOrder?.results ?? []) as InOrderRow[]).map(({ record, ...row }) => ({
      ...row,
      event: parse(record),
    })),
    ((late?.results ?? []) as LateRow[]).map(({ record, ...row }) => ({
      ...row,
      event: record === null ? null : parse(record),
    })),
    limit,
  )
}

const LAST_IN_ORDER = `SELECT at, id FROM events WHERE organization_id = ? AND is_late IS NOT 1
  ORDER BY at DESC, id DESC LIMIT 1`

const LAST_LATE = `SELECT seq AS list, json_array_length(events) - 1 AS place FROM late_events
  WHERE organization_id = ? ORDER BY seq DESC LIMIT 1`

/** Behind all that has arrived. */
export async function endOfArrivals(db: D1Database, organization: number): Promise<EventCursor> {
  const statements = [LAST_IN_ORDER, LAST_LATE].map((text) => db.prepare(text).bind(organization))
  const [inOrder, late] = await db.batch<EventCursor>(statements)
  return { ...BEFORE_ALL_EVENTS, ...inOrder?.results[0], ...late?.results[0] }
}

function parse(record: string): AuditEvent {
  return JSON.parse(record) as AuditEvent
}
