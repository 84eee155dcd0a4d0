import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatonis, openDevice } from '../support/datonis-server.ts'
import { newClaim, openNative } from '../support/native-operator.ts'
import { runScript } from '../support/script.ts'
import { startTestServer, stoppedData, temporaryData } from '../support/server.ts'

test('a backup under load, restored: it has all that was acknowledged before, is fenced, claims no more than its ledgers, and goes on once released', async () => {
  const server = await startTestServer()
  const { data } = server
  const env = { LATCHKEY_DATA: data }
  const native = openNative(server)
  const profile_id = await native.profile()
  const key = await native.key({ profile_id, max_uses: 100_000 })
  const claims = Array.from({ length: 50 }, newClaim)
  const before = await Promise.all(claims.map(async (claim) => (await native.enroll(key.code, claim)).json))
  const load = { isOver: false, enrolled: 0 }
  const running = Array.from({ length: 8 }, async () => {
    while (!load.isOver) {
      expect((await native.enroll(key.code)).status).toBe(201)
      load.enrolled++
    }
  })
  const operator = await openDatonis(server)
  const pair = await operator.createPair()
  expect(await (await openDevice(server, operator, pair)).event(1)).toBe(200)
  const folder = join(temporaryData(), 'backup')
  const backedUp = await runScript('backup.ts', [folder], env)
  expect(backedUp).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^Backed up 2 ledgers, 1 inboxes of devices and D1, /),
  })
  const enrolledMeanwhile = load.enrolled
  load.isOver = true
  await Promise.all(running)
  expect(enrolledMeanwhile).toBeGreaterThan(0)
  // What happens after the backup is lost with the state.
  const lost = (await native.enroll(key.code)).json
  const [agent] = before
  const refreshed = (await native.refresh(agent.refresh_token)).json
  await server.stop()
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(readdirSync(folder).sort()).toEqual(['d1', 'do', 'manifest.json'])

  const refused = await runScript('restore.ts', [folder], env)
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('move it away first') })
  renameSync(join(data, 'state'), join(data, 'state.before'))
  const restored = await runScript('restore.ts', [folder], env)
  expect(restored.code, restored.stderr).toBe(0)
  expect(restored.stdout).toMatch(
    /: 1 enrollment keys, the refresh tokens and certificates of \d+ agents, 1 API keys\. .*: 1 API clients, 1 key pairs\.$/m,
  )
  expect(existsSync(join(data, 'state.restoring'))).toBe(false)

  const second = await startTestServer(env)
  // The API key of before is suspended; the start has made another.
  expect(second.credentials.illumio.secret).not.toBe(server.credentials.illumio.secret)
  const ofBefore = openNative({ url: second.url, credentials: server.credentials })
  expect((await ofBefore.ask('GET', '/v1/keys')).status).toBe(401)
  // A device's pair is disabled until it is enabled, and then its old secret is good.
  const operatorAfter = await openDatonis(second)
  await expect(openDevice(second, operatorAfter, pair)).rejects.toThrow('register answered 401')
  const path = `/api/v3/key_pairs/${pair.access_key}`
  expect((await operatorAfter.call('PUT', path, { key_pair: { enabled: true } })).status).toBe(200)
  expect(await (await openDevice(second, operatorAfter, pair)).event(2)).toBe(200)
  const after = openNative(second)
  const { json: shown } = await after.ask('GET', `/v1/keys/${key.id}`)
  expect(shown.state).toBe('suspended_by_restore')
  expect(shown.uses).toBeGreaterThanOrEqual(50)
  expect((await after.enroll(key.code)).status).toBe(401)
  expect((await after.enroll(key.code, claims[0])).status).toBe(401)
  expect((await after.refresh(refreshed.refresh_token)).status).toBe(400)
  const listed = await after.ask('GET', '/v1/keys')
  expect(listed.json.items).toEqual([shown])
  expect(await countOfAgents(after)).toBe(shown.uses)

  expect((await after.ask('POST', `/v1/profiles/${profile_id}/release`)).json).toEqual({ keys: 1 })
  for (const [i, claim] of claims.entries()) {
    expect((await after.enroll(key.code, claim)).json.agent).toEqual(before[i].agent)
  }
  const { json: fresh } = await after.enroll(key.code)
  expect(fresh.agent.id).not.toBe(lost.agent.id)
  expect((await after.refresh(lost.refresh_token)).status).toBe(400)
  expect((await after.ask('GET', `/v1/keys/${key.id}`)).json.uses).toBe(shown.uses + 1)

  // After D1 alone was set back.
  expect(await runScript('rebuild.ts', [], env)).toMatchObject({
    code: 0,
    stdout:
      '2 ledgers and 1 key pairs tell D1 again of all that they own. 1 API keys are suspended, 1 API clients disabled.\n',
  })
  expect((await after.ask('GET', '/v1/keys')).status).toBe(401)
  expect((await after.enroll(key.code)).status).toBe(201)
  await second.stop()
})

test('what is no whole backup is not restored, and one that broke off has another name', async () => {
  const data = stoppedData()
  const env = { LATCHKEY_DATA: data }
  const folder = join(temporaryData(), 'backup')
  expect(await runScript('backup.ts', [folder], env)).toMatchObject({ code: 0 })
  expect(await runScript('backup.ts', [folder], env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is there already'),
  })
  renameSync(join(data, 'state'), join(data, 'state.before'))
  const broken = `${folder}-broken`
  cpSync(folder, broken, { recursive: true })
  const [ledger] = readdirSync(join(broken, 'do/latchkey-Ledger'))
  appendFileSync(join(broken, 'do/latchkey-Ledger', ledger ?? ''), 'x')
  const empty = join(temporaryData(), 'empty')
  mkdirSync(empty)
  const outside = `${folder}-outside`
  cpSync(folder, outside, { recursive: true })
  const manifest = readFileSync(join(outside, 'manifest.json'), 'utf8')
  writeFileSync(join(outside, 'manifest.json'), manifest.replace('"do/', '"../do/'))
  for (const [bad, why] of [
    [broken, 'is not as it was backed up'],
    [outside, 'is not of a backup that this version reads'],
    [empty, 'is no backup'],
  ] as const) {
    const refused = await runScript('restore.ts', [bad], env)
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(why) })
    expect(existsSync(join(data, 'state'))).toBe(false)
  }
  // On another machine, with the master key in the environment.
  const other = temporaryData()
  const keyless = await runScript('restore.ts', [folder], { LATCHKEY_DATA: other })
  expect(keyless).toMatchObject({ code: 1, stderr: expect.stringContaining('master key of the backup') })
  const wrong = { LATCHKEY_DATA: other, LATCHKEY_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') }
  expect(await runScript('restore.ts', [folder], wrong)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('does not open the keyring'),
  })
  expect(existsSync(join(other, 'state'))).toBe(false)
})

async function countOfAgents(native: ReturnType<typeof openNative>): Promise<number> {
  let count = 0
  for (let cursor: string | null = ''; cursor !== null; ) {
    const next: string = cursor === '' ? '' : `&cursor=${cursor}`
    const { json } = await native.ask('GET', `/v1/agents?limit=500${next}`)
    count += json.items.length
    cursor = json.next_cursor
  }
  return count
}
