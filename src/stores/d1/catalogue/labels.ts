import { and, asc, eq, gt, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { PageAfter } from '../../../core/kernel/fairness/list-slices.ts'
import { fold } from '../../../core/kernel/text.ts'
import type { Label, LabelConflict, LabelPlace, LabelQuery, LabelStore } from '../../../core/labels/port.ts'
import { atMost, didNotHold, mustHold } from '../access/condition.ts'
import { labels } from '../schema/index.ts'
import { BOUNDS, createWalks, keyColumns, type Place, type Walked } from './lists/slices.ts'
import { countOf, firstOf } from './lists/walk.ts'

export function createLabelStore(db: D1Database, bounds = BOUNDS, walks = createWalks()): LabelStore {
  const d1 = drizzle(db)

  async function findMany(organization: number, ids: readonly string[]): Promise<Label[]> {
    const wanted = [...new Set(ids.filter((id) => /^[1-9][0-9]{0,14}$/.test(id)).map(Number))]
    const rows = await d1
      .select()
      .from(labels)
      .where(
        and(
          eq(labels.organizationId, organization),
          sql`${labels.id} IN (SELECT value FROM json_each(${JSON.stringify(wanted)}))`,
        ),
      )
    const byId = new Map(rows.map((row) => [row.id, toLabel(row)]))
    return wanted.flatMap((id) => byId.get(id) ?? [])
  }

  async function idsOfPart(
    query: LabelQuery,
    value: string,
    { after, limit }: PageAfter<LabelPlace>,
  ): Promise<string[]> {
    const walked = walkedBy(query)
    const columns = keyColumns(walked)
    const ids: string[] = []
    for (const part of partsOf(value, after)) {
      const asked = { columns, filter: and(...conditions(query), part.filter) }
      const rows = await firstOf<{ readonly key0: number }>(
        { db, bounds, walks },
        walked,
        part.after,
        asked,
        limit - ids.length,
      )
      ids.push(...rows.map(({ key0 }) => String(key0)))
    }
    return ids
  }

  return {
    findMany,
    async find(organization, id) {
      return (await findMany(organization, [id]))[0] ?? null
    },

    async findByValues(organization, wanted) {
      const pairs = JSON.stringify(wanted.map(({ key, value }) => JSON.stringify([key, value])))
      const rows = await d1
        .select()
        .from(labels)
        .where(
          and(
            eq(labels.organizationId, organization),
            isNull(labels.deletedAt),
            sql`json_array(${labels.key}, ${labels.value}) IN (SELECT value FROM json_each(${pairs}))`,
          ),
        )
      return rows.map(toLabel)
    },

    async list(query, page) {
      const { organization, valueContains: value } = query
      if (value !== undefined) return findMany(organization, await idsOfPart(query, value, page))
      const { after, limit } = page
      const rows = await d1
        .select()
        .from(labels)
        .where(and(...conditions(query), after ? gt(labels.id, Number(after.id)) : undefined))
        .orderBy(asc(labels.id))
        .limit(limit)
      return rows.map(toLabel)
    },

    async count(query) {
      const filter = and(...conditions(query))
      // The rest is served by indexes.
      if (query.valueContains === undefined) return d1.$count(labels, filter)
      return countOf({ db, bounds, walks }, walkedBy(query), filter)
    },

    async create(label, limit, event) {
      const { organization } = label
      const count = d1.$count(labels, and(eq(labels.organizationId, organization), isNull(labels.deletedAt)))
      const insert = d1.insert(labels).values(toRow(label)).returning().toSQL()
      // The event names the row that the same transaction just numbered.
      const audit = db
        .prepare(
          `INSERT INTO events (id, organization_id, at, type, record)
           VALUES (?, ?, ?, ?, json_set(?, '$.subject.id', CAST(last_insert_rowid() AS TEXT)))`,
        )
        .bind(event.id, event.organization, event.at, event.type, JSON.stringify(event))
      try {
        const [made] = await db.batch<{ id: number }>([
          db.prepare(insert.sql).bind(...insert.params),
          audit,
          mustHold(db, atMost(limit, count)),
        ])
        return { ...label, id: String(made?.results[0]?.id) }
      } catch (error) {
        return { conflict: conflictOf(error) }
      }
    },

    async update(label, update, event) {
      const isLive = and(eq(labels.id, Number(label.id)), isNull(labels.deletedAt))
      const folded = update.value === undefined ? {} : { valueFolded: fold(update.value) }
      const write = d1
        .update(labels)
        .set({ ...update, ...folded })
        .where(isLive)
        .returning()
        .toSQL()
      const audit = db
        .prepare(
          'INSERT INTO events (id, organization_id, at, type, record) SELECT ?, ?, ?, ?, ? WHERE changes() > 0',
        )
        .bind(event.id, event.organization, event.at, event.type, JSON.stringify(event))
      try {
        const [result] = await db.batch([db.prepare(write.sql).bind(...write.params), audit])
        return result?.meta.changes === 0 ? null : { ...label, ...update }
      } catch (error) {
        return { conflict: conflictOf(error) }
      }
    },
  }
}

function toLabel(row: typeof labels.$inferSelect): Label {
  const { id, organizationId, valueFolded: _, ...rest } = row
  return { ...rest, id: String(id), organization: organizationId }
}

function toRow(label: Omit<Label, 'id'>): Omit<typeof labels.$inferInsert, 'id'> {
  const { organization, ...rest } = label
  return { ...rest, organizationId: organization, valueFolded: fold(label.value) }
}

function conditions(query: LabelQuery): (SQL | undefined)[] {
  const { key, valueContains, externalDataSet, externalDataReference } = query
  return [
    eq(labels.organizationId, query.organization),
    query.isDeletedIncluded ? undefined : isNull(labels.deletedAt),
    key === undefined ? undefined : eq(labels.key, key),
    valueContains === undefined ? undefined : sql`instr(${labels.valueFolded}, ${valueContains}) > 0`,
    externalDataSet === undefined ? undefined : eq(labels.externalDataSet, externalDataSet),
    externalDataReference === undefined ? undefined : eq(labels.externalDataReference, externalDataReference),
  ]
}

function walkedBy({ organization }: LabelQuery): Walked {
  return { table: labels, key: [labels.id], among: eq(labels.organizationId, organization) }
}

/** The parts of a list, each by id, that come after a label: an exact value comes first. */
function partsOf(
  value: string,
  after: LabelPlace | null,
): readonly { readonly filter: SQL; readonly after: Place | null }[] {
  const place = after && [Number(after.id)]
  const others = ne(labels.valueFolded, value)
  if (after && fold(after.value) !== value) return [{ filter: others, after: place }]
  return [
    { filter: eq(labels.valueFolded, value), after: place },
    { filter: others, after: null },
  ]
}

/** Which uniqueness a write broke; any other error is a failure. */
function conflictOf(error: unknown): LabelConflict {
  if (didNotHold(error)) return 'limit'
  const text = String(error)
  if (!text.includes('UNIQUE constraint failed')) throw error
  return text.includes('external_data_reference') ? 'reference' : 'value'
}
