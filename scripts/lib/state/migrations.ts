import { drizzle } from 'drizzle-orm/d1'
import { migrate } from 'drizzle-orm/d1/migrator'
import { storageFailureOf } from '../../../src/http/storage-failure.ts'
import { MIGRATIONS_FOLDER } from '../cli/project.ts'
import { Refusal } from '../cli/refusal.ts'
import type { Worker } from '../server/worker.ts'

/** Brings D1 to this version; all that is missing in one batch, which D1 commits as one transaction. */
export async function applyMigrations(worker: Worker): Promise<void> {
  try {
    await migrate(drizzle(await worker.database()), { migrationsFolder: MIGRATIONS_FOLDER })
  } catch (error) {
    const failure = storageFailureOf(error)
    if (failure === null) throw error
    throw new Refusal(`D1 cannot be migrated (${failure}): its disk may be full, read-only or damaged`)
  }
}
