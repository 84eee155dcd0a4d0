import { DatabaseSync } from 'node:sqlite'

/**
 * A lock that the kernel holds for this process and drops with it, however it ends: no file to go stale, and no
 * moment between looking and taking. Node has no flock; SQLite's lock on an empty database file is one.
 */
export type Mutex = { release(): void }

/** Null while another process has it. */
export function takeMutex(path: string): Mutex | null {
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (isBusy(error)) return null
    throw error
  }
  return { release: () => database.close() }
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
