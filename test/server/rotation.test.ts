import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readLock } from '../../scripts/lib/server/lock.ts'
import { deriveBootstrapToken } from '../../scripts/lib/state/master-key.ts'
import { deployWorker } from '../support/deployed-worker.ts'
import { newClaim, openNative } from '../support/native-operator.ts'
import { runScript } from '../support/script.ts'
import { failureOf, startTestServer, stoppedData, temporaryData } from '../support/server.ts'

const ringVersionOf = (code: string) => Buffer.from(code.slice(3), 'base64url')[8]

test('npm run rotate -- ring under load: no redemption fails, old codes go on, new ones are of the new version; drop says what would end', async () => {
  const server = await startTestServer()
  const env = { LATCHKEY_DATA: server.data }
  const native = openNative(server)
  const profile_id = await native.profile()
  const old = await native.key({ profile_id })
  const claim = newClaim()
  const first = (await native.enroll(old.code, claim)).json
  const load = { isOver: false, statuses: new Map<number, number>() }
  const running = Array.from({ length: 8 }, async () => {
    while (!load.isOver) {
      const { status } = await native.enroll(old.code)
      load.statuses.set(status, (load.statuses.get(status) ?? 0) + 1)
    }
  })
  const rotated = await runScript('rotate.ts', ['ring', '--now'], env)
  load.isOver = true
  await Promise.all(running)
  expect(rotated).toMatchObject({ code: 0, stderr: '' })
  expect(rotated.stdout).toMatch(/^Version 2 is in use\. Resealed: \d+\.\nversion 1: /)
  expect(rotated.stdout).toMatch(/^version 2 \(in use\): 0 enrollment keys, /m)
  expect(rotated.stdout).toMatch(
    /must be dropped as soon as that is possible, 15 minutes from now: .*drop N --yes/,
  )
  expect([...load.statuses.keys()]).toEqual([201])
  expect(load.statuses.get(201)).toBeGreaterThan(0)

  const made = await native.key({ profile_id })
  expect([ringVersionOf(old.code), ringVersionOf(made.code)]).toEqual([1, 2])
  expect((await native.enroll(made.code)).status).toBe(201)
  expect((await native.enroll(old.code, claim)).json.agent).toEqual(first.agent)
  expect((await native.self(first.access_token)).status).toBe(200)
  expect((await native.refresh(first.refresh_token)).status).toBe(200)
  const jwks = await native.ask('GET', '/.well-known/jwks.json')
  expect(jwks.json.keys.map(({ kid }: { kid: string }) => kid)).toEqual(['agent-1', 'agent-2'])

  const listed = await runScript('rotate.ts', ['drop', '1'], env)
  expect(listed).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^version 1: 1 enrollment keys, \d+ refresh tokens, /),
  })
  const early = await runScript('rotate.ts', ['drop', '1', '--yes'], env)
  expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('In use until') })
  expect((await native.enroll(old.code)).status).toBe(201)
  expect(await runScript('rotate.ts', ['drop', '2', '--yes'], env)).toMatchObject({ code: 1 })
  expect(await runScript('rotate.ts', ['drop', 'x'], env)).toMatchObject({ code: 2 })
  expect(await runScript('rotate.ts', [], env)).toMatchObject({ code: 2 })
  await server.stop()
})

test('npm run rotate -- master: not beside a server; then the new key opens all, the old one nothing', async () => {
  const server = await startTestServer()
  const { data } = server
  const env = { LATCHKEY_DATA: data }
  const native = openNative(server)
  const { code } = await native.key({ profile_id: await native.profile(), max_uses: 5 })
  const claim = newClaim()
  const enrolled = (await native.enroll(code, claim)).json
  const path = join(data, 'master.key')
  const oldKey = readFileSync(path, 'utf8').trim()

  const refused = await runScript('rotate.ts', ['master'], env)
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^latchkey: stop the Latchkey on /),
  })
  expect(readFileSync(path, 'utf8').trim()).toBe(oldKey)
  await server.stop()

  const twice = { ...env, LATCHKEY_MASTER_KEY: oldKey, LATCHKEY_MASTER_KEY_NEXT: oldKey }
  expect(await runScript('rotate.ts', ['master'], twice)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the new master key is the old one'),
  })
  expect(await runScript('rotate.ts', ['master'], env)).toMatchObject({ code: 0 })
  expect(readFileSync(path, 'utf8').trim()).not.toBe(oldKey)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(existsSync(join(data, 'master.key.next'))).toBe(false)
  const failure = await failureOf({ LATCHKEY_DATA: data, LATCHKEY_MASTER_KEY: oldKey })
  expect(failure.reason).toContain('does not open the keyring')

  const again = await startTestServer(env)
  const after = openNative(again)
  expect(again.credentials.illumio.secret).toBe(server.credentials.illumio.secret)
  expect((await after.enroll(code, claim)).json.agent).toEqual(enrolled.agent)
  expect((await after.enroll(code)).status).toBe(201)
  expect((await after.refresh(enrolled.refresh_token)).status).toBe(200)
  await again.stop()
})

test('a change of the master key that broke off at any step: the server starts, and the same command finishes it', async () => {
  const data = stoppedData()
  const env = { LATCHKEY_DATA: data }
  const [kept, next] = [join(data, 'master.key'), join(data, 'master.key.next')]
  const old = join(data, 'old')
  copyFileSync(kept, old)

  // After the new key was kept, and before anything was sealed under it.
  writeFileSync(next, `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 })
  await (await startTestServer(env)).stop()
  expect(await runScript('rotate.ts', ['master'], env)).toMatchObject({ code: 0 })
  expect(readFileSync(kept, 'utf8')).toBe(`${Buffer.alloc(32, 7).toString('base64')}\n`)

  // After the keyring was sealed under it, and before it took the old one's place.
  copyFileSync(kept, next)
  copyFileSync(old, kept)
  await (await startTestServer(env)).stop()
  expect(await runScript('rotate.ts', ['master'], env)).toMatchObject({ code: 0 })
  expect(existsSync(next)).toBe(false)
  await (await startTestServer(env)).stop()
})

test('npm run rotate -- master --remote: the next key is there before anything is sealed under it, and the old one until all is', async () => {
  const data = stoppedData()
  const old = readFileSync(join(data, 'master.key'), 'utf8').trim()
  const next = Buffer.alloc(32, 2).toString('base64')
  const server = await startTestServer({
    LATCHKEY_DATA: data,
    LATCHKEY_MASTER_KEY: old,
    LATCHKEY_MASTER_KEY_NEXT: next,
  })
  const native = openNative(server)
  const { code } = await native.key({ profile_id: await native.profile() })
  const token = deriveBootstrapToken(Buffer.from(old, 'base64'), readLock(server.data)?.nonce ?? '')
  const folder = temporaryData()
  const worker = await deployWorker(folder, async (body, { method, path }) => {
    const nextSecret = worker.secret('LATCHKEY_MASTER_KEY_NEXT')
    if (path.endsWith('/rewrap')) expect(nextSecret).toBe(next)
    const response = await fetch(server.url + path, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      ...(body === '' ? {} : { body }),
    })
    const text = await response.text()
    // A Worker that the secret has not reached yet.
    const isBefore = nextSecret === null && path === '/v1/maintenance/keyring'
    return {
      status: response.status,
      text: isBefore ? JSON.stringify({ ...JSON.parse(text), has_next_master_key: false }) : text,
    }
  })
  const keyFile = join(folder, 'new.key')
  writeFileSync(keyFile, `${next}\n`, { mode: 0o600 })
  const args = ['master', '--remote', '--url', worker.url, '--key', keyFile]
  const run = await runScript('rotate.ts', args, worker.env)
  expect(run.code, run.stderr).toBe(0)
  expect(worker.commands().map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
    'secret put LATCHKEY_BOOTSTRAP_TOKEN',
    'secret put LATCHKEY_MASTER_KEY_NEXT',
    'secret put LATCHKEY_MASTER_KEY',
    'secret delete LATCHKEY_MASTER_KEY_NEXT',
    'secret delete LATCHKEY_BOOTSTRAP_TOKEN',
  ])
  expect(worker.secret('LATCHKEY_MASTER_KEY')).toBe(next)
  expect(run.stdout + run.stderr + worker.commands().join()).not.toContain(next)
  expect(run.stdout).toContain('the old one opens nothing any more')
  // The file is there, and is no new key a second time.
  const repeated = await runScript('rotate.ts', args, worker.env)
  expect(repeated).toMatchObject({ code: 0, stdout: expect.stringContaining('already: if you want another') })
  expect((await native.enroll(code)).status).toBe(201)
  await server.stop()
  const after = await startTestServer({ LATCHKEY_DATA: server.data, LATCHKEY_MASTER_KEY: next })
  expect((await openNative(after).enroll(code)).status).toBe(201)
  await after.stop()
})
