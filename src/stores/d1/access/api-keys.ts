import { and, asc, eq, gt, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ApiKey, ApiKeyQuery, ApiKeyStore } from '../../../core/access/api-keys/port.ts'
import { eventIfChanged, prepared } from '../batch.ts'
import { isAfter } from '../deployment/by-age.ts'
import { apiKeys, principals } from '../schema/index.ts'
import { atMost, didNotHold, mustHold } from './condition.ts'
import { principalsOf } from './principals.ts'

const COLUMNS = {
  id: apiKeys.id,
  organization: apiKeys.organizationId,
  principal: apiKeys.principalId,
  name: apiKeys.name,
  description: apiKeys.description,
  createdAt: apiKeys.createdAt,
  createdBy: apiKeys.createdBy,
  expiresAt: apiKeys.expiresAt,
  usedAt: apiKeys.usedAt,
  suspendedAt: apiKeys.suspendedAt,
  disabledAt: apiKeys.disabledAt,
}

export function createApiKeyStore(db: D1Database): ApiKeyStore {
  const d1 = drizzle(db)

  return {
    async find(organization, id) {
      const [found] = await d1
        .select(COLUMNS)
        .from(apiKeys)
        .where(and(eq(apiKeys.id, id), eq(apiKeys.organizationId, organization)))
      return found ?? null
    },

    ofPrincipals: (ids) =>
      d1
        .select(COLUMNS)
        .from(apiKeys)
        .where(sql`${apiKeys.principalId} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
        .orderBy(asc(apiKeys.principalId), asc(apiKeys.createdAt), asc(apiKeys.id))
        .limit(MOST_AT_ONCE),

    async list(query, now, { after, limit }) {
      const keys = await d1
        .select(COLUMNS)
        .from(apiKeys)
        .innerJoin(principals, eq(principals.id, apiKeys.principalId))
        .where(and(...conditions(query, now), isAfter(apiKeys, after)))
        .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id))
        .limit(limit)
      const owners = await principalsOf(
        d1,
        keys.map(({ principal }) => principal),
      )
      // Of one that was deleted meanwhile the keys are gone, too: without them it is another page.
      if (owners.length < new Set(keys.map(({ principal }) => principal)).size) {
        return this.list(query, now, { after, limit })
      }
      const byId = new Map(owners.map((owner) => [owner.id, owner]))
      return keys.flatMap((key) => {
        const principal = byId.get(key.principal)
        return principal ? [{ key, principal }] : []
      })
    },

    async count(query, now) {
      const [counted] = await d1
        .select({ keys: sql<number>`count(*)` })
        .from(apiKeys)
        .innerJoin(principals, eq(principals.id, apiKeys.principalId))
        .where(and(...conditions(query, now)))
      return counted?.keys ?? 0
    },

    async create({ id: principalId, organization: organizationId }, { secret: _, ...key }, limit, event) {
      const insert = d1.insert(apiKeys).values({ ...key, principalId, organizationId })
      const isWithin = atMost(limit, d1.$count(apiKeys, eq(apiKeys.principalId, principalId)))
      try {
        await db.batch([prepared(db, insert), eventIfChanged(db, event), mustHold(db, isWithin)])
        return 'created'
      } catch (error) {
        if (didNotHold(error)) return 'limit'
        throw error
      }
    },

    async update(key: ApiKey, change, event) {
      if (Object.keys(change).length === 0) return
      const update = d1.update(apiKeys).set(change).where(eq(apiKeys.id, key.id))
      await db.batch([prepared(db, update), eventIfChanged(db, event)])
    },

    async remove(key, event) {
      const remove = d1.delete(apiKeys).where(eq(apiKeys.id, key.id))
      await db.batch([prepared(db, remove), eventIfChanged(db, event)])
    },
  }
}

/** A bound on what a list of accounts shows of their keys. */
const MOST_AT_ONCE = 10_000

function conditions({ organization, kind, owner, state, nameContains, role }: ApiKeyQuery, now: number) {
  const all: (SQL | undefined)[] = [
    eq(apiKeys.organizationId, organization),
    kind && eq(principals.kind, kind),
    state === 'active' ? and(isNull(apiKeys.suspendedAt), isNull(apiKeys.disabledAt)) : undefined,
    state === 'active' ? or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)) : undefined,
    state === 'expired'
      ? or(lte(apiKeys.expiresAt, now), isNotNull(apiKeys.suspendedAt), isNotNull(apiKeys.disabledAt))
      : undefined,
    owner === undefined ? undefined : eq(principals.uuid, owner),
    nameContains === undefined ? undefined : sql`instr(${principals.nameFolded}, ${nameContains}) > 0`,
    role === undefined
      ? undefined
      : sql`EXISTS (SELECT 1 FROM grants WHERE principal_id = ${principals.id} AND role = ${role})`,
  ]
  return all
}
