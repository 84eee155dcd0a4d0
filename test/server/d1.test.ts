/** The D1 of npm start beside the one that Miniflare simulates: what each answers, and that either opens the other's file. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import type { Json } from '../../scripts/lib/http/answer.ts'
import { type D1Kind, d1File } from '../../scripts/lib/server/d1/database.ts'
import { findWorkerds } from '../../scripts/lib/server/lock.ts'
import { startServerProcess } from '../../scripts/lib/server/server-process.ts'
import { startWorker } from '../../scripts/lib/server/worker.ts'
import { readCredentials } from '../../scripts/lib/state/credentials.ts'
import { openNative } from '../support/native-operator.ts'
import { eventually, failureOf, startTestServer, stoppedData, temporaryData } from '../support/server.ts'

type Call = {
  readonly method: 'all' | 'run' | 'raw' | 'first' | 'batch'
  readonly statements: readonly (readonly unknown[])[]
  readonly session?: true
}

const POLL = { timeout: 30_000, interval: 100 }
const bundle = resolve(import.meta.dirname, '../fixtures/d1')

test('it answers each call as Miniflare’s D1 does: rows, counts, order of errors, limits', async () => {
  const calls: readonly Call[] = [
    call(
      'run',
      'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, n INTEGER, bytes BLOB)',
    ),
    call('run', 'CREATE TABLE u (t INTEGER REFERENCES t (id), note TEXT)'),
    call('run', `CREATE TRIGGER noted AFTER INSERT ON t BEGIN INSERT INTO u VALUES (new.id, 'made'); END`),
    call('run', 'INSERT INTO t (name, n, bytes) VALUES (?, ?, ?)', 'one', 1.5, { bytes: [0, 127, 255] }),
    call(
      'all',
      'INSERT INTO t (name, n) VALUES (?, ?), (?, ?) RETURNING id, name',
      'two',
      null,
      'three',
      true,
    ),
    call('run', `INSERT INTO t (name) VALUES ('one')`),
    call('all', 'SELECT * FROM t ORDER BY id'),
    call('raw', 'SELECT t.id, u.t AS id, note FROM t JOIN u ON u.t = t.id ORDER BY 1'),
    call('all', 'SELECT t.id, u.t AS id FROM t JOIN u ON u.t = t.id ORDER BY 1'),
    call('first', 'SELECT name, bytes FROM t WHERE id = ?', 1),
    call('first', 'SELECT name FROM t WHERE id = ?', 99),
    { ...call('first', 'SELECT count(*) AS n FROM t'), session: true },
    call(
      'run',
      'WITH old AS (SELECT id FROM t WHERE id < 3) UPDATE t SET n = 7 WHERE id IN (SELECT id FROM old)',
    ),
    call('run', 'UPDATE t SET n = 8 WHERE id = 99'),
    // A batch is one transaction, and its statements see changes() of the one before.
    batch(
      ['UPDATE t SET n = n + 1 WHERE n = 7'],
      [`INSERT INTO u (t, note) SELECT 1, 'changed' WHERE changes() > 0`],
      ['SELECT count(*) AS notes FROM u'],
    ),
    batch(['DELETE FROM u'], ['SELECT count(*) AS notes FROM u'], [`INSERT INTO t (name) VALUES ('one')`]),
    batch(['SELECT count(*) AS notes FROM u'], ['SELECT n FROM t WHERE id = ?', 1]),
    call('run', 'INSERT INTO u (t) VALUES (?)', 99),
    call('run', 'DELETE FROM u'),
    // Limits.
    call('all', `SELECT ${marks(100)}`, ...Array(100).fill(1)),
    call('all', `SELECT ${marks(101)}`, ...Array(101).fill(1)),
    call('all', 'SELECT 1 WHERE ? LIKE ?', 'a', '%'.padEnd(50, 'a')),
    call('all', 'SELECT 1 WHERE ? LIKE ?', 'a', '%'.padEnd(51, 'a')),
    call('all', 'SELECT 1 WHERE ? GLOB ?', 'a', '*'.padEnd(51, 'a')),
    call('all', `SELECT '${'x'.repeat(99_000)}' = ''`),
    call('all', `SELECT '${'x'.repeat(101_000)}' = ''`),
    call('all', 'SELECT 9007199254740991 AS most, 9007199254740993 AS more'),
    call('all', 'SELECT ? AS n, typeof(?) AS type', 9007199254740991, 3),
    // What a statement may not be.
    call('all', 'SELEC 1'),
    call('all', 'SELECT * FROM nothing'),
    call('all', 'SELECT ?, ?', 1),
    call('run', 'BEGIN'),
    call('run', `ATTACH 'other.sqlite' AS other`),
    call('run', 'PRAGMA journal_mode = DELETE'),
    call('all', 'PRAGMA table_info(u)'),
    call('all', '-- nothing'),
  ]
  const [ours, theirs] = await Promise.all([answersOf('object', calls), answersOf('miniflare', calls)])
  expect(ours.map(comparable)).toEqual(theirs.map(comparable))
  expect(JSON.stringify(ours)).toContain('too many SQL variables')
  expect(JSON.stringify(ours)).toContain('LIKE or GLOB pattern too complex')
})

test('LATCHKEY_D1=miniflare goes back to Miniflare’s D1 on the same state, and without it the server goes on from there', async () => {
  const data = stoppedData()
  const profiles: string[] = []
  for (const LATCHKEY_D1 of ['object', 'miniflare', 'object']) {
    const server = await startTestServer({ LATCHKEY_DATA: data, LATCHKEY_D1 })
    const native = openNative(server)
    profiles.push(await native.profile())
    // The list is D1's.
    await expect
      .poll(async () => (await native.ask('GET', '/v1/profiles')).json.items.map(({ id }: Json) => id), POLL)
      .toEqual(expect.arrayContaining(profiles))
    await server.stop()
  }
  expect((await failureOf({ LATCHKEY_DATA: data, LATCHKEY_D1: 'other' })).output).toBe(
    'latchkey: LATCHKEY_D1 must be object or miniflare, not "other"\n',
  )
})

test('SIGKILL at each step of a first start: the next one goes on from there, and serves', async () => {
  const data = temporaryData()
  const state = join(data, 'state')
  const steps: Readonly<Record<string, () => boolean>> = {
    'the file is made': () => existsSync(d1File(state)),
    'the schema is there': () => hasSchema(d1File(state)),
    'workerd runs': () => findWorkerds(data).length > 0,
    'credentials are there': () => readCredentials(data) !== null,
  }
  for (const [step, isReached] of Object.entries(steps)) {
    const stopping = new AbortController()
    const starting = startServerProcess({ PORT: '0', LATCHKEY_DATA: data }, stopping.signal)
    await Promise.race([
      eventually(isReached),
      starting.catch((error) => Promise.reject(new Error(step, error))),
    ])
    stopping.abort()
    await starting.catch(() => {})
  }
  const server = await startTestServer({ LATCHKEY_DATA: data })
  const native = openNative(server)
  const key = await native.key({ profile_id: await native.profile() })
  expect((await native.enroll(key.code)).status).toBe(201)
  await server.stop()
})

async function answersOf(d1: D1Kind, calls: readonly Call[]): Promise<readonly unknown[]> {
  const state = join(temporaryData(), 'state')
  const worker = await startWorker({
    bundle,
    state,
    d1,
    socket: { host: '127.0.0.1', port: 0 },
    bindings: {},
    processEnvironment: {},
    onRestart: () => {
      throw new Error('the fixture crashed')
    },
  })
  onTestFinished(() => worker.dispose())
  const response = await fetch(worker.direct, { method: 'POST', body: JSON.stringify(calls) })
  return z.array(z.unknown()).parse(await response.json())
}

function call(method: Call['method'], ...statement: readonly unknown[]): Call {
  return { method, statements: [statement] }
}

function batch(...statements: readonly (readonly unknown[])[]): Call {
  return { method: 'batch', statements }
}

function marks(count: number): string {
  return Array(count).fill('?').join(', ')
}

function hasSchema(file: string): boolean {
  try {
    using database = new DatabaseSync(file, { readOnly: true })
    return database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'ledgers'").get() !== undefined
  } catch {
    return false
  }
}

/** Of `meta` what is not a time or a size. */
function comparable(answer: unknown): unknown {
  const text = JSON.stringify(answer, (name, value) => {
    if (name !== 'meta') return value
    const { changes, rows_read, rows_written, last_row_id } = value
    return { changes, rows_read, rows_written, last_row_id: changes > 0 ? last_row_id : null }
  })
  return JSON.parse(text)
}
