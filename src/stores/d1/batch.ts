import type { UserEvent } from '../../core/access/users/port.ts'
import type { AuditEvent } from '../../core/events/event.ts'
import { eventId } from '../../core/kernel/time/event-id.ts'

type Query = { toSQL(): { readonly sql: string; readonly params: unknown[] } }

/** A drizzle query as a statement of D1's own, for a batch: which is a transaction. */
export function prepared(db: D1Database, query: Query): D1PreparedStatement {
  const { sql, params } = query.toSQL()
  return db.prepare(sql).bind(...params)
}

/** Records the batch. */
export function insertEvent(db: D1Database, event: AuditEvent): D1PreparedStatement {
  const { id, organization, at, type } = event
  return db
    .prepare('INSERT INTO events (id, organization_id, at, type, record) VALUES (?, ?, ?, ?, ?)')
    .bind(id, organization, at, type, JSON.stringify(event))
}

/** Records the statement before it in the batch, if that changed anything. */
export function eventIfChanged(db: D1Database, event: AuditEvent): D1PreparedStatement {
  const { id, organization, at, type } = event
  return db
    .prepare(
      'INSERT INTO events (id, organization_id, at, type, record) SELECT ?, ?, ?, ?, ? WHERE changes() > 0',
    )
    .bind(id, organization, at, type, JSON.stringify(event))
}

/** Records the row that the statement before it in the batch just numbered, if it made one. */
export function eventOfNumbered(db: D1Database, event: AuditEvent): D1PreparedStatement {
  const { id, organization, at, type } = event
  return db
    .prepare(
      `INSERT INTO events (id, organization_id, at, type, record)
       SELECT ?, ?, ?, ?, json_set(?, '$.subject.id', CAST(last_insert_rowid() AS TEXT)) WHERE changes() > 0`,
    )
    .bind(id, organization, at, type, JSON.stringify(event))
}

/** An event's id (core/events/id.ts) for each row: that of the parameter with a random end of its own. */
const idLike = (parameter: string) => `substr(${parameter}, 1, 24) || lower(hex(randomblob(6)))`

/**
 * Tells the same of each of many things.
 * @param rows a query of their `organization_id`, `id` and `name`
 */
export function eventOfEach(
  db: D1Database,
  event: AuditEvent,
  rows: string,
  ...parameters: readonly (string | number)[]
): D1PreparedStatement {
  const { id, at, type } = event
  return db
    .prepare(
      // Materialized: the id is made once, and used twice.
      `WITH recorded AS MATERIALIZED (SELECT ${idLike('?')} AS event, thing.* FROM (${rows}) AS thing)
       INSERT INTO events (id, organization_id, at, type, record)
       SELECT event, organization_id, ?, ?, json_set(?, '$.id', event, '$.organization', organization_id,
         '$.subject.id', id, '$.subject.name', name) FROM recorded
       -- Each arrives behind the one before it.
       ORDER BY organization_id, event RETURNING 1`,
    )
    .bind(id, ...parameters, at, type, JSON.stringify(event))
}

/** Records an event of a user in each of their organizations; the user as an actor has another number in each. */
export function eventOfUser(
  db: D1Database,
  user: number,
  event: UserEvent,
  condition = 'true',
): D1PreparedStatement {
  return db
    .prepare(
      // Materialized: the id is made once, and used twice.
      `WITH recorded AS MATERIALIZED (
         SELECT ${idLike('?5')} AS id, organization_id, id AS principal FROM principals WHERE user_id = ?1 AND ${condition})
       INSERT INTO events (id, organization_id, at, type, record)
       SELECT id, organization_id, ?2, ?3, json_set(iif(?4 ->> '$.cause.actor.id' = 0, json_set(?4, '$.cause.actor.id', principal), ?4),
         '$.id', id, '$.organization', organization_id) FROM recorded`,
    )
    .bind(user, event.at, event.type, JSON.stringify(event), eventId(event.at))
}

/** Which uniqueness a write broke, as `table.column`s; any other error is a failure. */
export function brokenUniqueness(error: unknown): string {
  const broken = /UNIQUE constraint failed: ([^:]*)/.exec(String(error))?.[1]
  if (broken === undefined) throw error
  return broken
}
