/**
 * Refuses a state whose D1 is damaged, lost or of another deployment, before anything opens it. D1 numbers the ledgers: a new
 * one would begin again with the numbers of those that are there, and new profiles would land in them.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { commandLine } from '../cli/project.ts'
import { Refusal } from '../cli/refusal.ts'
import { stateFiles } from './state-files.ts'

/** Of each kind: a state is of one piece, and an object that is opened later looks for itself. */
const OBJECTS_READ = 20
const ADVICE = `Restore a backup (${commandLine('restore')})`

const HOUR_MS = 3_600_000
const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

/** A ledger or an inbox that was made. */
type Made = {
  /** null: of a release in which objects had no id. */
  readonly deployment: string | null
  /** Finds it in D1. */
  readonly row: string
  readonly values: readonly (string | number)[]
}

/** Called while nothing else has the state open. */
export function checkState(state: string): void {
  const { ledgers, inboxes, d1 } = stateFiles(state)
  const made = [...madeOnes(state, ledgers, readLedger), ...madeOnes(state, inboxes, readInbox)]
  const path = d1[0]
  if (path === undefined) {
    if (made.length > 0) throw new Refusal(`${state} has ledgers and no D1. ${ADVICE}`)
    return
  }
  read(join(state, path), (database) => {
    if (made.length === 0) return
    if (!hasTable(database, 'ledgers'))
      throw new Refusal(`D1 in ${state} is empty, and its ledgers are not. ${ADVICE}`)
    if (!isOfOneDeployment(database, made)) {
      throw new Refusal(`D1 in ${state} is of another deployment than its ledgers. ${ADVICE}`)
    }
  })
}

/** Those without an id are known by their rows: none of them is in the D1 of another deployment, all but the newest in theirs. */
function isOfOneDeployment(database: DatabaseSync, made: readonly Made[]): boolean {
  const id = idIn(database)
  const named = made.filter(({ deployment }) => deployment !== null)
  if (id !== null && named.some(({ deployment }) => deployment !== id)) return false
  const unnamed = made.filter(({ deployment }) => deployment === null)
  return unnamed.length === 0 || unnamed.some(({ row, values }) => database.prepare(row).get(...values))
}

function madeOnes(
  state: string,
  paths: readonly string[],
  look: (database: DatabaseSync) => Made | null,
): readonly Made[] {
  const made: Made[] = []
  for (const path of paths) {
    if (made.length === OBJECTS_READ) break
    const found = read(join(state, path), look)
    if (found !== null) made.push(found)
  }
  return made
}

function readLedger(database: DatabaseSync): Made | null {
  const found =
    hasTable(database, 'ledger') && database.prepare('SELECT id, organization, created_at FROM ledger').get()
  if (!found) return null
  return {
    deployment: idIn(database),
    // Every deployment numbers them from 1.
    row: `SELECT 1 FROM ledgers WHERE id = ? AND organization_id = ? AND abs(created_at - ?) < ${HOUR_MS}`,
    values: [Number(found.id), Number(found.organization), Number(found.created_at)],
  }
}

function readInbox(database: DatabaseSync): Made | null {
  const found = hasTable(database, 'pair') && database.prepare('SELECT access_key FROM pair').get()
  if (!found) return null
  return {
    deployment: idIn(database),
    row: 'SELECT 1 FROM key_pairs WHERE access_key = ?',
    values: [String(found.access_key)],
  }
}

function idIn(database: DatabaseSync): string | null {
  const found = hasTable(database, 'deployment') && database.prepare('SELECT id FROM deployment').get()
  return found ? String(found.id) : null
}

function hasTable(database: DatabaseSync, name: string): boolean {
  return (
    database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(name) !== undefined
  )
}

function read<T>(path: string, look: (database: DatabaseSync) => T): T {
  try {
    const database = new DatabaseSync(path, { readOnly: true })
    try {
      return look(database)
    } finally {
      database.close()
    }
  } catch (error) {
    if (!(error instanceof Error) || !('errcode' in error)) throw error
    const isDamaged = error.errcode === SQLITE_CORRUPT || error.errcode === SQLITE_NOTADB
    throw new Refusal(`cannot read ${path}: ${error.message}${isDamaged ? `. ${ADVICE}` : ''}`)
  }
}
