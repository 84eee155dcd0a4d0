import { and, desc, eq, gte, inArray, lte, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { EventActor, EventPlace, EventQuery, EventStore } from '../../../core/events/port.ts'
import { timeOfEventId } from '../../../core/kernel/event-id.ts'
import { agentUuid, formatId } from '../../../core/kernel/ids.ts'
import { insertEvents } from '../outbox/projections.ts'
import { events } from '../schema/index.ts'
import { followArrivals } from './arrivals.ts'

/** Nearly all events are of this type: the indexes of type and actor leave it out, so that a redemption pays for neither. */
const COMMON = 'agent.enroll'

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
      const rows = await d1
        .select({ record: RECORD })
        .from(tableOf(query))
        .where(and(...conditions(query), after ? isAfter(after) : undefined))
        .orderBy(desc(events.at), desc(events.id))
        .limit(limit)
        .offset(offset)
      return rows.map(({ record }) => record)
    },

    count: (query) => d1.$count(tableOf(query), and(...conditions(query))),

    follow: (organization, cursor, limit) => followArrivals(db, organization, cursor, limit),
  }
}

/** Newest first. */
function isAfter({ at, id }: EventPlace): SQL {
  return sql`(${events.at}, ${events.id}) < (${at}, ${id})`
}

/** Without statistics the planner prefers the table's own order for any query: these hints correct it. */
function tableOf(query: EventQuery): SQL | typeof events {
  if (query.actor && isCommonOut(query)) return by('events_by_actor')
  if (query.types && isCommonOut(query)) return by('events_by_type')
  return query.isSuccess === false ? by('events_failed') : events
}

function by(index: string): SQL {
  return sql`${events} INDEXED BY ${sql.identifier(index)}`
}

function isCommonOut({ types, actor, actorKind }: EventQuery): boolean {
  return (types !== undefined && !types.includes(COMMON)) || [actor?.kind, actorKind].includes('principal')
}

function conditions(query: EventQuery): (SQL | undefined)[] {
  const { organization, types, actorKind, subjectKinds, actor, ledger, isSuccess, since, until } = query
  return [
    eq(events.organizationId, organization),
    isCommonOut(query) ? sql.raw(`type <> '${COMMON}'`) : undefined,
    types && inArray(events.type, [...types]),
    actor && eq(events.actor, actorName(actor)),
    actorKind && sql`substr(${events.actor}, 1, ${actorKind.length + 1}) = ${`${actorKind}:`}`,
    subjectKinds &&
      sql`${events.record} ->> '$.subject.kind' IN (SELECT value FROM json_each(${JSON.stringify(subjectKinds)}))`,
    ledger === undefined ? undefined : isOfLedger(ledger),
    isSuccess === undefined ? undefined : sql.raw(`is_success = ${isSuccess ? 1 : 0}`),
    since === undefined ? undefined : gte(events.at, since),
    until === undefined ? undefined : lte(events.at, until),
  ]
}

/** As the generated column has it. */
function actorName(actor: EventActor): string {
  switch (actor.kind) {
    case 'principal':
      return `principal:${actor.as.kind}/${actor.as.id}`
    case 'agent':
      return `agent:${actor.id}`
    case 'system':
      return 'system:'
  }
}

const NOTHING_RANDOM = new Uint8Array(8)

/** A ledger's ids are a range: of numbers, and of the UUIDs of its agents. */
function isOfLedger(ledger: number): SQL {
  const subject = sql`${events.record} ->> '$.subject.kind'`
  const id = sql`${events.record} ->> '$.subject.id'`
  const [first, next] = [
    { ledger, n: 0 },
    { ledger: ledger + 1, n: 0 },
  ] as const
  const among = (from: SQL, to: SQL, value: SQL) => sql`(${value} >= ${from} AND ${value} < ${to})`
  // As text, since a bound number is a double.
  const integer = (text: string | SQL) => sql`CAST(${text} AS INTEGER)`
  const numbers = among(integer(formatId(first)), integer(formatId(next)), integer(id))
  const uuid = (of: typeof first | typeof next) => sql`${agentUuid(of, NOTHING_RANDOM)}`
  return sql`CASE ${subject}
    WHEN 'agent' THEN ${among(uuid(first), uuid(next), id)}
    WHEN 'profile' THEN ${numbers}
    WHEN 'key' THEN ${numbers}
    ELSE 1 END`
}
