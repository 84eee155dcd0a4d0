import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where Miniflare keeps what a state is made of: one SQLite file for each object, named by 64 hexadecimal digits. */
const LEDGERS = 'do/latchkey-Ledger'
const INBOXES = 'do/latchkey-DeviceInbox'
const D1 = 'd1/miniflare-D1DatabaseObject'

export function stateFolder(data: string): string {
  return join(data, 'state')
}

/**
 * Paths in a state of all that has to be kept. What the housekeeper and the job runners hold is harmless to lose, and so
 * are the pages of asynchronous collections in KV: their jobs are forgotten by a restore.
 */
export function stateFiles(state: string): {
  readonly ledgers: readonly string[]
  readonly inboxes: readonly string[]
  readonly d1: readonly string[]
} {
  return {
    ledgers: databasesIn(state, LEDGERS),
    inboxes: databasesIn(state, INBOXES),
    d1: databasesIn(state, D1),
  }
}

function databasesIn(state: string, folder: string): readonly string[] {
  const path = join(state, folder)
  if (!existsSync(path)) return []
  return readdirSync(path)
    .filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))
    .map((name) => join(folder, name))
}
