import { and, asc, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { AccessRestriction, RestrictionStore } from '../../../core/access/restrictions/port.ts'
import { brokenUniqueness, eventIfChanged, prepared } from '../batch.ts'
import { accessRestrictions } from '../schema/index.ts'
import { atMost, didNotHold, mustHold, write } from './condition.ts'
import { keepingOwner } from './owners.ts'

export function createRestrictionStore(db: D1Database): RestrictionStore {
  const d1 = drizzle(db)

  return {
    async find(organization, id) {
      const [row] = await d1
        .select()
        .from(accessRestrictions)
        .where(and(eq(accessRestrictions.id, id), eq(accessRestrictions.organizationId, organization)))
      return row ? toRestriction(row) : null
    },

    async list(organization, limit) {
      const rows = await d1
        .select()
        .from(accessRestrictions)
        .where(eq(accessRestrictions.organizationId, organization))
        .orderBy(asc(accessRestrictions.id))
        .limit(limit)
      return rows.map(toRestriction)
    },

    count: (organization) =>
      d1.$count(accessRestrictions, eq(accessRestrictions.organizationId, organization)),

    async create({ organization: organizationId, ...rest }, limit, event) {
      const insert = d1
        .insert(accessRestrictions)
        .values({ ...rest, organizationId })
        .returning({ id: accessRestrictions.id })
      // The event names the row that the same transaction just numbered.
      const audit = db
        .prepare(
          `INSERT INTO events (id, organization_id, at, type, record)
           VALUES (?, ?, ?, ?, json_set(?, '$.subject.id', CAST(last_insert_rowid() AS TEXT)))`,
        )
        .bind(event.id, event.organization, event.at, event.type, JSON.stringify(event))
      const count = d1.$count(accessRestrictions, eq(accessRestrictions.organizationId, organizationId))
      try {
        const statements = [prepared(db, insert), audit, mustHold(db, atMost(limit, count))]
        const [made] = await db.batch<{ id: number }>(statements)
        return { ...rest, organization: organizationId, id: made?.results[0]?.id ?? 0 }
      } catch (error) {
        if (didNotHold(error)) return 'limit'
        brokenUniqueness(error)
        return 'name'
      }
    },

    update({ id }, change, guard, event) {
      const update = d1.update(accessRestrictions).set(change).where(eq(accessRestrictions.id, id))
      return write(db, [prepared(db, update), eventIfChanged(db, event)], keepingOwner(guard))
    },

    async remove({ id }, event) {
      const isFree = sql`NOT EXISTS (SELECT 1 FROM principals WHERE access_restriction_id = ${id})`
      const remove = d1.delete(accessRestrictions).where(and(eq(accessRestrictions.id, id), isFree))
      const left = db.prepare('SELECT 1 FROM access_restrictions WHERE id = ?').bind(id)
      const [removed, , kept] = await db.batch([prepared(db, remove), eventIfChanged(db, event), left])
      if ((removed?.meta.changes ?? 0) > 0) return 'removed'
      return kept?.results.length ? 'in_use' : 'gone'
    },
  }
}

function toRestriction(row: typeof accessRestrictions.$inferSelect): AccessRestriction {
  const { organizationId, ...rest } = row
  return { ...rest, organization: organizationId }
}
