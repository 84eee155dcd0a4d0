/**
 * A jump of the wall clock, as a server sees it that was killed before and starts after it: the clock of the machine is
 * everybody's, so that instead every instant that the ledgers have written down moves the other way.
 */
import { DatabaseSync } from 'node:sqlite'
import { databasesOfObjects } from '../storage.ts'

const INSTANTS: Readonly<Record<string, readonly string[]>> = {
  profiles: ['updated_at', 'deleted_at'],
  keys: [
    'expires_at',
    'revoked_at',
    'last_redeemed_at',
    'updated_at',
    'suspended_at',
    'hold_ends_at',
    'paused_at',
    'resumes_at',
  ],
  agents: ['enrolled_at', 'seen_at', 'ended_at', 'revoked_at', 'limited'],
  holds: ['opened_at', 'ends_at', 'approved_at'],
  decisions: ['at'],
  refusals: ['last_at'],
  outbox: ['at'],
}

/** @param seconds forward; negative: back */
export function jumpClocks(data: string, seconds: number): void {
  for (const path of databasesOfObjects(data)) {
    const database = new DatabaseSync(path)
    try {
      if (!database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'holds'").get()) continue
      database.exec('BEGIN')
      for (const [table, columns] of Object.entries(INSTANTS)) {
        const moved = columns.map((column) => `${column} = ${column} - ${seconds * 1_000}`)
        database.exec(`UPDATE ${table} SET ${moved.join()}`)
      }
      database.exec(`UPDATE clock SET agrees_at = agrees_at - ${seconds * 1_000} WHERE agrees_at > 0`)
      database.exec('COMMIT')
    } finally {
      database.close()
    }
  }
}
