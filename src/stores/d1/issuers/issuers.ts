import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { IssuerRecord, IssuerStore, SealedIssuer } from '../../../core/issuers/port.ts'
import { BoundedMap } from '../../../core/kernel/bounded-map.ts'
import { fold } from '../../../core/kernel/text.ts'
import { eventIfChanged, eventOfNumbered, prepared } from '../batch.ts'
import { searchable } from '../outbox/searchable.ts'
import { issuers } from '../schema/index.ts'

/** What signs may be so old; nothing that keys need is ever deleted. */
const REMEMBERED_MILLISECONDS = 60_000
const MAX_REMEMBERED = 1_000

export function createIssuerStore(db: D1Database, now: () => number): IssuerStore {
  const d1 = drizzle(db)
  const signers = new BoundedMap<number, { readonly found: SealedIssuer; readonly until: number }>(
    MAX_REMEMBERED,
  )
  const hints = new BoundedMap<string, number>(MAX_REMEMBERED)

  return {
    async findSigner(id) {
      const known = signers.get(id)
      if (known && now() < known.until) return known.found
      const [row] = await d1
        .select()
        .from(issuers)
        .where(and(eq(issuers.id, id), isNull(issuers.deletedAt)))
      if (!row) return null
      const { sealedKey, sealContext } = row
      const found = { issuer: { ...row.record, id }, sealedKey, sealContext }
      signers.set(id, { found, until: now() + REMEMBERED_MILLISECONDS })
      return found
    },

    async find(organization, id) {
      const isIt = and(
        eq(issuers.id, id),
        eq(issuers.organizationId, organization),
        isNull(issuers.deletedAt),
      )
      const [row] = await d1.select({ record: issuers.record }).from(issuers).where(isIt)
      return row ? { ...row.record, id } : null
    },

    async findNamed(organization, dialect, names) {
      const folded = JSON.stringify(names.map(fold))
      const rows = await d1
        .select({ id: issuers.id, record: issuers.record })
        .from(issuers)
        .where(
          and(
            eq(issuers.organizationId, organization),
            eq(issuers.dialect, dialect),
            isNull(issuers.deletedAt),
            sql`${issuers.nameFolded} IN (SELECT value FROM json_each(${folded}))`,
          ),
        )
        .orderBy(asc(issuers.id))
      return rows.map(({ id, record }) => ({ ...record, id }))
    },

    async add(record, { sealed, context }, event) {
      const { organizationId, dialect, nameFolded, parentId, search } = columnsOf(record)
      const insert = `INSERT INTO issuers
        (organization_id, dialect, name_folded, parent_id, search, record, sealed_key, seal_context)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
        WHERE ?4 IS NULL OR EXISTS (SELECT 1 FROM issuers WHERE id = ?4 AND deleted_at IS NULL) RETURNING id`
      const values = [organizationId, dialect, nameFolded, parentId, search, JSON.stringify(record)]
      try {
        const [made] = await db.batch<{ id: number }>([
          db.prepare(insert).bind(...values, sealed, context),
          eventOfNumbered(db, event),
        ])
        const [row] = made?.results ?? []
        return row ? { ...record, id: row.id } : 'parent_gone'
      } catch (error) {
        return nullIfTaken(error) ?? 'name_taken'
      }
    },

    async change({ id, ...before }, record, event) {
      const update = d1
        .update(issuers)
        .set(columnsOf(record))
        .where(and(eq(issuers.id, id), eq(issuers.record, before), isNull(issuers.deletedAt)))
      try {
        const [result] = await db.batch([prepared(db, update), eventIfChanged(db, event)])
        signers.delete(id)
        return result?.meta.changes === 1 ? { ...record, id } : 'outdated'
      } catch (error) {
        return nullIfTaken(error) ?? 'name_taken'
      }
    },

    async hasChildren({ id, organization, dialect }) {
      const children = and(
        eq(issuers.organizationId, organization),
        eq(issuers.dialect, dialect),
        eq(issuers.parentId, id),
        isNull(issuers.deletedAt),
      )
      return (await d1.$count(issuers, children)) > 0
    },

    async remove({ id, organization, dialect }, at, event) {
      const isFree = and(
        eq(issuers.id, id),
        isNull(issuers.deletedAt),
        sql`NOT EXISTS (SELECT 1 FROM issuers AS child WHERE child.organization_id = ${organization}
          AND child.dialect = ${dialect} AND child.parent_id = ${id} AND child.deleted_at IS NULL)`,
      )
      const removal = d1.update(issuers).set({ deletedAt: at }).where(isFree)
      const [result] = await db.batch([prepared(db, removal), eventIfChanged(db, event)])
      signers.delete(id)
      return result?.meta.changes === 1
    },

    hint: (ledger, key) => hints.get(`${ledger} ${key}`) ?? null,
    saveHint(ledger, key, issuer) {
      hints.set(`${ledger} ${key}`, issuer)
    },
  }
}

function columnsOf(record: IssuerRecord) {
  return {
    organizationId: record.organization,
    dialect: record.dialect,
    nameFolded: fold(record.name),
    parentId: record.parent,
    search: searchable(record),
    record,
  }
}

/** The one uniqueness that a write can break. */
function nullIfTaken(error: unknown): null {
  if (!String(error).includes('UNIQUE constraint failed')) throw error
  return null
}
