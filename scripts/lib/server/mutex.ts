import { DatabaseSync } from 'node:sqlite'
import { Refusal } from '../cli/refusal.ts'

const SQLITE_BUSY = 5

/**
 * A lock that the kernel holds for this process and drops with it, however it ends: no file to go stale, and no
 * moment between looking and taking. Node has no flock; SQLite's lock on an empty database file is one.
 */
export type Mutex = { release(): void }

/** Null while another process has it. */
export function takeMutex(path: string): Mutex | null {
  const database = openAt(path)
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (codeOf(error) === SQLITE_BUSY) return null
    throw refusalOf(error, path)
  }
  return { release: () => database.close() }
}

function openAt(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 })
  } catch (error) {
    throw refusalOf(error, path)
  }
}

/** SQLite fails on this file for reasons of the disk alone: full, read-only, damaged, not permitted. */
function refusalOf(error: unknown, path: string): unknown {
  if (codeOf(error) === null || !(error instanceof Error)) return error
  return new Refusal(`cannot lock ${path}: ${error.message}`)
}

function codeOf(error: unknown): number | null {
  const { errcode } = error as { readonly errcode?: unknown }
  return typeof errcode === 'number' ? errcode : null
}
