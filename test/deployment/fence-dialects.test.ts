/** What comes from a backup is off in every dialect, in that dialect's own form, until an operator lets it in again. */
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Account,
  Device,
  KEY_PAIRS,
  makeAccount,
  signIn as signInToDatonis,
} from '../support/datonis.ts'
import { anyone, type Client, clientOf, type Json } from '../support/native-client.ts'
import {
  asking,
  type Customer,
  enroll,
  fingerprint,
  KEYS,
  keyPair,
  must,
  newCustomer,
  newKey,
  requestOf,
  signIn,
} from '../support/zpa.ts'

const ROLES = '/api/v3/roles'

const maintain = clientOf(`Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}`)

/** Every page of it; the sum of that member. */
async function all(path: string, first: number | string, member: string): Promise<number> {
  let sum = 0
  for (let after: number | string | null = first; after !== null; ) {
    const json: Json = must(await maintain('POST', `/v1/maintenance/${path}`, { after }), 200)
    sum += json[member]
    after = json.next
  }
  return sum
}

/** As `npm run bootstrap` for an organization that is there. */
async function fresh(organization: number): Promise<{ owner: Client; zpa: Json }> {
  const name = await env.DB.prepare('SELECT name FROM organizations WHERE id = ?')
    .bind(organization)
    .first<string>('name')
  const body = { organization: name, email: `${crypto.randomUUID()}@fresh.example` }
  const { illumio, zpa } = must(await maintain('POST', '/v1/bootstrap', body), 200)
  return { owner: clientOf(`Basic ${btoa(`${illumio.auth_username}:${illumio.secret}`)}`), zpa }
}

let customer: Customer
let key: Json
let component: { certificate: string; csr: string; issuedCertId: string; claim: object }
let account: Account
let device: Awaited<ReturnType<Account['device']>>
let idle: Json
let roleKey: string
let fleet: Device
let signedInBefore: Awaited<ReturnType<Customer['ask']>>

beforeAll(async () => {
  customer = await newCustomer()
  key = await newKey(customer)
  const csr = await requestOf(await keyPair())
  const claim = { fingerprint: await fingerprint(), csr }
  const enrolled = must(await enroll(key.provisioningKey, claim), 201)
  component = { csr, claim, certificate: enrolled.certificate, issuedCertId: enrolled.issuedCertId }
  account = await makeAccount()
  device = await account.device()
  idle = await account.pair({ enabled: false })
  // D1 was set back to before the role was changed; the inbox of its pair was not.
  const made = await account.admin.call('POST', ROLES, {
    body: { role: { name: 'Fleet', abilities: [10, 12] } },
  })
  roleKey = made.json.role.role_key
  fleet = new Device(await account.pair({ role_key: roleKey, enabled: false }))
  for (const name of ['Fleet 2', 'Fleet 3']) {
    await account.admin.call('PUT', `${ROLES}/${roleKey}`, { body: { role: { name } } })
  }
  await env.DB.prepare('UPDATE roles SET version = 1 WHERE key = ?').bind(roleKey).run()
  // D1 was copied after the inboxes: one of its pairs has none.
  await env.DB.prepare(
    `INSERT INTO key_pairs (access_key, organization_id, role_key, is_enabled, sealed_secret, created_at, updated_at, version)
     SELECT 'f' || substr(access_key, 2), organization_id, role_key, 1, sealed_secret, created_at, updated_at, 1
     FROM key_pairs WHERE access_key = ?`,
  )
    .bind(device.device.accessKey)
    .run()
  // From now on this isolate knows who that is.
  must(await customer.ask('GET', 'apiKeys'), 200)
  const { api_clients } = must(await maintain('POST', '/v1/maintenance/fence'), 200)
  signedInBefore = await customer.ask('GET', 'apiKeys')
  expect(api_clients).toBe(2)
  expect(await all('key-pairs/fence', '', 'key_pairs')).toBe(1)
  expect(await all('ledgers/fence', 0, 'keys')).toBe(1)
})

describe('ZPA', () => {
  test('a client that was signed in a moment ago is refused at once', () => {
    must(signedInBefore, 401)
  })

  test('an API key is disabled, and an operator enables it as any other', async () => {
    must(await signIn(customer.clientId, customer.secret), 401)
    const { zpa } = await fresh(customer.organization)
    const ask = asking(must(await signIn(zpa.client_id, zpa.client_secret), 200).access_token, customer.id)
    const { list } = must(await ask('GET', 'apiKeys'), 200)
    const known = list.find(({ clientId }: Json) => clientId === customer.clientId)
    expect(known.enabled).toBe(false)
    const searched = must(await ask('GET', 'apiKeys?search=enabled%20EQ%20false'), 200).list
    expect(searched.map(({ clientId }: Json) => clientId)).toEqual([customer.clientId])
    const { results } = await env.DB.prepare(
      "SELECT record ->> '$.subject.id' AS id FROM events WHERE organization_id = ? AND type = 'api_client.update'",
    )
      .bind(customer.organization)
      .all()
    expect(results).toHaveLength(1)
    must(await ask('PUT', `apiKeys/${known.id}`, { ...known, enabled: true }), 204)
    must(await signIn(customer.clientId, customer.secret), 200)
  })

  test('a provisioning key shows as disabled, enrolls no machine and renews nothing, until it is released', async () => {
    const { zpa, owner } = await fresh(customer.organization)
    const ask = asking(must(await signIn(zpa.client_id, zpa.client_secret), 200).access_token, customer.id)
    const shown = async () => must(await ask('GET', `${KEYS}/${key.id}`), 200).enabled
    const renew = () =>
      anyone('POST', '/enroll/renew', { certificate: component.certificate, csr: component.csr })
    expect(await shown()).toBe(false)
    await expect
      .poll(async () => (await ask('GET', `${KEYS}?search=enabled%20EQ%20false`)).json.list?.length)
      .toBe(1)
    must(await enroll(key.provisioningKey, component.claim), 401)
    must(await renew(), 401)

    const { items } = must(await owner('GET', '/v1/keys'), 200)
    const own = items.find(({ name }: Json) => name === key.name)
    expect(own.state).toBe('suspended_by_restore')
    expect(must(await owner('POST', `/v1/profiles/${own.profile_id}/release`), 200)).toEqual({ keys: 1 })
    expect(await shown()).toBe(true)
    const renewed = must(await renew(), 200)
    // No certificate has the number of one that was allotted since the backup.
    expect(certificateNumber(renewed) - certificateNumber(component)).toBeGreaterThan(2 ** 20)
    must(await enroll(key.provisioningKey, component.claim), 200)
  })
})

describe('Datonis', () => {
  test('sessions are over; a key pair is disabled, its device refused, and an operator enables it as any other', async () => {
    expect((await account.admin.get(KEY_PAIRS)).status).toBe(401)
    expect((await device.device.event(device.thing)).status).toBe(401)
    const admin = await signInToDatonis({ email: account.email, password: account.password })
    const listed = (await admin.get(KEY_PAIRS)).json.key_pairs as Json[]
    const enabledOf = (pairs: Json[]) => pairs.map(({ access_key, enabled }) => [access_key, enabled]).sort()
    expect(enabledOf(listed)).toEqual(
      [
        [device.device.accessKey, false],
        [idle.access_key, false],
        [fleet.accessKey, false],
      ].sort(),
    )
    const events = await env.DB.prepare(
      `SELECT record ->> '$.subject.id' AS id, record ->> '$.detail.reason' AS reason FROM events
       WHERE organization_id = ? AND type = 'key_pair.update'`,
    )
      .bind(account.organization)
      .all()
    expect(events.results).toEqual([{ id: device.device.accessKey, reason: 'restore' }])

    const path = `${KEY_PAIRS}/${device.device.accessKey}`
    const changed = await admin.call('PUT', path, { body: { key_pair: { enabled: true } } })
    expect([changed.status, changed.json.key_pair?.enabled]).toEqual([200, true])
    expect((await device.device.event(device.thing)).status).toBe(200)
    await expect
      .poll(
        // The alarm that brings it is a second away.
        () => env.DB.prepare('SELECT coalesce(max(seq), 0) AS seq FROM device_events').first<number>('seq'),
      )
      .toBeGreaterThan(2 ** 20)
  })

  test('what a role loses from now on its pairs lose, too, however often it had been changed since', async () => {
    const admin = await signInToDatonis({ email: account.email, password: account.password })
    await admin.call('PUT', `${KEY_PAIRS}/${fleet.accessKey}`, { body: { key_pair: { enabled: true } } })
    expect((await fleet.event(device.thing)).status).toBe(200)
    const changed = await admin.call('PUT', `${ROLES}/${roleKey}`, { body: { role: { abilities: [10] } } })
    expect(changed.status).toBe(200)
    expect((await fleet.event(device.thing)).status).toBe(403)
  })

  test('D1, set back by itself, hears again how the pairs are', async () => {
    const admin = await signInToDatonis({ email: account.email, password: account.password })
    const row = () =>
      env.DB.prepare('SELECT is_enabled, version FROM key_pairs WHERE access_key = ?')
        .bind(idle.access_key)
        .first()
    const before = await row()
    await env.DB.prepare('UPDATE key_pairs SET is_enabled = 1, version = 1 WHERE access_key = ?')
      .bind(idle.access_key)
      .run()
    expect(await all('key-pairs/rebuild', '', 'key_pairs')).toBe(3)
    expect(await row()).toEqual(before)
    expect((await admin.get(`${KEY_PAIRS}/${idle.access_key}`)).json.key_pair.enabled).toBe(false)
  })
})

/** Of an id that has the ledger's and its own. */
function certificateNumber({ issuedCertId }: { issuedCertId: string }): number {
  return Number(BigInt(issuedCertId) & ((1n << 27n) - 1n))
}
