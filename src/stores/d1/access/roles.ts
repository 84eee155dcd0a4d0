import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Role, RoleOrder, RoleQuery, RoleStore } from '../../../core/access/roles/port.ts'
import type { AuditEvent } from '../../../core/events/event.ts'
import { fold } from '../../../core/kernel/text.ts'
import { eventIfChanged, prepared } from '../batch.ts'
import { bytesOf, isOneOf, sizedPage } from '../catalogue/lists/sized-page.ts'
import { matchesWords } from '../catalogue/lists/words.ts'
import { roles } from '../schema/index.ts'

const COLUMNS = {
  key: roles.key,
  name: roles.name,
  createdAt: roles.createdAt,
  updatedAt: roles.updatedAt,
} as const

export function createRoleStore(db: D1Database): RoleStore {
  const d1 = drizzle(db)
  /** Whether the write changed a row; its event is written only then. */
  const write = async (query: Parameters<typeof prepared>[1], event: AuditEvent) => {
    const [result] = await db.batch([prepared(db, query), eventIfChanged(db, event)])
    return (result?.meta.changes ?? 0) > 0
  }

  return {
    async find(organization, key) {
      const [row] = await d1
        .select()
        .from(roles)
        .where(and(eq(roles.organizationId, organization), eq(roles.key, key)))
      return row ? toRole(row) : null
    },

    async findBuiltIn(organization, name) {
      const [row] = await d1
        .select()
        .from(roles)
        .where(and(eq(roles.organizationId, organization), eq(roles.name, name), eq(roles.isBuiltIn, true)))
      return row ? toRole(row) : null
    },

    async list(query, { offset, limit }) {
      const where = and(...conditions(query))
      const order = ordering(query.orderBy, query.isDescending)
      const [count, sizes] = await Promise.all([
        d1.$count(roles, where),
        d1
          .select({ name: roles.key, bytes: bytesOf(roles.name, roles.abilities) })
          .from(roles)
          .where(where)
          .orderBy(...order)
          .limit(limit)
          .offset(offset),
      ])
      return sizedPage(count, sizes, async (keys) => {
        const wanted = and(eq(roles.organizationId, query.organization), isOneOf(roles.key, keys))
        const rows = await d1
          .select()
          .from(roles)
          .where(wanted)
          .orderBy(...order)
        return rows.map(toRole)
      })
    },

    async ensure(wanted) {
      await d1.insert(roles).values(wanted.map(toRow)).onConflictDoNothing()
    },

    async create(role, event) {
      const insert = d1.insert(roles).values(toRow(role)).onConflictDoNothing()
      return (await write(insert, event)) ? role : 'name_taken'
    },

    async update(role, event) {
      const { organization, key, version, name, abilities, updatedAt } = role
      const update = d1
        .update(roles)
        .set({ name, nameFolded: fold(name), abilities, updatedAt, version })
        .where(
          and(eq(roles.organizationId, organization), eq(roles.key, key), eq(roles.version, version - 1)),
        )
      try {
        return (await write(update, event)) ? role : null
      } catch (error) {
        if (String(error).includes('UNIQUE constraint failed')) return 'name_taken'
        throw error
      }
    },

    async remove({ organization, key }, event) {
      const remove = d1
        .delete(roles)
        .where(
          and(
            eq(roles.organizationId, organization),
            eq(roles.key, key),
            sql`NOT EXISTS (SELECT 1 FROM key_pairs WHERE organization_id = ${organization} AND role_key = ${key} AND deleted_at IS NULL)`,
          ),
        )
      if (await write(remove, event)) return 'removed'
      const isThere = await d1.$count(roles, and(eq(roles.organizationId, organization), eq(roles.key, key)))
      return isThere > 0 ? 'in_use' : 'gone'
    },
  }
}

function toRole({ organizationId, nameFolded: _, ...rest }: typeof roles.$inferSelect): Role {
  return { ...rest, organization: organizationId }
}

function toRow({ organization, ...rest }: Role): typeof roles.$inferInsert {
  return { ...rest, organizationId: organization, nameFolded: fold(rest.name) }
}

function conditions({ organization, search }: RoleQuery): (SQL | undefined)[] {
  return [eq(roles.organizationId, organization), matchesWords(search, [roles.key, roles.nameFolded])]
}

function ordering(order: RoleOrder | undefined, isDescending = false): SQL[] {
  const direction = isDescending ? desc : asc
  return [direction(COLUMNS[order ?? 'createdAt']), direction(roles.key)]
}
