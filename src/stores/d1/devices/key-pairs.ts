import { type AnyColumn, and, asc, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { KeyPairList, KeyPairOrder, KeyPairQuery } from '../../../core/devices/key-pairs/port.ts'
import { bytesOf, sizedPage } from '../catalogue/lists/sized-page.ts'
import { matchesWords } from '../catalogue/lists/words.ts'
import { insertEvents } from '../outbox/projections.ts'
import { keyPairs, roles } from '../schema/index.ts'

const COLUMNS: Readonly<Record<KeyPairOrder, AnyColumn>> = {
  accessKey: keyPairs.accessKey,
  isEnabled: keyPairs.isEnabled,
  expiresAt: keyPairs.expiresAt,
  createdAt: keyPairs.createdAt,
  updatedAt: keyPairs.updatedAt,
  role: keyPairs.roleKey,
  roleName: roles.name,
}

export function createKeyPairList(db: D1Database): KeyPairList {
  const d1 = drizzle(db)
  return {
    async list(query, { offset, limit }) {
      const where = and(...conditions(query))
      const ofPair = and(eq(roles.organizationId, keyPairs.organizationId), eq(roles.key, keyPairs.roleKey))
      const [count, sizes] = await Promise.all([
        d1.$count(keyPairs, where),
        d1
          .select({ name: keyPairs.accessKey, bytes: bytesOf(keyPairs.accessKey, keyPairs.sealedSecret) })
          .from(keyPairs)
          .leftJoin(roles, ofPair)
          .where(where)
          .orderBy(...ordering(query))
          .limit(limit)
          .offset(offset),
      ])
      return sizedPage(count, sizes, async (accessKeys) => {
        const wanted = conditions({ organization: query.organization, accessKeys })
        const rows = await d1
          .select({ pair: keyPairs, roleName: roles.name })
          .from(keyPairs)
          .leftJoin(roles, ofPair)
          .where(and(...wanted))
          .orderBy(...ordering(query))
        return rows.map(({ pair, roleName }) => ({ ...toPair(pair), roleName: roleName ?? '' }))
      })
    },

    async recordReading(event) {
      await insertEvents(db, [event])?.run()
    },

    async ofRole(organization, role) {
      const rows = await d1
        .select({ accessKey: keyPairs.accessKey })
        .from(keyPairs)
        .where(and(...conditions({ organization }), eq(keyPairs.roleKey, role)))
      return rows.map(({ accessKey }) => accessKey)
    },

    async ofOrganization(organization) {
      const rows = await d1
        .select({ accessKey: keyPairs.accessKey })
        .from(keyPairs)
        .where(and(...conditions({ organization })))
      return rows.map(({ accessKey }) => accessKey)
    },
  }
}

function toPair(row: typeof keyPairs.$inferSelect) {
  const { accessKey, isEnabled, expiresAt, sealedSecret, createdAt, updatedAt, version } = row
  const { organizationId: organization, roleKey: role } = row
  return { accessKey, organization, role, isEnabled, expiresAt, sealedSecret, createdAt, updatedAt, version }
}

function conditions({ organization, accessKeys, search }: KeyPairQuery): (SQL | undefined)[] {
  return [
    eq(keyPairs.organizationId, organization),
    isNull(keyPairs.deletedAt),
    accessKeys && sql`${keyPairs.accessKey} IN (SELECT value FROM json_each(${JSON.stringify(accessKeys)}))`,
    matchesWords(search, [keyPairs.accessKey]),
  ]
}

/** Texts by their bytes; ties by age, in the same direction (docs/dialects/datonis.md#order-by-name). */
function ordering({ orderBy, isDescending = false }: KeyPairQuery): SQL[] {
  const direction = isDescending ? desc : asc
  const first = orderBy === undefined ? [] : [direction(COLUMNS[orderBy])]
  return [...first, direction(keyPairs.createdAt), direction(keyPairs.accessKey)]
}
