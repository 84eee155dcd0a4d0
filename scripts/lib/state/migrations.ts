import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { MIGRATIONS_FOLDER } from '../cli/project.ts'
import { Refusal } from '../cli/refusal.ts'
import { d1File } from '../server/d1/database.ts'

/** Where Drizzle's migrators record what was applied; `created_at` is the time that a migration's journal entry has. */
const RECORD = '__drizzle_migrations'

/**
 * Brings D1's file to this version: all that is missing in one transaction. Called before workerd starts, while nothing
 * else has the state open, so that no request meets an older schema. A Refusal when the disk does not take it.
 */
export function applyMigrations(state: string): void {
  const file = d1File(state)
  const migrations = readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER })
  try {
    const applied = existsSync(file) ? readApplied(file) : 0
    const missing = migrations.filter(({ folderMillis }) => folderMillis > applied)
    if (missing.length > 0) apply(file, missing)
  } catch (error) {
    if (!(error instanceof Error) || !('errcode' in error)) throw error
    throw new Refusal(`D1 cannot be migrated: ${error.message}`)
  }
}

/** The time of the newest migration that the file has; 0: it has none. */
function readApplied(file: string): number {
  using database = new DatabaseSync(file, { readOnly: true })
  const table = database.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(RECORD)
  if (table === undefined) return 0
  return Number(database.prepare(`SELECT max(created_at) AS at FROM ${RECORD}`).get()?.at ?? 0)
}

function apply(file: string, migrations: readonly MigrationMeta[]): void {
  mkdirSync(dirname(file), { recursive: true })
  using database = new DatabaseSync(file)
  // As workerd opens it; a backup may be reading. The transaction ends with the connection when a statement throws or the
  // process dies.
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE')
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${RECORD} (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)`,
  )
  const record = database.prepare(`INSERT INTO ${RECORD} (hash, created_at) VALUES (?, ?)`)
  for (const { sql, hash, folderMillis } of migrations) {
    for (const statement of sql) database.exec(statement)
    record.run(hash, folderMillis)
  }
  database.exec('COMMIT')
}
