import { and, asc, count, gt, gte, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { CredentialChanges } from '../../../core/access/credential-changes.ts'
import type { ByVersion, DeploymentStore, LedgerCount } from '../../../core/deployment/port.ts'
import { ringVersionOf } from '../../../core/devices/key-pairs/access-key.ts'
import { eventOfEach, insertEvent, prepared } from '../batch.ts'
import { FORGET_TERMS } from '../outbox/index-terms.ts'
import { apiClients, apiKeys, keyPairs, ledgers, reservations, sessions, users } from '../schema/index.ts'
import { SEALED_COLUMNS, type SealedColumn } from './sealed-columns.ts'

/** More of anything than is made between a backup and its restore; of ledgers there are 2^31. */
const NUMBERS_SKIPPED = 1_000_000

/** Two letters of an access key name its version of the ring. */
const ACCESS_KEY_HEAD = 2

/** The copies of what inboxes hold sealed; empty: the pair is deleted. */
const OF_INBOXES = { table: 'key_pairs', column: 'sealed_secret' } as const

const CLIENTS = `SELECT organization_id, principal_id AS id, record ->> '$.name' AS name FROM api_clients
  WHERE deleted_at IS NULL`
const IS_ENABLED = "record ->> '$.isEnabled'"

/** Whatever D1 numbers, also that of which there was none yet. */
const BEGIN_SEQUENCES = `INSERT INTO sqlite_sequence (name, seq)
  SELECT name, 0 FROM sqlite_master
  WHERE type = 'table' AND instr(sql, 'AUTOINCREMENT') > 0 AND name NOT IN (SELECT name FROM sqlite_sequence)`

/** Followers of events may have read later lists than the backup has. */
const SKIP_LATE_LISTS = `INSERT INTO late_events (organization_id, seq, at, after_at, after_id, events)
  SELECT id, ? + coalesce((SELECT max(seq) FROM late_events WHERE organization_id = organizations.id), 0), 0, 0, '', '[]'
  FROM organizations`

/** What ledgers own, and how much of it there is: all of it is delivered again. */
const PROJECTIONS = ['profiles', 'keys', 'agents', 'totals'] as const

type Sealed = { readonly row: number; readonly context: string; readonly sealed: string }

export function createDeploymentStore(
  db: D1Database,
  credentials: CredentialChanges,
  sealedColumns: readonly SealedColumn[] = SEALED_COLUMNS,
): DeploymentStore {
  const d1 = drizzle(db)

  async function resealColumn(
    { table, column, context }: SealedColumn,
    seal: Parameters<DeploymentStore['reseal']>[0],
    current: number,
    atMost: number,
  ): Promise<number> {
    const select = `SELECT rowid AS row, ${context} AS context, ${column} AS sealed FROM ${table}
      WHERE ${isOlder(column)} LIMIT ?2`
    const { results } = await db.prepare(select).bind(current, atMost).all<Sealed>()
    const updates = await Promise.all(
      results.map(async ({ row, ...found }) => {
        const sealed = await seal(found.context, found.sealed)
        if (sealed === null) throw new Error(`what ${table}.${column} holds sealed does not open`)
        // Only as it was read: it may have been replaced meanwhile, and then it is new.
        return db
          .prepare(`UPDATE ${table} SET ${column} = ?1 WHERE rowid = ?2 AND ${column} = ?3`)
          .bind(sealed, row, found.sealed)
      }),
    )
    if (updates.length > 0) await db.batch(updates)
    return updates.length
  }

  return {
    async ledgersAfter(after, limit) {
      const rows = await d1
        .select({ id: ledgers.id })
        .from(ledgers)
        .where(gt(ledgers.id, after))
        .orderBy(asc(ledgers.id))
        .limit(limit)
      return rows.map(({ id }) => id)
    },

    async counts() {
      const { results } = await db
        .prepare(
          // Beside max(), SQLite takes the other columns from the same row.
          `SELECT dialect, key AS name, sum(value) AS n FROM (
             SELECT dialect, counters, max(counted) FROM profiles WHERE counted IS NOT NULL GROUP BY ledger
           ), json_each(counters) GROUP BY 1, 2`,
        )
        .all<LedgerCount>()
      return results
    },

    async credentials(now) {
      const keys = await d1
        .select({ version: apiKeys.ringVersion, count: count() })
        .from(apiKeys)
        .where(or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)))
        .groupBy(apiKeys.ringVersion)
      const passwords = await d1
        .select({ version: users.ringVersion, count: count() })
        .from(users)
        .where(isNotNull(users.ringVersion))
        .groupBy(users.ringVersion)
      const clients = await d1
        .select({ version: apiClients.ringVersion, count: count() })
        .from(apiClients)
        .where(isNull(apiClients.deletedAt))
        .groupBy(apiClients.ringVersion)
      const open = await d1
        .select({ version: sessions.ringVersion, count: count() })
        .from(sessions)
        .where(gt(sessions.endsAt, now))
        .groupBy(sessions.ringVersion)
      const head = sql<string>`substr(${keyPairs.accessKey}, 1, ${ACCESS_KEY_HEAD})`
      const pairs = await d1
        .select({ head, count: count() })
        .from(keyPairs)
        .where(isNull(keyPairs.deletedAt))
        .groupBy(head)
      return {
        api_keys: byVersion(keys),
        api_clients: byVersion(clients),
        key_pairs: byVersion(pairs.map((of) => ({ version: ringVersionOf(of.head), count: of.count }))),
        passwords: byVersion(passwords),
        sessions: byVersion(open),
      }
    },

    async countSealed(current) {
      const counts = await Promise.all(
        [...sealedColumns, OF_INBOXES].map(({ table, column }) =>
          db
            .prepare(`SELECT count(*) AS n FROM ${table} WHERE ${isOlder(column)}`)
            .bind(current)
            .first<number>('n'),
        ),
      )
      return counts.reduce<number>((sum, n) => sum + (n ?? 0), 0)
    },

    async reseal(seal, current, atMost) {
      let resealed = 0
      for (const column of sealedColumns) {
        if (resealed < atMost) resealed += await resealColumn(column, seal, current, atMost - resealed)
      }
      return resealed
    },

    async dropCredentials(version, { apiKey, apiClient }) {
      const keysOfIt = 'SELECT organization_id, id, name FROM api_keys WHERE ring_version = ?'
      const batch = db.batch([
        eventOfEach(db, apiKey, keysOfIt, version),
        db.prepare('DELETE FROM api_keys WHERE ring_version = ?').bind(version),
        eventOfEach(db, apiClient, `${CLIENTS} AND ring_version = ?`, version),
        db
          .prepare('UPDATE api_clients SET deleted_at = ? WHERE ring_version = ? AND deleted_at IS NULL')
          .bind(apiClient.at, version),
        db
          .prepare(
            `UPDATE users SET password_hash = NULL, password_salt = NULL, ring_version = NULL
             WHERE ring_version = ?`,
          )
          .bind(version),
        db.prepare('DELETE FROM sessions WHERE ring_version = ?').bind(version),
      ])
      const [keyEvents, removed, clientEvents, clients, forgotten, ended] = await batch.finally(() =>
        credentials.changed(),
      )
      // Not by its changes: a trigger may make some, too.
      if (keyEvents?.results.length !== removed?.meta.changes)
        throw new Error('API keys ended without their events')
      if (clientEvents?.results.length !== clients?.meta.changes) {
        throw new Error('API clients ended without their events')
      }
      return {
        apiKeys: changesOf(removed),
        apiClients: changesOf(clients),
        passwords: changesOf(forgotten),
        sessions: changesOf(ended),
      }
    },

    async fence(now, { whole, apiClient }) {
      const suspend = d1.update(apiKeys).set({ suspendedAt: now }).where(isNull(apiKeys.suspendedAt))
      const batch = db.batch([
        prepared(db, suspend),
        eventOfEach(db, apiClient, `${CLIENTS} AND ${IS_ENABLED}`),
        db.prepare(
          `UPDATE api_clients SET record = json_set(record, '$.isEnabled', json('false')),
             search = json_set(search, '$.isEnabled', json('false'))
           WHERE deleted_at IS NULL AND ${IS_ENABLED}`,
        ),
        db.prepare('DELETE FROM sessions'),
        // Their pages are in KV, which is in no backup.
        db.prepare('DELETE FROM jobs'),
        ...PROJECTIONS.map((table) => db.prepare(`DELETE FROM ${table}`)),
        ...FORGET_TERMS.map((sql) => db.prepare(sql)),
        // Inboxes may have later versions already, and take over only a still later one.
        db.prepare('UPDATE roles SET version = version + ?').bind(NUMBERS_SKIPPED),
        db.prepare(BEGIN_SEQUENCES),
        db.prepare('UPDATE sqlite_sequence SET seq = seq + ?').bind(NUMBERS_SKIPPED),
        db.prepare(SKIP_LATE_LISTS).bind(NUMBERS_SKIPPED),
        insertEvent(db, whole),
      ])
      const [suspended, , clients] = await batch.finally(() => credentials.changed())
      return { apiKeys: changesOf(suspended), apiClients: changesOf(clients) }
    },

    async forgetLedgers(numbers) {
      const named = sql`${reservations.ledger} IN (SELECT value FROM json_each(${JSON.stringify(numbers)}))`
      if (numbers.length > 0) await d1.delete(reservations).where(named)
    },

    async accessKeysAfter(after, prefix, limit) {
      const rows = await d1
        .select({ accessKey: keyPairs.accessKey })
        .from(keyPairs)
        .where(
          and(
            gt(keyPairs.accessKey, after),
            gte(keyPairs.accessKey, prefix),
            // After every letter of one (docs/dialects/datonis.md#spelling-of-keys).
            lt(keyPairs.accessKey, `${prefix}u`),
          ),
        )
        .orderBy(asc(keyPairs.accessKey))
        .limit(limit)
      return rows.map(({ accessKey }) => accessKey)
    },

    async accessKeysSealedByOlder(current, limit) {
      const older = `SELECT access_key AS accessKey FROM key_pairs WHERE ${isOlder('sealed_secret')} LIMIT ?2`
      const { results } = await db.prepare(older).bind(current, limit).all<{ accessKey: string }>()
      return results.map(({ accessKey }) => accessKey)
    },

    async forgetKeyPairs(accessKeys) {
      const named = sql`${keyPairs.accessKey} IN (SELECT value FROM json_each(${JSON.stringify(accessKeys)}))`
      if (accessKeys.length > 0) await d1.delete(keyPairs).where(named)
    },
  }
}

/** Sealed under another version than the first parameter (the text names its own). */
function isOlder(column: string): string {
  return `${column} <> '' AND CAST(substr(${column}, 1, instr(${column}, '.') - 1) AS INTEGER) <> ?1`
}

function byVersion(rows: readonly { version: number | null; count: number }[]): ByVersion {
  return Object.fromEntries(rows.map(({ version, count }) => [version ?? 0, count]))
}

function changesOf(result: D1Result | undefined): number {
  return result?.meta.changes ?? 0
}
