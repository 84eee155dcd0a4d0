import { and, desc, eq, gte, lte, type SQL, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import type { EventPlace, EventQuery, EventStore, FoundEvents } from '../../../../core/events/port.ts'
import { allowsAddress } from '../../../../core/kernel/address.ts'
import type { PageAfter } from '../../../../core/kernel/fairness/list-slices.ts'
import { timeOfEventId } from '../../../../core/kernel/time/event-id.ts'
import { insertEvents } from '../../outbox/projections.ts'
import { events } from '../../schema/index.ts'
import { endOfArrivals, followArrivals } from './arrivals.ts'
import {
  ADDRESS,
  conditions,
  ENROLLMENTS_OUT,
  isAfter,
  isIndexed,
  isNotBefore,
  tableOf,
} from './event-conditions.ts'

/** Read from the table under whichever index. */
const RECORD = sql.raw('record').mapWith(events.record)

export function createEventStore(db: D1Database): EventStore {
  const d1 = drizzle(db)
  return {
    async add(event) {
      await insertEvents(db, [event])?.run()
    },

    async find(organization, id) {
      const at = timeOfEventId(id)
      if (at === null) return null
      const [row] = await d1
        .select({ record: RECORD })
        .from(events)
        .where(and(eq(events.organizationId, organization), eq(events.at, at), eq(events.id, id)))
      return row?.record ?? null
    },

    async list(query, { after, limit, offset = 0 }) {
      const from = after ? isAfter(after) : undefined
      const rows = await newest(d1, query, limit, [from]).offset(offset)
      return rows.map(({ record }) => record)
    },

    count: (query) => d1.$count(tableOf(query), and(...conditions(query))),

    search: (query, page) => searchEvents(d1, query, page),

    follow: (organization, cursor, limit) => followArrivals(db, organization, cursor, limit),

    end: (organization) => endOfArrivals(db, organization),
  }
}

/** Of a query that no index serves, a page looks at as many events. */
const LOOKED_AT = 10_000

async function searchEvents(
  d1: DrizzleD1Database,
  query: EventQuery,
  { after, limit }: PageAfter<EventPlace>,
): Promise<FoundEvents> {
  const from = after ? isAfter(after) : undefined
  if (query.requestId !== undefined && after === null) {
    // A request that is found so did nothing else.
    const rows = await newest(
      d1,
      query,
      limit,
      [ENROLLMENTS_OUT],
      sql`${events} INDEXED BY events_by_request`,
    )
    if (rows.length > 0) return { events: rows.map(({ record }) => record), next: null }
  }
  const end = isIndexed(query) ? null : await endOfLook(d1, query, from)
  const among = end ? isNotBefore(end) : undefined
  const network = await isOfNetwork(d1, query, [from, among])
  const rows = await newest(d1, query, limit + 1, [from, among, network])
  const shown = rows.slice(0, limit).map(({ record }) => record)
  return { events: shown, next: rows.length > limit ? (shown.at(-1) ?? null) : end }
}

function newest(
  d1: DrizzleD1Database,
  query: EventQuery,
  limit: number,
  more: readonly (SQL | undefined)[],
  table = tableOf(query),
) {
  return d1
    .select({ record: RECORD })
    .from(table)
    .where(and(...conditions(query), ...more))
    .orderBy(desc(events.at), desc(events.id))
    .limit(limit)
    .$dynamic()
}

/** The last event that a page looks at; null: it looks at all that there are. */
async function endOfLook(
  d1: DrizzleD1Database,
  { organization, since, until }: EventQuery,
  from: SQL | undefined,
): Promise<EventPlace | null> {
  const [last] = await d1
    .select({ at: events.at, id: events.id })
    .from(events)
    .where(
      and(
        eq(events.organizationId, organization),
        since === undefined ? undefined : gte(events.at, since),
        until === undefined ? undefined : lte(events.at, until),
        from,
      ),
    )
    .orderBy(desc(events.at), desc(events.id))
    .limit(1)
    .offset(LOOKED_AT - 1)
  return last ?? null
}

/** SQL knows no address ranges: which addresses are of the network is found among those that are looked at. */
async function isOfNetwork(
  d1: DrizzleD1Database,
  query: EventQuery,
  among: readonly (SQL | undefined)[],
): Promise<SQL | undefined> {
  const { network } = query
  if (network === undefined) return undefined
  const found = await d1
    .selectDistinct({ address: ADDRESS })
    .from(tableOf(query))
    .where(and(...conditions(query), ...among))
  const inside = found.flatMap(({ address }) =>
    address && allowsAddress([network], address) ? [address] : [],
  )
  return sql`${ADDRESS} IN (SELECT value FROM json_each(${JSON.stringify(inside)}))`
}
