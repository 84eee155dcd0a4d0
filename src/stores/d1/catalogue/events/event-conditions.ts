/** What is asked of events, as SQL, and under which index. */
import { eq, gte, inArray, lte, type SQL, sql } from 'drizzle-orm'
import type { EventActor, EventPlace, EventQuery, EventSubject } from '../../../../core/events/port.ts'
import { agentUuid, formatId } from '../../../../core/kernel/ids.ts'
import { events } from '../../schema/index.ts'

/** Nearly all events are of this type: the indexes of type and actor leave it out, so that a redemption pays for neither. */
const COMMON = 'agent.enroll'

/** What the indexes of subject and request have: not the enrollments that succeeded. In the words of the index. */
export const ENROLLMENTS_OUT = sql.raw(`(type <> '${COMMON}' OR is_success = 0)`)

export const ADDRESS = sql<string | null>`${events.record} ->> '$.cause.request.address'`

/** Newest first. */
export function isAfter({ at, id }: EventPlace): SQL {
  return sql`(${events.at}, ${events.id}) < (${at}, ${id})`
}

export function isNotBefore({ at, id }: EventPlace): SQL {
  return sql`(${events.at}, ${events.id}) >= (${at}, ${id})`
}

/** Without statistics the planner thinks that any query is served best by the table's own order: it is told. */
export function tableOf(query: EventQuery): SQL | typeof events {
  if (areEnrollmentsOut(query)) {
    if (query.requestId !== undefined) return by('events_by_request')
    if (query.about && query.about.length > 0) return by('events_by_subject')
  }
  if (query.actor && isCommonOut(query)) return by('events_by_actor')
  if (query.types && isCommonOut(query)) return by('events_by_type')
  return query.isSuccess === false ? by('events_failed') : events
}

function by(index: string): SQL {
  return sql`${events} INDEXED BY ${sql.identifier(index)}`
}

/** Whether an index has all that the query can find, in its order or of so few events that they are soon sorted. */
export function isIndexed(query: EventQuery): boolean {
  const { requestId, about = [], network, isSuccess, types, actor } = query
  if (network !== undefined) return false
  if (requestId !== undefined || about.length > 0) return areEnrollmentsOut(query)
  return actor || types || isSuccess ? isCommonOut(query) : true
}

/** Successful enrollments, which no index has. */
function areEnrollmentsOut(query: EventQuery): boolean {
  return isCommonOut(query) || query.isSuccess === false
}

function isCommonOut({ types, actor, actorKind }: EventQuery): boolean {
  return (types !== undefined && !types.includes(COMMON)) || [actor?.kind, actorKind].includes('principal')
}

export function conditions(query: EventQuery): (SQL | undefined)[] {
  const { organization, types, actorKind, subjectKinds, actor, ledger, isSuccess, since, until } = query
  const { about = [], requestId } = query
  return [
    eq(events.organizationId, organization),
    isCommonOut(query) ? sql.raw(`type <> '${COMMON}'`) : undefined,
    types && inArray(events.type, [...types]),
    actor && eq(events.actor, actorName(actor)),
    actorKind && sql`substr(${events.actor}, 1, ${actorKind.length + 1}) = ${`${actorKind}:`}`,
    subjectKinds &&
      sql`${events.record} ->> '$.subject.kind' IN (SELECT value FROM json_each(${JSON.stringify(subjectKinds)}))`,
    ledger === undefined ? undefined : isOfLedger(ledger),
    ...about.map((subject) => isAbout(subject, areEnrollmentsOut(query))),
    requestId === undefined ? undefined : eq(events.requestId, requestId),
    isSuccess === undefined ? undefined : sql.raw(`is_success = ${isSuccess ? 1 : 0}`),
    since === undefined ? undefined : gte(events.at, since),
    until === undefined ? undefined : lte(events.at, until),
  ]
}

function isAbout({ kind, id }: EventSubject, areEnrollmentsOut: boolean): SQL | undefined {
  const isIts = eq(events.subject, `${kind}:${id}`)
  if (kind !== 'key' || areEnrollmentsOut) return isIts
  return sql`(${isIts} OR (${events.type} = ${COMMON} AND ${events.record} ->> '$.detail.key' = ${id}))`
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
