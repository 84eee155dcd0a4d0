import { type AnyColumn, and, asc, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { AlertQuery, DeviceStore, MessageQuery, Thing, ThingQuery } from '../../../core/devices/port.ts'
import { fold } from '../../../core/kernel/text.ts'
import { eventIfChanged, prepared } from '../batch.ts'
import { bytesOf, isOneOf, sizedPage } from '../catalogue/lists/sized-page.ts'
import { matchesWords } from '../catalogue/lists/words.ts'
import { insertEvents } from '../outbox/projections.ts'
import { alerts, deviceEvents, instructions, things } from '../schema/index.ts'

export function createDeviceStore(db: D1Database): DeviceStore {
  const d1 = drizzle(db)
  const findThing = async (organization: number, key: string) => {
    const [row] = await d1
      .select()
      .from(things)
      .where(and(eq(things.organizationId, organization), eq(things.key, key)))
    return row ? toThing(row) : null
  }

  return {
    findThing,

    async knownThings(organization, keys) {
      const rows = await d1
        .select({ key: things.key })
        .from(things)
        .where(
          and(
            eq(things.organizationId, organization),
            sql`${things.key} IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`,
          ),
        )
      return rows.map(({ key }) => key)
    },

    async listThings({ organization, keys, search, flag, isDescending }, { offset, limit }) {
      const where = and(
        eq(things.organizationId, organization),
        keys && isOneOf(things.key, keys),
        flag && hasFlag(flag),
        matchesWords(search, [asciiFolded(things.key), things.nameFolded], (word) =>
          (search?.facts ?? []).map((fact) => isInFact(fact, word)),
        ),
      )
      const direction = isDescending ? desc : asc
      const [count, sizes] = await Promise.all([
        d1.$count(things, where),
        d1
          .select({ name: things.key, bytes: bytesOf(things.description, things.facts) })
          .from(things)
          .where(where)
          .orderBy(direction(things.key))
          .limit(limit)
          .offset(offset),
      ])
      return sizedPage(count, sizes, async (keys) => {
        const wanted = and(eq(things.organizationId, organization), isOneOf(things.key, keys))
        const rows = await d1.select().from(things).where(wanted).orderBy(direction(things.key))
        return rows.map(toThing)
      })
    },

    async countThings(organization, atMost) {
      const some = d1
        .select({ key: things.key })
        .from(things)
        .where(eq(things.organizationId, organization))
        .limit(atMost)
      return d1.$count(some.as('some'))
    },

    async createThing({ organization, ...thing }, event) {
      const row = { ...thing, organizationId: organization, nameFolded: fold(thing.name) }
      const insert = prepared(db, d1.insert(things).values(row).onConflictDoNothing())
      const [made] = await db.batch([insert, eventIfChanged(db, event)])
      return (made?.meta.changes ?? 0) > 0
    },

    async changeThing(organization, key, { name, description, facts = {} }, now, event) {
      const set = Object.entries(facts).reduce(
        (before, [fact, value]) =>
          sql`json_set(${before}, ${memberPath(fact)}, json(${JSON.stringify(value)}))`,
        sql`${things.facts}`,
      )
      const update = d1
        .update(things)
        .set({
          ...(name !== undefined && { name, nameFolded: fold(name) }),
          ...(description !== undefined && { description }),
          facts: set,
          updatedAt: sql`max(${things.updatedAt}, ${now})`,
        })
        .where(and(eq(things.organizationId, organization), eq(things.key, key)))
      await db.batch([prepared(db, update), eventIfChanged(db, event)])
      return findThing(organization, key)
    },

    async removeThing(organization, key, event) {
      const remove = d1
        .delete(things)
        .where(and(eq(things.organizationId, organization), eq(things.key, key)))
      const [removed] = await db.batch([prepared(db, remove), eventIfChanged(db, event)])
      return (removed?.meta.changes ?? 0) > 0
    },

    async listEvents(query, { offset, limit }) {
      const where = and(...received(deviceEvents, query), eq(deviceEvents.thing, query.thing))
      const { thing, accessKey, at, receivedAt, data, seq } = deviceEvents
      const direction = query.isOldestFirst ? asc : desc
      const order = [direction(receivedAt), direction(seq)]
      const [count, sizes] = await Promise.all([
        d1.$count(deviceEvents, where),
        d1
          .select({ name: nameOf(deviceEvents), bytes: bytesOf(data) })
          .from(deviceEvents)
          .where(where)
          .orderBy(...order)
          .limit(limit)
          .offset(offset),
      ])
      return sizedPage(count, sizes, (names) =>
        d1
          .select({ thing, accessKey, at, receivedAt, data })
          .from(deviceEvents)
          .where(and(eq(deviceEvents.organizationId, query.organization), isNamed(deviceEvents, names)))
          .orderBy(...order),
      )
    },

    async countAlerts(query) {
      return d1.$count(alerts, alertsOf(query))
    },

    async listAlerts(query, { offset, limit }) {
      const where = alertsOf(query)
      const direction = query.isOldestFirst ? asc : desc
      const order = [direction(alerts.receivedAt), direction(alerts.seq)]
      const [count, sizes] = await Promise.all([
        d1.$count(alerts, where),
        d1
          .select({ name: nameOf(alerts), bytes: bytesOf(alerts.text, alerts.data) })
          .from(alerts)
          .where(where)
          .orderBy(...order)
          .limit(limit)
          .offset(offset),
      ])
      return sizedPage(count, sizes, async (names) => {
        const rows = await d1
          .select()
          .from(alerts)
          .where(and(eq(alerts.organizationId, query.organization), isNamed(alerts, names)))
          .orderBy(...order)
        return rows.map(({ organizationId: _, seq: __, ...alert }) => alert)
      })
    },

    async listInstructions({ organization, thing, search, isOldestFirst }, { offset, limit }) {
      const where = and(
        eq(instructions.organizationId, organization),
        thing === undefined ? undefined : eq(instructions.thing, thing),
        matchesWords(search, [instructions.key, asciiFolded(instructions.thing)]),
      )
      const direction = isOldestFirst ? asc : desc
      const order = [direction(instructions.createdAt), direction(instructions.key)]
      const [count, sizes] = await Promise.all([
        d1.$count(instructions, where),
        d1
          .select({ name: instructions.key, bytes: bytesOf(instructions.body) })
          .from(instructions)
          .where(where)
          .orderBy(...order)
          .limit(limit)
          .offset(offset),
      ])
      return sizedPage(count, sizes, async (keys) => {
        const rows = await d1
          .select()
          .from(instructions)
          .where(and(eq(instructions.organizationId, organization), isOneOf(instructions.key, keys)))
          .orderBy(...order)
        return rows.map(({ organizationId, ...rest }) => ({ ...rest, organization: organizationId }))
      })
    },

    /** By row number, since rows stand in the order in which they came. All gone, they begin at 1 again. */
    async instructionsAfter(after, atMost) {
      const row = sql<number>`${instructions}.rowid`
      const [last] = await d1.select({ row: sql<number>`coalesce(max(rowid), 0)` }).from(instructions)
      const end = last?.row ?? 0
      if (after === null) return { place: end, given: [] }
      const place = Math.min(after, end)
      const ofThing = and(
        eq(things.organizationId, instructions.organizationId),
        eq(things.key, instructions.thing),
      )
      const rows = await d1
        .select({ row, instruction: instructions, thing: things })
        .from(instructions)
        .innerJoin(things, ofThing)
        .where(sql`${row} > ${place}`)
        .orderBy(row)
        .limit(atMost)
      return {
        place: rows.length < atMost ? end : (rows.at(-1)?.row ?? end),
        given: rows.map(({ instruction: { organizationId, ...rest }, thing }) => ({
          instruction: { ...rest, organization: organizationId },
          thing: toThing(thing),
        })),
      }
    },

    async createInstruction({ organization, ...instruction }, event) {
      const row = { ...instruction, organizationId: organization }
      const audit = insertEvents(db, [event])
      await db.batch([prepared(db, d1.insert(instructions).values(row)), ...(audit ? [audit] : [])])
    },

    /** Rows stand in the order in which they came, so that only the oldest are looked at, without an index. */
    async forgetBefore(receivedAt, atMost) {
      const oldest = (table: string, column: string) =>
        db
          .prepare(
            `DELETE FROM ${table} WHERE rowid IN (
               SELECT rowid FROM (SELECT rowid, ${column} AS at FROM ${table} ORDER BY rowid LIMIT ?) WHERE at < ?)`,
          )
          .bind(atMost, receivedAt)
      const results = await db.batch([
        oldest('device_events', 'received_at'),
        oldest('alerts', 'received_at'),
        oldest('instructions', 'created_at'),
      ])
      return results.reduce((sum, { meta }) => sum + meta.changes, 0)
    },
  }
}

function toThing({ organizationId, nameFolded: _, ...rest }: typeof things.$inferSelect): Thing {
  return { ...rest, organization: organizationId }
}

function alertsOf(query: AlertQuery): SQL | undefined {
  const { thing, severities, instruction, search } = query
  return and(
    ...received(alerts, query),
    thing === undefined ? undefined : eq(alerts.thing, thing),
    severities && isOneOf(alerts.severity, severities),
    instruction === undefined ? undefined : eq(alerts.instruction, instruction),
    matchesWords(search, [alerts.key, asciiFolded(alerts.thing), asciiFolded(alerts.text)]),
  )
}

/** SQLite's lower() knows ASCII only: other letters of these columns are found as they are written. */
function asciiFolded(column: AnyColumn): SQL {
  return sql`lower(${column})`
}

function memberPath(name: string): string {
  return `$.${JSON.stringify(name)}`
}

function hasFlag({ fact, isSet }: NonNullable<ThingQuery['flag']>): SQL {
  return sql`coalesce(json_type(${things.facts}, ${memberPath(fact)}) = 'true', 0) = ${isSet ? 1 : 0}`
}

/** In a text, or in any item of a list. */
function isInFact(name: string, word: string): SQL {
  return sql`EXISTS (SELECT 1 FROM json_each(${things.facts}, ${memberPath(name)}) WHERE instr(lower(value), ${word}) > 0)`
}

/** A message is named by its pair and that pair's count. */
function nameOf({ accessKey, seq }: typeof deviceEvents | typeof alerts): SQL<string> {
  return sql`json_array(${accessKey}, ${seq})`
}

function isNamed({ accessKey, seq }: typeof deviceEvents | typeof alerts, names: readonly string[]): SQL {
  const wanted = `[${names.join(',')}]`
  return sql`(${accessKey}, ${seq}) IN (SELECT value ->> 0, value ->> 1 FROM json_each(${wanted}))`
}

function received(
  table: typeof deviceEvents | typeof alerts,
  { organization, since, until }: MessageQuery,
): (SQL | undefined)[] {
  return [
    eq(table.organizationId, organization),
    since === undefined ? undefined : gte(table.receivedAt, since),
    until === undefined ? undefined : lt(table.receivedAt, until),
  ]
}
