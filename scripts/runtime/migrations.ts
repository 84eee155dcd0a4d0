import { drizzle } from 'drizzle-orm/d1'
import { migrate } from 'drizzle-orm/d1/migrator'
import { MIGRATIONS_FOLDER } from './project.ts'
import type { Worker } from './worker.ts'

/** Brings D1 to this version; all that is missing in one batch, which D1 commits as one transaction. */
export async function applyMigrations(worker: Worker): Promise<void> {
  await migrate(drizzle(await worker.database()), { migrationsFolder: MIGRATIONS_FOLDER })
}
