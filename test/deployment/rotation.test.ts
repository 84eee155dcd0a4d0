/** The master key is replaced, and the ring gains and loses versions, while everything that was made goes on. */
import { env } from 'cloudflare:workers'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { createCredentialChanges } from '../../src/core/access/credential-changes.ts'
import type { DeploymentStore } from '../../src/core/deployment/port.ts'
import type { AuditEvent } from '../../src/core/events/event.ts'
import { utf8 } from '../../src/core/kernel/encoding.ts'
import { createDeploymentStore } from '../../src/stores/d1/deployment/deployment.ts'
import { type KeyringSettings, loadKeyring } from '../../src/stores/keyring/keyring.ts'
import { createRingStore } from '../../src/stores/keyring/ring-store.ts'
import { compose } from '../support/composed.ts'
import { isolate, TOKEN } from '../support/isolate.ts'
import {
  clientOf,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
  ringSettings,
} from '../support/native-client.ts'

const NEXT_MASTER = btoa('n'.repeat(32))
const MINUTE = 60_000

const EVENT: AuditEvent = {
  id: 'replaced',
  organization: 0,
  at: 0,
  type: 'keyring.rewrap',
  isSuccess: true,
  cause: { actor: { kind: 'system' }, request: { id: '', method: '', path: '', address: null } },
  subject: { kind: 'keyring', id: '', name: '' },
  detail: {},
}

let acme: Organization
beforeAll(async () => {
  acme = await newOrganization()
})

const enroll = (ask: ReturnType<typeof clientOf>, code: string, claim = newClaim()) =>
  ask('POST', '/v1/enroll', { code, claim })
const ringVersionOf = (code: string) =>
  Uint8Array.from(atob(code.slice(3).replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))[8]

async function allOf(ask: ReturnType<typeof clientOf>, path: string): Promise<Json[]> {
  const pages: Json[] = []
  for (let after: number | null = 0; after !== null; after = pages.at(-1).next) {
    const page = await ask('POST', path, { after })
    if (page.status !== 200) throw new Error(`${path} answered ${page.status}: ${page.text}`)
    pages.push(page.json)
  }
  return pages
}

describe('the master key', () => {
  test('at every instant either opens the ring, then the next alone; what was made before goes on', async () => {
    const before = ringSettings()
    const both = { ...before, nextMasterKey: NEXT_MASTER }
    const after = { ...before, masterKey: NEXT_MASTER }
    const macOf = async (settings: KeyringSettings) => (await loadKeyring(settings)).mac('tag', 1, utf8('x'))
    const mac = await macOf(before)
    const store = (settings: KeyringSettings) =>
      createRingStore(settings, { keyring: () => loadKeyring(settings), reload: async () => {} })

    expect(await store(both).describe()).toMatchObject({ hasNextMasterKey: true, isRewrapped: false })
    expect(await macOf(both)).toEqual(mac)
    expect(await store(both).rewrap(EVENT)).toBe(6)
    expect(await macOf(both)).toEqual(mac)
    expect(await macOf(after)).toEqual(mac)
    await expect(macOf(before)).rejects.toThrow('does not open the keyring')
    expect(await store(both).describe()).toMatchObject({ isRewrapped: true })
    expect(await store(both).rewrap(EVENT)).toBe(0)

    // And back, for the tests that follow.
    const back = { ...before, masterKey: NEXT_MASTER, nextMasterKey: before.masterKey }
    expect(await store(back).rewrap(EVENT)).toBe(6)
    expect(await macOf(before)).toEqual(mac)
  })

  test('a change that breaks off half-way leaves a ring that opens with both, and is finished by another', async () => {
    const before = ringSettings()
    const both = { ...before, nextMasterKey: NEXT_MASTER }
    const store = (settings: KeyringSettings) =>
      createRingStore(settings, { keyring: () => loadKeyring(settings), reload: async () => {} })
    const sealed = await env.DB.prepare("SELECT sealed FROM keyring WHERE purpose = 'tag'").first('sealed')
    await store(both).rewrap(EVENT)
    await env.DB.prepare("UPDATE keyring SET sealed = ? WHERE purpose = 'tag'").bind(sealed).run()
    expect((await loadKeyring(both)).current).toBe(1)
    expect(await store(both).rewrap(EVENT)).toBe(1)
    const back = { ...before, masterKey: NEXT_MASTER, nextMasterKey: before.masterKey }
    await store(back).rewrap(EVENT)
    expect((await loadKeyring(before)).current).toBe(1)
  })

  test('without a next one there is nothing to do, and the route says so', async () => {
    const { maintain } = await isolate()
    const refused = await maintain('POST', '/v1/maintenance/keyring/rewrap')
    expect([refused.status, refused.json.code]).toEqual([409, 'master_key_missing'])
  })

  test('an isolate that has the ring keeps it when its own master key no longer opens it', async () => {
    const { clock, keeper } = await isolate()
    const both = { ...ringSettings(), nextMasterKey: NEXT_MASTER }
    const noKeeper = { keyring: () => loadKeyring(both), reload: async () => {} }
    await createRingStore(both, noKeeper).rewrap(EVENT)
    clock.ahead = 10 * MINUTE
    expect((await keeper.keyring()).current).toBe(1)
    const back = { ...ringSettings(), masterKey: NEXT_MASTER, nextMasterKey: ringSettings().masterKey }
    await createRingStore(back, noKeeper).rewrap(EVENT)
  })
})

test('the routes of maintenance want the deployment’s own token, and do not exist without one', async () => {
  const { ask } = await isolate()
  const { fetch } = await compose()
  for (const [method, path] of [
    ['GET', '/v1/maintenance/keyring'],
    ['POST', '/v1/maintenance/keyring/versions'],
    ['DELETE', '/v1/maintenance/keyring/versions/1'],
    ['POST', '/v1/maintenance/ledgers/survey'],
    ['POST', '/v1/maintenance/fence'],
  ] as const) {
    const body = method === 'POST' ? {} : undefined
    expect((await ask(null)(method, path, body)).status, path).toBe(401)
    expect((await ask(acme.authorization)(method, path, body)).status, path).toBe(401)
    expect((await ask(`Bearer ${TOKEN}x`)(method, path, body)).status, path).toBe(401)
    expect((await clientOf(`Bearer ${TOKEN}`, fetch)(method, path, body)).status, path).toBe(404)
  }
})

describe('the ring', () => {
  test('a new version is known for five minutes before anything is made with it', async () => {
    const { clock, keeper, maintain } = await isolate()
    const { json } = await maintain('POST', '/v1/maintenance/keyring/versions', {})
    expect(json.version).toBe(2)
    expect(Date.parse(json.used_from) - Date.now()).toBeGreaterThan(4 * MINUTE)
    expect((await maintain('POST', '/v1/maintenance/keyring/versions', {})).json).toEqual(json)
    const ring = await keeper.keyring()
    expect(ring.current).toBe(1)
    expect(ring.agentKeySet(Date.now() / 1_000).keys).toHaveLength(2)
    clock.ahead = 5 * MINUTE + 1_000
    expect((await keeper.keyring()).current).toBe(2)
    await env.DB.prepare('DELETE FROM keyring WHERE version = 2').run()
  })

  test('a version signs by the algorithm that its operator chose, the next one as it did, and all are verified', async () => {
    const { ask, maintain } = await isolate()
    const add = async (more = {}) =>
      (await maintain('POST', '/v1/maintenance/keyring/versions', { at_once: true, ...more })).json
    const { code } = await acme.key()
    const algorithms = [undefined, 'ES256', undefined, 'EdDSA'] as const
    const seen: string[] = []
    const tokens: string[] = []
    for (const algorithm of algorithms) {
      const added = await add({ algorithm })
      const { access_token } = (await enroll(ask(null), code)).json
      const { alg = '', kid } = decodeProtectedHeader(access_token)
      expect([added.algorithm, kid]).toEqual([alg, `agent-${added.version}`])
      seen.push(alg)
      tokens.push(access_token)
    }
    expect(seen).toEqual(['EdDSA', 'ES256', 'ES256', 'EdDSA'])
    const keySet = createLocalJWKSet((await ask(null)('GET', '/.well-known/jwks.json')).json)
    for (const token of tokens) {
      expect((await jwtVerify(token, keySet)).payload.client_id).toBeTruthy()
      expect((await ask(`Bearer ${token}`)('GET', '/v1/agents/self')).status).toBe(200)
    }
    const { versions } = (await maintain('GET', '/v1/maintenance/keyring')).json
    expect(versions.slice(-4).map(({ algorithm }: Json) => algorithm)).toEqual(seen)
    const refused = await maintain('POST', '/v1/maintenance/keyring/versions', { algorithm: 'RS256' })
    expect(refused.status).toBe(422)
  })

  test('another isolate hears of it within a minute, by one read behind a request’s back', async () => {
    const other = await isolate()
    const { maintain } = await isolate()
    const { json } = await maintain('POST', '/v1/maintenance/keyring/versions', { at_once: true })
    const { reads, clock, keeper } = other
    const before = reads.count
    expect((await keeper.keyring()).current).toBe(json.version - 1)
    expect(reads.count).toBe(before)
    clock.ahead = MINUTE + 1_000
    await Promise.all(Array.from({ length: 50 }, () => keeper.keyring()))
    await expect.poll(async () => (await keeper.keyring()).current).toBe(json.version)
    expect(reads.count).toBe(before + 1)
  })

  test('a code of a version that an isolate does not know is accepted at once; junk leads to one read in five seconds', async () => {
    const other = await isolate()
    const here = await isolate()
    const { json } = await here.maintain('POST', '/v1/maintenance/keyring/versions', { at_once: true })
    const profile_id = await acme.profile()
    const { code } = (await here.ask(acme.authorization)('POST', '/v1/keys', { profile_id, max_uses: 1 }))
      .json
    expect(ringVersionOf(code)).toBe(json.version)
    const { reads, clock, ask } = other
    const before = reads.count
    clock.ahead = 6_000
    expect((await enroll(ask(null), code)).status).toBe(201)
    expect(reads.count).toBe(before + 1)
    const junk = (version: number) => {
      const bytes = crypto.getRandomValues(new Uint8Array(40))
      bytes[8] = version
      return `lk_${btoa(String.fromCharCode(...bytes))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .slice(0, 54)}`
    }
    for (let i = 0; i < 40; i++) expect((await enroll(ask(null), junk(200 + i))).status).toBe(401)
    expect(reads.count).toBe(before + 1)
    clock.ahead += 5_001
    for (let i = 0; i < 40; i++) expect((await enroll(ask(null), junk(200 + i))).status).toBe(401)
    expect(reads.count).toBe(before + 2)
    // A dropped version is distinguished from a new one.
    clock.ahead += 5_001
    for (let i = 0; i < 40; i++) expect((await enroll(ask(null), junk(0))).status).toBe(401)
    expect(reads.count).toBe(before + 2)
  })

  test('a tampered token of a version that is known is refused, with no read', async () => {
    const { reads, ask } = await isolate()
    const { code } = await acme.key()
    const { access_token } = (await enroll(ask(null), code)).json
    const before = reads.count
    for (const token of [
      `${access_token}x`,
      access_token.replace(/.{9}$/, ''),
      `${access_token}.x`,
      'junk',
    ]) {
      expect((await ask(`Bearer ${token}`)('GET', '/v1/agents/self')).status).toBe(401)
    }
    expect(reads.count).toBe(before)
  })

  test('what older versions made goes on: codes, claims, refresh tokens, access tokens, API keys; the survey counts them', async () => {
    const { ask, maintain } = await isolate()
    const { current } = (await maintain('GET', '/v1/maintenance/keyring')).json
    const organization = await newOrganization()
    const ofOld = ask(organization.authorization)
    const profile_id = (await ofOld('POST', '/v1/profiles', { name: 'x' })).json.id
    const old = (await ofOld('POST', '/v1/keys', { profile_id, max_uses: 3 })).json
    const claim = newClaim()
    const enrolled = (await enroll(ask(null), old.code, claim)).json
    const { json: added } = await maintain('POST', '/v1/maintenance/keyring/versions', { at_once: true })
    expect(added.version).toBe(current + 1)

    expect((await enroll(ask(null), old.code, claim)).json.agent).toEqual(enrolled.agent)
    expect((await enroll(ask(null), old.code)).status).toBe(201)
    expect((await ask(`Bearer ${enrolled.access_token}`)('GET', '/v1/agents/self')).status).toBe(200)
    const refresh = (refresh_token: string) =>
      ask(null)('POST', '/v1/token', undefined, { form: { grant_type: 'refresh_token', refresh_token } })
    const second = await refresh(enrolled.refresh_token)
    expect(second.status).toBe(200)
    const survey = async () => (await allOf(maintain, '/v1/maintenance/ledgers/survey')).at(-1)
    const before = await survey()
    expect((await refresh(second.json.refresh_token)).status).toBe(200)
    const after = await survey()
    const familiesOf = (page: Json, version: number) => page.families[version] ?? 0
    expect(familiesOf(after, added.version) - familiesOf(before, added.version)).toBe(1)
    expect(familiesOf(before, current) - familiesOf(after, current)).toBe(1)
    const { json: state } = await maintain('GET', '/v1/maintenance/keyring')
    expect(state.current).toBe(added.version)
    expect(Object.keys(state.credentials)).toEqual([
      'api_keys',
      'api_clients',
      'key_pairs',
      'passwords',
      'sessions',
    ])
  })

  test('dropping a version ends what hangs on it, and nothing else; not before everything else had time to leave it', async () => {
    const { clock, ask, maintain } = await isolate()
    const { current } = (await maintain('GET', '/v1/maintenance/keyring')).json
    const profile_id = await acme.profile()
    const owner = ask(acme.authorization)
    const old = (await owner('POST', '/v1/keys', { profile_id })).json
    expect(ringVersionOf(old.code)).toBe(current)
    const { json: added } = await maintain('POST', '/v1/maintenance/keyring/versions', { at_once: true })
    const kept = (await owner('POST', '/v1/keys', { profile_id })).json

    const drop = () => maintain('DELETE', `/v1/maintenance/keyring/versions/${current}`)
    expect((await drop()).json.code).toBe('ring_version_in_use')
    const ofCurrent = await maintain('DELETE', `/v1/maintenance/keyring/versions/${added.version}`)
    expect(ofCurrent.json.code).toBe('ring_version_in_use')
    expect((await maintain('DELETE', '/v1/maintenance/keyring/versions/250')).status).toBe(404)

    clock.ahead = 15 * MINUTE + 1_000
    const ended = await allOf(maintain, `/v1/maintenance/keyring/versions/${current}/end`)
    expect(ended.reduce((sum, { keys }) => sum + keys, 0)).toBeGreaterThan(0)
    expect((await drop()).status).toBe(200)
    expect((await owner('GET', `/v1/keys/${old.id}`)).json.state).toBe('revoked')
    expect((await enroll(ask(null), old.code)).status).toBe(401)
    expect((await owner('POST', `/v1/keys/${old.id}/explain`, { claim: newClaim() })).json.reason).toBe(
      'key_revoked',
    )
    expect((await enroll(ask(null), kept.code)).status).toBe(201)
    expect(await acme.events('key.revoke', old.id)).toMatchObject([{ detail: { ringVersion: current } }])
    const { results } = await env.DB.prepare(
      "SELECT record ->> '$.subject.id' AS version FROM events WHERE organization_id = 0 AND type = 'keyring.drop_version'",
    ).all()
    expect(results).toContainEqual({ version: String(current) })
  })

  test('API keys that hang on a dropped version are gone, each with its event', async () => {
    const { clock, maintain } = await isolate()
    const organization = await newOrganization()
    const version = 1
    clock.ahead = 60 * MINUTE
    // Of a ledger whose clock is ahead: later events arrive late.
    await env.DB.prepare(
      "INSERT INTO events (id, organization_id, at, type, record) VALUES (?, ?, ?, '', '{}')",
    )
      .bind(crypto.randomUUID(), organization.id, Date.now() + 1_000 * MINUTE)
      .run()
    await allOf(maintain, `/v1/maintenance/keyring/versions/${version}/end`)
    const { json } = await maintain('DELETE', `/v1/maintenance/keyring/versions/${version}`)
    expect(json.api_keys).toBeGreaterThan(0)
    const left = await env.DB.prepare('SELECT count(*) AS n FROM api_keys WHERE ring_version = ?')
      .bind(version)
      .first('n')
    expect(left).toBe(0)
    expect(await organization.events('api_key.delete')).toMatchObject([
      { organization: organization.id, subject: { kind: 'api_key', name: 'bootstrap' }, detail: { version } },
    ])
  })
})

describe('what is shown again', () => {
  const column = { table: 'sealed_things', column: 'secret', context: "'sealed_things/' || id || '/secret'" }
  const stores = () => createDeploymentStore(env.DB, createCredentialChanges(), [column])

  async function things(count: number, seal: (context: string) => Promise<string>): Promise<void> {
    await env.DB.exec('DROP TABLE IF EXISTS sealed_things')
    await env.DB.exec('CREATE TABLE sealed_things (id TEXT PRIMARY KEY, secret TEXT)')
    const insert = env.DB.prepare('INSERT INTO sealed_things VALUES (?, ?)')
    const rows = Array.from({ length: count }, (_, i) => `t${i}`)
    await env.DB.batch(
      await Promise.all(rows.map(async (id) => insert.bind(id, await seal(`sealed_things/${id}/secret`)))),
    )
    await insert.bind('empty', null).run()
  }

  test('is resealed under the current version, some at a time, and opens as before', async () => {
    const { keeper, maintain } = await isolate()
    const old = await keeper.keyring()
    await things(7, (context) => old.seal(context, utf8(context)))
    await maintain('POST', '/v1/maintenance/keyring/versions', { at_once: true })
    const ring = await keeper.keyring()
    const reseal: Parameters<DeploymentStore['reseal']>[0] = async (context, sealed) => {
      const plaintext = await ring.open(context, sealed)
      return plaintext && ring.seal(context, plaintext)
    }
    expect(await stores().countSealed(ring.current)).toBe(7)
    expect(await stores().reseal(reseal, ring.current, 5)).toBe(5)
    expect(await stores().countSealed(ring.current)).toBe(2)
    expect(await stores().reseal(reseal, ring.current, 5)).toBe(2)
    expect(await stores().reseal(reseal, ring.current, 5)).toBe(0)
    const { results } = await env.DB.prepare('SELECT * FROM sealed_things WHERE secret IS NOT NULL').all<{
      id: string
      secret: string
    }>()
    for (const { id, secret } of results) {
      expect(secret).toMatch(new RegExp(`^${ring.current}\\.`))
      const context = `sealed_things/${id}/secret`
      expect(await ring.open(context, secret)).toEqual(utf8(context))
    }
  })

  test('a version that still seals something is not dropped', async () => {
    const { clock, keeper } = await isolate()
    const ring = await keeper.keyring()
    const current = ring.current
    await things(1, (context) => ring.seal(context, utf8('secret')))
    const { fetch } = await compose({
      now: () => Date.now() + clock.ahead,
      keyring: () => keeper.keyring(),
      ring: createRingStore(ringSettings(), keeper),
      deployment: stores(),
      bootstrapToken: TOKEN,
    })
    const maintain = clientOf(`Bearer ${TOKEN}`, fetch)
    await maintain('POST', '/v1/maintenance/keyring/versions', { at_once: true })
    clock.ahead = 60 * MINUTE
    const drop = () => maintain('DELETE', `/v1/maintenance/keyring/versions/${current}`)
    expect((await drop()).json.code).toBe('ring_version_in_use')
    expect((await maintain('POST', '/v1/maintenance/keyring/reseal')).json).toEqual({ resealed: 1, left: 0 })
    expect((await drop()).status).toBe(200)
  })
})
