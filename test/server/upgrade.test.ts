/** What an earlier release left on disk, SIGKILLed as it was, opens, migrates and serves. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { bearer } from '../../scripts/lib/http/credential.ts'
import { findRunningServer } from '../../scripts/lib/server/running-server.ts'
import { stateFiles, stateFolder } from '../../scripts/lib/state/state-files.ts'
import { unpack } from '../fixtures/upgrade/fixture.ts'
import { openDatonis, openDevice } from '../support/datonis-server.ts'
import { newClaim, openNative } from '../support/native-operator.ts'
import { runScript } from '../support/script.ts'
import { startTestServer, temporaryData } from '../support/server.ts'

const RELEASES = readdirSync(join(import.meta.dirname, '../fixtures/upgrade'))
  .filter((name) => name.endsWith('.json.br'))
  .map((name) => name.slice(0, -'.json.br'.length))

test.each(RELEASES)(
  'the state of release %s: its keys, agents, tokens and credentials go on',
  async (release) => {
    const data = temporaryData()
    const { profile, keys, agents, refreshToken, pairing } = unpack(release, data)
    const kept = JSON.parse(readFileSync(join(data, 'credentials.json'), 'utf8')).illumio
    const server = await startTestServer({ LATCHKEY_DATA: data })
    const own = { ...server.credentials, illumio: { ...server.credentials.illumio, ...kept } }
    const native = openNative({ url: server.url, credentials: own })

    const stateOf = async ({ id }: { id: string }) => (await native.ask('GET', `/v1/keys/${id}`)).json
    expect(await stateOf(keys.limited)).toMatchObject({
      state: 'active',
      max_uses: 5,
      uses: 3,
      profile_id: profile,
    })
    expect(await stateOf(keys.spent)).toMatchObject({ state: 'spent', uses: 1 })
    expect(await stateOf(keys.disabled)).toMatchObject({ state: 'disabled' })
    expect(await stateOf(keys.revoked)).toMatchObject({ state: 'revoked' })
    for (const { code } of [keys.spent, keys.disabled, keys.revoked]) {
      expect((await native.enroll(code)).status).toBe(401)
    }

    const { code } = keys.limited
    const again = await native.enroll(code, agents.stays.claim)
    expect([again.status, again.json.agent.id]).toEqual([200, agents.stays.id])
    expect((await native.enroll(code, agents.banned.claim)).status).toBe(401)
    const returned = await native.enroll(code, agents.leaves.claim)
    expect([returned.status, returned.json.agent.id === agents.leaves.id]).toEqual([201, false])
    expect((await native.enroll(code, newClaim())).status).toBe(201)
    expect((await native.enroll(code, newClaim())).status).toBe(401)
    expect((await native.refresh(refreshToken)).status).toBe(200)
    expect((await native.refresh(agents.banned.refresh)).status).toBe(400)

    const paired = await native.ask('GET', `/api/v2${pairing.profile}`)
    expect(paired.json).toMatchObject({ total_use_count: 1, labels: [{ href: pairing.label }] })
    const body = { activation_code: pairing.code, claim: newClaim(), hostname: 'paired-2' }
    expect((await native.ask('POST', '/api/v2/agents/activate', body)).status).toBe(201)
    await expect.poll(async () => (await native.ask('GET', '/v1/agents?limit=500')).json.items.length).toBe(8)
    // Dialects that came since serve the organization of before.
    const device = await openDevice(server, await openDatonis(server))
    expect(await device.event(1)).toBe(200)
    const { client_id, client_secret } = server.credentials.zpa
    const client = new URLSearchParams({ client_id, client_secret })
    expect((await fetch(`${server.url}/signin`, { method: 'POST', body: client })).status).toBe(200)

    const env = { LATCHKEY_DATA: data }
    expect(await runScript('rotate.ts', ['status'], env)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^version 1 \(in use\): /),
    })
    // Also of agents whose enrollment was delivered before their rows recorded it.
    expect(await runScript('rebuild.ts', [], env)).toMatchObject({ code: 0 })
    const survey = async () => {
      const { token } = findRunningServer(data, env) ?? { token: '' }
      return (await native.ask('POST', '/v1/maintenance/ledgers/survey', {}, bearer(token))).json
    }
    await expect.poll(async () => (await survey()).waiting).toBe(0)
    expect((await native.ask('GET', '/healthz')).json).toMatchObject({ status: 'ready', dead_rows: 0 })
    await server.stop()
    // What had no id has the one of its D1 now.
    const { ledgers, inboxes, d1 } = stateFiles(stateFolder(data))
    const ids = [...ledgers, ...inboxes, ...d1].flatMap((path) => idsIn(join(stateFolder(data), path)))
    expect([ids.length > 4, new Set(ids).size]).toEqual([true, 1])
  },
)

/** None where an object was asked for that was never made. */
function idsIn(path: string): readonly unknown[] {
  const database = new DatabaseSync(path, { readOnly: true })
  const isMade = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'deployment'").get() !== undefined
  const found = isMade ? [database.prepare('SELECT id FROM deployment').get()?.id] : []
  database.close()
  return found
}
