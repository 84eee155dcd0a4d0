import { asc, count, gt, isNotNull, isNull, or } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ByVersion, DeploymentStore } from '../../core/deployment/port.ts'
import { eventOfEach, insertEvent, prepared } from './batch.ts'
import { apiKeys, ledgers, users } from './schema.ts'
import { SEALED_COLUMNS, type SealedColumn } from './sealed-columns.ts'

/** More than anybody allots between a backup and its restore; there are 2^31. */
const LEDGERS_SKIPPED = 1_000_000

/** What ledgers own. */
const PROJECTIONS = ['profiles', 'keys', 'agents'] as const

type Sealed = { readonly rowid: number; readonly context: string; readonly sealed: string }

export function createDeploymentStore(
  db: D1Database,
  sealedColumns: readonly SealedColumn[] = SEALED_COLUMNS,
): DeploymentStore {
  const d1 = drizzle(db)

  async function resealColumn(
    { table, column, context }: SealedColumn,
    seal: Parameters<DeploymentStore['reseal']>[0],
    current: number,
    atMost: number,
  ): Promise<number> {
    const select = `SELECT rowid, ${context} AS context, ${column} AS sealed FROM ${table}
      WHERE ${isOlder(column)} LIMIT ?2`
    const { results } = await db.prepare(select).bind(current, atMost).all<Sealed>()
    const updates = await Promise.all(
      results.map(async (row) => {
        const sealed = await seal(row.context, row.sealed)
        if (sealed === null) throw new Error(`what ${table}.${column} holds sealed does not open`)
        // Only as it was read: it may have been replaced meanwhile, and then it is new.
        return db
          .prepare(`UPDATE ${table} SET ${column} = ?1 WHERE rowid = ?2 AND ${column} = ?3`)
          .bind(sealed, row.rowid, row.sealed)
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
      return { api_keys: byVersion(keys), passwords: byVersion(passwords) }
    },

    async countSealed(current) {
      const counts = await Promise.all(
        sealedColumns.map(({ table, column }) =>
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

    async dropCredentials(version, event) {
      const [told, removed, forgotten] = await db.batch([
        eventOfEach(
          db,
          event,
          'SELECT organization_id, id, name FROM api_keys WHERE ring_version = ?',
          version,
        ),
        db.prepare('DELETE FROM api_keys WHERE ring_version = ?').bind(version),
        db
          .prepare(
            `UPDATE users SET password_hash = NULL, password_salt = NULL, ring_version = NULL
             WHERE ring_version = ?`,
          )
          .bind(version),
      ])
      if (told?.meta.changes !== removed?.meta.changes) throw new Error('API keys ended without their events')
      return { apiKeys: removed?.meta.changes ?? 0, passwords: forgotten?.meta.changes ?? 0 }
    },

    async fence(now, event) {
      const suspend = d1.update(apiKeys).set({ suspendedAt: now }).where(isNull(apiKeys.suspendedAt))
      const skip = db
        .prepare(
          `INSERT INTO ledgers (id, organization_id, created_at)
           SELECT coalesce(max(id), 0) + ?1, 0, ?2 FROM ledgers`,
        )
        .bind(LEDGERS_SKIPPED, now)
      const [suspended] = await db.batch([
        prepared(db, suspend),
        db.prepare('DELETE FROM sessions'),
        ...PROJECTIONS.map((table) => db.prepare(`DELETE FROM ${table}`)),
        skip,
        insertEvent(db, event),
      ])
      return { apiKeys: suspended?.meta.changes ?? 0 }
    },
  }
}

/** Sealed under another version than the first parameter (the text names its own). */
function isOlder(column: string): string {
  return `${column} IS NOT NULL AND CAST(substr(${column}, 1, instr(${column}, '.') - 1) AS INTEGER) <> ?1`
}

function byVersion(rows: readonly { version: number | null; count: number }[]): ByVersion {
  return Object.fromEntries(rows.map(({ version, count }) => [version ?? 0, count]))
}
