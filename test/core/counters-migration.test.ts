/** What ledgers had counted is in D1 after the migration that moves it, also of those that never count again. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'

const MIGRATIONS = join(import.meta.dirname, '../../src/stores/d1/migrations')
const MOVES = '0007_counters_of_profiles.sql'

test('counters move to the first profile of their ledger', () => {
  const db = new DatabaseSync(':memory:')
  const run = (name: string) => db.exec(readFileSync(join(MIGRATIONS, name), 'utf8'))
  const names = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql'))
  for (const name of names.filter((name) => name < MOVES).sort()) run(name)
  const places = [
    [7, 2],
    [7, 3],
    [8, 1],
    [9, 1],
  ]
  for (const place of places) {
    db.prepare(
      `INSERT INTO profiles (ledger, n, organization_id, dialect, name_folded, description_folded, record, created_at, version)
       VALUES (?, ?, 1, 'zpa', '', '', '{}', 0, 1)`,
    ).run(...place)
  }
  const counters = db.prepare(
    'INSERT INTO ledger_counters (ledger, dialect, counters, version) VALUES (?, ?, ?, ?)',
  )
  counters.run(7, 'zpa', '{"keys":2,"agents":3}', 5)
  counters.run(8, 'zpa', '{"keys":1}', 1)
  run(MOVES)
  expect(db.prepare('SELECT ledger, n, counters, counted FROM profiles ORDER BY ledger, n').all()).toEqual([
    { ledger: 7, n: 2, counters: '{"keys":2,"agents":3}', counted: 5 },
    { ledger: 7, n: 3, counters: null, counted: null },
    { ledger: 8, n: 1, counters: '{"keys":1}', counted: 1 },
    { ledger: 9, n: 1, counters: null, counted: null },
  ])
})
