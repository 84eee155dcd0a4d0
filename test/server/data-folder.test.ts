/** What a start makes of a LATCHKEY_DATA that is not as it left it. */
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { checkState } from '../../scripts/lib/state/state-check.ts'
import { stateFiles, stateFolder } from '../../scripts/lib/state/state-files.ts'
import { openNative } from '../support/native-operator.ts'
import { runScript } from '../support/script.ts'
import { failureOf, startTestServer, type TestServer, temporaryData } from '../support/server.ts'

test.each(['777', '775', '1777'])(
  'a folder of mode %s, which others may write to, is refused',
  async (mode) => {
    const data = temporaryData()
    chmodSync(data, Number.parseInt(mode, 8))
    const failure = await failureOf({ LATCHKEY_DATA: data })
    expect(failure.exitCode).toBe(1)
    expect(failure.output).toMatch(
      new RegExp(`^latchkey: other users may write to ${data} \\(mode ${mode}\\): .*\n$`),
    )
    expect(readdirSync(data)).toEqual([])
  },
)

test('a state folder that others may write to is refused, and one that they may read is not', async () => {
  const data = temporaryData()
  chmodSync(data, 0o755)
  await (await startTestServer({ LATCHKEY_DATA: data })).stop()
  chmodSync(stateFolder(data), 0o770)
  const failure = await failureOf({ LATCHKEY_DATA: data })
  expect(failure.output).toMatch(new RegExp(`^latchkey: other users may write to ${stateFolder(data)} .*\n$`))
})

test('a master key that others could read is closed to them, and the start says so in one line', async () => {
  const data = temporaryData()
  const path = join(data, 'master.key')
  writeFileSync(path, `${Buffer.alloc(32, 7).toString('base64')}\n`)
  chmodSync(path, 0o644)
  const server = await startTestServer({ LATCHKEY_DATA: data })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(server.output().match(/^latchkey: warning: other users could read .*$/gm)).toEqual([
    expect.stringContaining(`${path} (mode 644)`),
  ])
  await server.stop()
})

test('a file in place of the folder is refused in one line', async () => {
  const data = join(temporaryData(), 'file')
  writeFileSync(data, '')
  const failure = await failureOf({ LATCHKEY_DATA: data })
  expect([failure.exitCode, failure.output]).toEqual([
    2,
    expect.stringMatching(/^latchkey: LATCHKEY_DATA must be .*\n$/),
  ])
})

test('ledgers whose D1 is lost are not served, and one line says what to do', async () => {
  const server = await startTestServer()
  await keyOf(server)
  await server.stop()
  const env = { LATCHKEY_DATA: server.data }
  removeDatabase(d1Of(server.data))
  const failure = await failureOf(env)
  expect([failure.exitCode, failure.output]).toEqual([
    1,
    `latchkey: ${stateFolder(server.data)} has ledgers and no D1. Restore a backup (npm run restore)\n`,
  ])
  const rotated = await runScript('rotate.ts', ['status'], env)
  expect([rotated.code, rotated.stderr]).toEqual([1, failure.output])
})

test('a D1 that is empty, damaged or of another deployment is refused beside the ledgers', async () => {
  const [own, other] = await Promise.all([
    startTestServer(),
    startTestServer({ LATCHKEY_DATA: temporaryData() }),
  ])
  await Promise.all([keyOf(own), keyOf(other)])
  await Promise.all([own.stop(), other.stop()])
  const state = stateFolder(own.data)
  const path = d1Of(own.data)
  const [whole, foreign] = [contentOf(path), contentOf(d1Of(other.data))]
  const checkWith = (content: Buffer, statements = '') => {
    removeDatabase(path)
    writeFileSync(path, content)
    if (statements !== '') change(path, statements)
    return () => checkState(state)
  }
  expect(checkWith(whole)).not.toThrow()
  expect(checkWith(Buffer.alloc(0))).toThrow('is empty, and its ledgers are not')
  expect(checkWith(whole.subarray(0, 5_000))).toThrow('database disk image is malformed')
  expect(checkWith(Buffer.alloc(whole.length, 7))).toThrow('file is not a database')
  expect(checkWith(foreign)).toThrow('is of another deployment than its ledgers')

  // As a release left them that had no ids.
  const withoutId = 'DELETE FROM deployment'
  for (const name of stateFiles(state).ledgers) change(join(state, name), withoutId)
  expect(checkWith(whole, withoutId)).not.toThrow()
  expect(checkWith(whole, 'UPDATE ledgers SET created_at = created_at - 86400000')).toThrow(
    'is of another deployment than its ledgers',
  )
})

async function keyOf(server: TestServer) {
  const native = openNative(server)
  return native.key({ profile_id: await native.profile() })
}

function d1Of(data: string): string {
  const [path] = stateFiles(stateFolder(data)).d1
  if (path === undefined) throw new Error('a server that ran has a D1')
  return join(stateFolder(data), path)
}

/** All of a database, also what waits in its log. */
function contentOf(path: string): Buffer {
  change(path, 'PRAGMA wal_checkpoint(TRUNCATE)')
  return readFileSync(path)
}

function change(path: string, statements: string): void {
  const database = new DatabaseSync(path)
  database.exec(statements)
  database.close()
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
}
