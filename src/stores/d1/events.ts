import { and, desc, eq, gte, inArray, lte, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { EventActor, EventQuery, EventStore } from '../../core/events/port.ts'
import { insertEvents } from './projections.ts'
import { events } from './schema.ts'

/** Nearly all events are of this type: the indexes of type and actor leave it out, so that a redemption pays for neither. */
const COMMON = 'agent.enroll'

export function createEventStore(db: D1Database): EventStore {
  const d1 = drizzle(db)
  return {
    async add(event) {
      await insertEvents(db, [event])?.run()
    },

    async find(organization, id) {
      const [row] = await d1
        .select({ record: events.record })
        .from(events)
        .where(and(eq(events.id, id), eq(events.organizationId, organization)))
      return row?.record ?? null
    },

    async list(query, limit) {
      const rows = await d1
        .select({ record: events.record })
        .from(events)
        .where(and(...conditions(query)))
        .orderBy(desc(events.at), desc(events.id))
        .limit(limit)
      return rows.map(({ record }) => record)
    },

    count: (query) => d1.$count(events, and(...conditions(query))),
  }
}

function conditions({
  organization,
  types,
  actorKind,
  subjectKinds,
  actor,
  isSuccess,
  since,
  until,
}: EventQuery): (SQL | undefined)[] {
  const isCommonOut =
    (types !== undefined && !types.includes(COMMON)) || [actor?.kind, actorKind].includes('principal')
  return [
    eq(events.organizationId, organization),
    isCommonOut ? sql.raw(`type <> '${COMMON}'`) : undefined,
    types && inArray(events.type, [...types]),
    actor && eq(events.actor, actorName(actor)),
    actorKind && sql`substr(${events.actor}, 1, ${actorKind.length + 1}) = ${`${actorKind}:`}`,
    subjectKinds &&
      sql`${events.record} ->> '$.subject.kind' IN (SELECT value FROM json_each(${JSON.stringify(subjectKinds)}))`,
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
