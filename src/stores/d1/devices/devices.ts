import { and, asc, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { DeviceStore, MessageQuery, Thing } from '../../../core/devices/port.ts'
import { fold } from '../../../core/kernel/text.ts'
import { prepared } from '../batch.ts'
import { bytesOf, isOneOf, sizedPage } from '../catalogue/sized-page.ts'
import { matchesWords } from '../catalogue/words.ts'
import { insertEvents } from '../outbox/projections.ts'
import { alerts, deviceEvents, instructions, things } from '../schema/index.ts'

export function createDeviceStore(db: D1Database): DeviceStore {
  const d1 = drizzle(db)

  return {
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

    async findThing(organization, key) {
      const [row] = await d1
        .select()
        .from(things)
        .where(and(eq(things.organizationId, organization), eq(things.key, key)))
      return row ? toThing(row) : null
    },

    async listThings({ organization, search, isDescending }, { offset, limit }) {
      const where = and(
        eq(things.organizationId, organization),
        matchesWords(search, [things.key, things.nameFolded]),
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
      const audit = insertEvents(db, [event])
      await db.batch([prepared(db, d1.insert(things).values(row)), ...(audit ? [audit] : [])])
    },

    async listEvents(query, { offset, limit }) {
      const where = and(...received(deviceEvents, query), eq(deviceEvents.thing, query.thing))
      const { thing, accessKey, at, receivedAt, data, seq } = deviceEvents
      const newestFirst = [desc(receivedAt), desc(seq)]
      const [count, sizes] = await Promise.all([
        d1.$count(deviceEvents, where),
        d1
          .select({ name: nameOf(deviceEvents), bytes: bytesOf(data) })
          .from(deviceEvents)
          .where(where)
          .orderBy(...newestFirst)
          .limit(limit)
          .offset(offset),
      ])
      return sizedPage(count, sizes, (names) =>
        d1
          .select({ thing, accessKey, at, receivedAt, data })
          .from(deviceEvents)
          .where(and(eq(deviceEvents.organizationId, query.organization), isNamed(deviceEvents, names)))
          .orderBy(...newestFirst),
      )
    },

    async listAlerts(query, { offset, limit }) {
      const where = and(
        ...received(alerts, query),
        query.thing === undefined ? undefined : eq(alerts.thing, query.thing),
      )
      const newestFirst = [desc(alerts.receivedAt), desc(alerts.seq)]
      const [count, sizes] = await Promise.all([
        d1.$count(alerts, where),
        d1
          .select({ name: nameOf(alerts), bytes: bytesOf(alerts.text, alerts.data) })
          .from(alerts)
          .where(where)
          .orderBy(...newestFirst)
          .limit(limit)
          .offset(offset),
      ])
      return sizedPage(count, sizes, async (names) => {
        const rows = await d1
          .select()
          .from(alerts)
          .where(and(eq(alerts.organizationId, query.organization), isNamed(alerts, names)))
          .orderBy(...newestFirst)
        return rows.map(({ organizationId: _, seq: __, ...alert }) => alert)
      })
    },

    async listInstructions({ organization, thing }, { offset, limit }) {
      const where = and(
        eq(instructions.organizationId, organization),
        thing === undefined ? undefined : eq(instructions.thing, thing),
      )
      const newestFirst = [desc(instructions.createdAt), desc(instructions.key)]
      const [count, sizes] = await Promise.all([
        d1.$count(instructions, where),
        d1
          .select({ name: instructions.key, bytes: bytesOf(instructions.body) })
          .from(instructions)
          .where(where)
          .orderBy(...newestFirst)
          .limit(limit)
          .offset(offset),
      ])
      return sizedPage(count, sizes, async (keys) => {
        const rows = await d1
          .select()
          .from(instructions)
          .where(and(eq(instructions.organizationId, organization), isOneOf(instructions.key, keys)))
          .orderBy(...newestFirst)
        return rows.map(({ organizationId, ...rest }) => ({ ...rest, organization: organizationId }))
      })
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
