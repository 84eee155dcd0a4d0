import { and, eq, inArray, isNull, lt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import {
  type ApiClient,
  type ApiClientStore,
  type KeepOne,
  SIGN_IN_STALENESS_SECONDS,
} from '../../../core/access/api-clients/port.ts'
import type { CredentialChanges } from '../../../core/access/credential-changes.ts'
import type { AuditEvent } from '../../../core/events/event.ts'
import { BoundedMap } from '../../../core/kernel/bounded-map.ts'
import { fold } from '../../../core/kernel/text.ts'
import { eventIfChanged, eventOfNumbered, prepared } from '../batch.ts'
import { insertEvents } from '../outbox/projections.ts'
import { searchable } from '../outbox/searchable.ts'
import { apiClients, principals, revokedApiTokens } from '../schema/index.ts'
import { primaryOf } from './known-principals.ts'

const MAX_REMEMBERED = 10_000

type Session = { readonly client: ApiClient | null; readonly until: number; readonly version: number }

export function createApiClientStore(
  db: D1Database,
  now: () => number,
  credentials: CredentialChanges,
): ApiClientStore {
  const d1 = drizzle(db)
  const sessions = new BoundedMap<string, Session>(MAX_REMEMBERED)
  const isAlive = isNull(apiClients.deletedAt)

  /** null: it is written, with its event. */
  async function write(
    { id, ...before }: ApiClient,
    values: Partial<typeof apiClients.$inferInsert>,
    keep: KeepOne | null,
    event: AuditEvent,
  ): Promise<'outdated' | 'last' | null> {
    const isAsItWas = and(eq(apiClients.principalId, id), eq(apiClients.record, before), isAlive)
    const isNotLast =
      keep &&
      sql`EXISTS (SELECT 1 FROM api_clients AS other WHERE other.organization_id = ${before.organization}
        AND other.dialect = ${before.dialect} AND other.principal_id <> ${id} AND other.deleted_at IS NULL
        AND other.record ->> '$.isEnabled'
        AND other.record ->> '$.role' IN (SELECT value FROM json_each(${JSON.stringify(keep.roles)})))`
    const update = d1
      .update(apiClients)
      .set(values)
      .where(and(isAsItWas, isNotLast ?? undefined))
    const batch = db.batch([prepared(db, update), eventIfChanged(db, event)])
    const [result] = await batch.finally(() => credentials.changed())
    if (result?.meta.changes === 1) return null
    return keep && (await d1.$count(apiClients, isAsItWas)) === 1 ? 'last' : 'outdated'
  }

  return {
    async findByClientId(clientId) {
      const [row] = await primaryOf(db)
        .select()
        .from(apiClients)
        .where(and(eq(apiClients.clientId, clientId), isAlive))
      if (!row) return null
      const { record, principalId: id, secretHash: hash, ringVersion } = row
      return { client: { ...record, id }, secret: { hash, ringVersion } }
    },

    async find(organization, id) {
      const isIt = and(eq(apiClients.principalId, id), eq(apiClients.organizationId, organization), isAlive)
      const [row] = await d1.select({ record: apiClients.record }).from(apiClients).where(isIt)
      return row ? { ...row.record, id } : null
    },

    async add(record, { hash, ringVersion }, event) {
      const { organization: organizationId, clientId, createdAt } = record
      const principal = d1
        .insert(principals)
        .values({
          ...{
            uuid: record.uuid,
            organizationId,
            kind: 'api_client',
            name: clientId,
            nameFolded: fold(clientId),
          },
          ...{ createdAt, createdBy: record.createdBy, updatedAt: createdAt, updatedBy: record.createdBy },
        })
        .returning({ id: principals.id })
      const insert = `INSERT INTO api_clients
        (principal_id, organization_id, dialect, client_id, secret_hash, ring_version, search, record)
        SELECT id, organization_id, ?, name, ?, ?, ?, ? FROM principals WHERE uuid = ?`
      const [made] = await db.batch<{ id: number }>([
        prepared(db, principal),
        eventOfNumbered(db, event),
        db
          .prepare(insert)
          .bind(
            ...[record.dialect, hash, ringVersion, searchable(record), JSON.stringify(record)],
            record.uuid,
          ),
      ])
      return { ...record, id: Number(made?.results[0]?.id) }
    },

    async change(before, record, keep, event) {
      const refused = await write(before, { record, search: searchable(record) }, keep, event)
      return refused ?? { ...record, id: before.id }
    },

    async remove(client, deletedAt, keep, event) {
      return (await write(client, { deletedAt }, keep, event)) ?? 'gone'
    },

    async session({ id, clientId }) {
      const known = sessions.get(id)
      const version = credentials.version()
      if (known && now() < known.until && known.version === version) return known.client
      const [row] = await primaryOf(db)
        .select({ record: apiClients.record, id: apiClients.principalId, revoked: revokedApiTokens.id })
        .from(apiClients)
        .leftJoin(revokedApiTokens, eq(revokedApiTokens.id, id))
        .where(and(eq(apiClients.clientId, clientId), isAlive))
      const client = row && row.revoked === null ? { ...row.record, id: row.id } : null
      sessions.set(id, { client, until: now() + SIGN_IN_STALENESS_SECONDS * 1_000, version })
      return client
    },

    async signOut(token, event) {
      const insert = d1.insert(revokedApiTokens).values(token).onConflictDoNothing()
      await db.batch([prepared(db, insert), eventIfChanged(db, event)])
      sessions.delete(token.id)
    },

    async purge(at, atMost) {
      const ended = d1
        .select({ id: revokedApiTokens.id })
        .from(revokedApiTokens)
        .where(lt(revokedApiTokens.expiresAt, at))
        .limit(atMost)
      const gone = await d1.delete(revokedApiTokens).where(inArray(revokedApiTokens.id, ended))
      return gone.meta.changes
    },

    async record(event) {
      await insertEvents(db, [event])?.run()
    },
  }
}
