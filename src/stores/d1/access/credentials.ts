import { and, asc, eq, isNotNull, isNull, lte, or, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { CredentialStore } from '../../../core/access/port.ts'
import { eventIfChanged, prepared } from '../batch.ts'
import { accessRestrictions, apiKeys, grants, principals } from '../schema/index.ts'
import {
  ITS_GRANTS,
  ITS_RESTRICTION,
  knownPrincipal,
  knownPrincipals,
  PRINCIPAL_COLUMNS,
  primaryOf,
} from './known-principals.ts'

/** Uses are noted to the minute. */
const MINUTE_MILLISECONDS = 60_000

/** JSON texts. */
type ApiKeyRow = {
  readonly key: string
  readonly principal: string
  readonly grants: string
  readonly restriction: string | null
}

/** A constant text: every call with an API key asks it, and Drizzle takes longer to build it than D1 to answer it. */
const FIND_API_KEY = `
  SELECT
    json_object('id', k.id, 'name', k.name, 'secretHash', k.secret_hash, 'ringVersion', k.ring_version,
      'expiresAt', k.expires_at, 'usedAt', k.used_at, 'isEnabled', json(iif(k.disabled_at IS NULL, 'true', 'false'))
    ) AS key,
    json_object('id', p.id, 'uuid', p.uuid, 'kind', p.kind, 'name', p.name, 'organization', p.organization_id,
      'user', p.user_id, 'restrictionId', p.access_restriction_id,
      'isEnabled', json(iif(p.disabled_at IS NULL, 'true', 'false'))) AS principal,
    (SELECT json_group_array(json_object('role', role, 'scope', json(scope))) FROM grants
      WHERE principal_id = p.id) AS grants,
    (SELECT json_object('ranges', json(ranges), 'exclusions', json(exclusions)) FROM access_restrictions
      WHERE id = p.access_restriction_id) AS restriction
  FROM api_keys AS k JOIN principals AS p ON p.id = k.principal_id
  WHERE k.id = ? AND k.suspended_at IS NULL`

const MOST_SUSPENDED = 1_000

export function createCredentialStore(db: D1Database): CredentialStore {
  const d1 = drizzle(db)

  return {
    async findApiKey(id) {
      const row = await db.withSession('first-primary').prepare(FIND_API_KEY).bind(id).first<ApiKeyRow>()
      if (row === null) return null
      const { key, principal, grants, restriction } = row
      return {
        ...JSON.parse(key),
        principal: knownPrincipal(
          JSON.parse(principal),
          JSON.parse(grants),
          JSON.parse(restriction ?? 'null'),
        ),
      }
    },

    async findPrincipal(organization, id) {
      const rows = await primaryOf(db)
        .select(PRINCIPAL_COLUMNS)
        .from(principals)
        .leftJoin(grants, ITS_GRANTS)
        .leftJoin(accessRestrictions, ITS_RESTRICTION)
        .where(and(eq(principals.id, id), eq(principals.organizationId, organization)))
      return knownPrincipals(rows)[0] ?? null
    },

    async knownApiKeys(ids) {
      const isOne = sql`${apiKeys.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`
      const rows = await d1
        .select({ id: apiKeys.id })
        .from(apiKeys)
        .where(and(isOne, isNull(apiKeys.suspendedAt)))
      return rows.map(({ id }) => id)
    },

    async listSuspended(organization) {
      const rows = await d1
        .select({
          id: apiKeys.id,
          name: apiKeys.name,
          principal: principals.name,
          createdAt: apiKeys.createdAt,
          usedAt: apiKeys.usedAt,
          suspendedAt: apiKeys.suspendedAt,
        })
        .from(apiKeys)
        .innerJoin(principals, eq(principals.id, apiKeys.principalId))
        .where(and(eq(apiKeys.organizationId, organization), isNotNull(apiKeys.suspendedAt)))
        .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id))
        .limit(MOST_SUSPENDED)
      return rows.map((row) => ({ ...row, suspendedAt: row.suspendedAt ?? 0 }))
    },

    async release(organization, id, event) {
      const update = d1
        .update(apiKeys)
        .set({ suspendedAt: null })
        .where(
          and(eq(apiKeys.id, id), eq(apiKeys.organizationId, organization), isNotNull(apiKeys.suspendedAt)),
        )
      const [released] = await db.batch([prepared(db, update), eventIfChanged(db, event)])
      return (released?.meta.changes ?? 0) > 0
    },

    async recordUse(id, now) {
      const isNews = or(isNull(apiKeys.usedAt), lte(apiKeys.usedAt, now - MINUTE_MILLISECONDS))
      await d1
        .update(apiKeys)
        .set({ usedAt: now })
        .where(and(eq(apiKeys.id, id), isNews))
    },

    async recordRefusal(id, now, event) {
      const isNews = or(isNull(apiKeys.refusedAt), lte(apiKeys.refusedAt, now - MINUTE_MILLISECONDS))
      const update = d1
        .update(apiKeys)
        .set({ refusedAt: now })
        .where(and(eq(apiKeys.id, id), isNews))
      await db.batch([prepared(db, update), eventIfChanged(db, event)])
    },
  }
}
