import { readMigrationFiles } from 'drizzle-orm/migrator'
import { storageFailureOf } from '../../../src/http/storage-failure.ts'
import { MIGRATIONS_FOLDER } from '../cli/project.ts'
import { Refusal } from '../cli/refusal.ts'
import type { Worker } from '../server/worker.ts'

type Database = Awaited<ReturnType<Worker['database']>>

const FOLDER = { migrationsFolder: MIGRATIONS_FOLDER }

/** Brings D1 to this version; all that is missing in one batch, which D1 commits as one transaction. */
export async function applyMigrations(worker: Worker): Promise<void> {
  try {
    const database = await worker.database()
    if (await isCurrent(database)) return
    // Loading all of Drizzle takes a quarter of a start.
    const { drizzle } = await import('drizzle-orm/d1')
    const { migrate } = await import('drizzle-orm/d1/migrator')
    await migrate(drizzle(database), FOLDER)
  } catch (error) {
    const failure = storageFailureOf(error)
    if (failure === null) throw error
    throw new Refusal(`D1 cannot be migrated (${failure}): its disk may be full, read-only or damaged`)
  }
}

/** Whether D1 has had the newest migration, by what Drizzle's migrator records. */
async function isCurrent(database: Database): Promise<boolean> {
  const newest = readMigrationFiles(FOLDER).at(-1)?.folderMillis ?? 0
  const table = "SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'"
  if ((await database.prepare(table).first()) === null) return false
  const last = await database.prepare('SELECT max(created_at) AS at FROM __drizzle_migrations').first('at')
  return last !== null && Number(last) >= newest
}
