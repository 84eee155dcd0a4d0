/** What an attacker, or a machine gone wrong, may try. */

import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { createDeviceGuard } from '../../../src/core/devices/device-guard.ts'
import { createRoleStore } from '../../../src/stores/d1/access/roles.ts'
import { type Composed, compose } from '../../support/composed.ts'
import {
  type Account,
  ALERTS,
  askAsBroker,
  BROKER,
  call,
  codesOf,
  Device,
  EVENT,
  KEY_PAIRS,
  makeAccount,
  REGISTER,
  signIn,
} from '../../support/datonis.ts'
import { ask } from '../../support/organization.ts'

let account: Account
beforeAll(async () => {
  account = await makeAccount()
})

describe('knowing an access key without its secret locks no device out', () => {
  async function statusOf({ fetch }: Composed, path: string, init: RequestInit): Promise<number> {
    return (await fetch(`https://latchkey.example${path}`, init)).status
  }

  test('by asking as a broker', async () => {
    const device = new Device(await account.pair())
    const turn = (enabled: boolean) =>
      account.admin.call('PUT', `${KEY_PAIRS}/${device.accessKey}`, { body: { key_pair: { enabled } } })
    const composed = await compose({ deviceGuard: createDeviceGuard(() => 0) })
    const topic = `Altizon/Datonis/${device.accessKey}/thing/t/executeInstruction`
    const body = JSON.stringify({ username: device.accessKey, clientid: 'C1', topic, action: 'subscribe' })
    await turn(false)
    const asked = []
    for (let n = 0; n < 12; n++) {
      asked.push(await statusOf(composed, '/internal/mqtt/acl', { method: 'POST', body, headers: BROKER }))
    }
    expect(asked).toEqual([...Array(10).fill(401), 429, 429])
    await turn(true)
    const registration = JSON.stringify({ thing_key: 'lockout', name: 'x' })
    const headers = { 'X-Access-Key': device.accessKey, 'X-Dtn-Signature': await device.sign(registration) }
    const init = { method: 'POST', headers, body: registration }
    expect(await statusOf(composed, '/api/v3/things/register', init)).toBe(200)
  })

  test('by reading without a signature', async () => {
    const own = await makeAccount()
    await own.admin.call('PUT', '/api/v3/organisation', {
      body: { organisation: { allow_unsigned_reads: true } },
    })
    const { device, thing } = await own.device()
    const composed = await compose({ deviceGuard: createDeviceGuard(() => 0) })
    const asked = []
    for (let n = 0; n < 12; n++) {
      asked.push(
        await statusOf(composed, '/api/v3/things', { headers: { 'X-Access-Key': device.accessKey } }),
      )
    }
    expect(asked).toEqual([...Array(10).fill(403), 429, 429])
    const event = JSON.stringify({ thing_key: thing, data: { n: 1 } })
    const headers = { 'X-Access-Key': device.accessKey, 'X-Dtn-Signature': await device.sign(event) }
    expect(await statusOf(composed, '/api/v3/things/event', { method: 'POST', headers, body: event })).toBe(
      200,
    )
  })
})

describe('what can’t be kept is refused, for good', () => {
  /** 200 KiB of JSON, five times as much once it was read and written again. */
  const swelling = (bytes: number) =>
    `[${Array(Math.floor(bytes / 5))
      .fill('1e20')
      .join()}]`
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

  test('a message that is too long', async () => {
    const { device, thing } = await account.device()
    for (const data of [swelling(900_000), swelling(200_000), JSON.stringify('\\'.repeat(400_000))]) {
      for (const [path, body] of [
        [EVENT, `{"thing_key":"${thing}","data":{"a":${data}}}`],
        [
          EVENT,
          `{"events":[{"thing_key":"${thing}","data":{"a":1}},{"thing_key":"${thing}","data":{"a":${data}}}]}`,
        ],
        [ALERTS, `{"alert":{"thing_key":"${thing}","alert_type":0,"data":{"a":${data}}}}`],
        [REGISTER, `{"thing_key":"${thing}","name":"x","data":${data}}`],
      ] as const) {
        const refused = await device.send(path, body)
        expect([path, refused.status, codesOf(refused)]).toEqual([path, 422, ['INVALID_REQUEST']])
      }
    }
    expect((await device.event(thing, { a: 'x'.repeat(200_000) })).status).toBe(200)
  })

  test('an instruction that is too long', async () => {
    const { device, thing } = await account.device()
    for (const [data, code] of [
      [swelling(900_000), 'INVALID_JSON'],
      [swelling(90_000), 'INVALID_PARAM'],
      [JSON.stringify('x'.repeat(900_000)), 'INVALID_PARAM'],
    ]) {
      const refused = await account.admin.call('POST', `/api/v3/things/${thing}/instructions`, {
        raw: `{"instruction":{"a":${data}}}`,
      })
      expect([refused.status, codesOf(refused)]).toEqual([400, [code]])
    }
    expect(device.accessKey).toMatch(/^[1-9a-ft]{40}$/)
  })

  test.each(['\ud800', 'a\udc00b', 'a\u0000b'])('%j in a text', async (broken) => {
    const { device, thing } = await account.device()
    for (const [path, body] of [
      [REGISTER, { thing_key: thing, name: broken }],
      [REGISTER, { thing_key: thing, name: 'x', description: broken }],
      [ALERTS, { alert: { thing_key: thing, alert_type: 0, message: broken } }],
      [ALERTS, { alert: { alert_key: broken, alert_type: 0 } }],
    ] as const) {
      const refused = await device.send(path, body)
      expect([path, refused.status, codesOf(refused)]).toEqual([path, 422, ['INVALID_REQUEST']])
    }
    for (const thing of [{ name: broken }, { name: 'x', description: broken }]) {
      const refused = await account.admin.call('POST', '/api/v3/things', { body: { thing } })
      expect([refused.status, codesOf(refused)]).toEqual([400, ['INVALID_PARAM']])
    }
  })

  test.each([
    ['deep', deep(20_000)],
    ['with a dangerous member', '{"__proto__":{"a":1}}'],
  ])('a published payload that is %s', async (_, data) => {
    const { device, thing } = await account.device()
    const plain = `{"thing_key":"${thing}","name":"x","data":${data}}`
    const hash = await device.sign(plain)
    const payload = `${plain.slice(0, -1)},"hash":"${hash}","access_key":"${device.accessKey}"}`
    const { status, json } = await askAsBroker('publish', { topic: 'Altizon/Datonis/C1/register', payload })
    expect([status, JSON.parse(json.payload)]).toEqual([200, { context: 'PARSE_ERROR', http_code: 500 }])
  })
})

describe('between organizations', () => {
  test('the name of a child takes no other’s, and reveals none', async () => {
    const oem = await makeAccount()
    const name = `customer ${crypto.randomUUID()}`
    const make = (by: Account) =>
      by.admin.call('POST', '/api/v3/child_organisations', { body: { organisation: { name } } })
    const child = (await make(oem)).json.organisation.organisation_key
    const made = await ask('POST', '/v1/bootstrap', {
      body: { organization: name, email: `${crypto.randomUUID()}@customer.example` },
      headers: { Authorization: `Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}` },
    })
    expect(made.status).toBe(201)
    const { organization } = made.json as { organization: { organisation_key: string } }
    expect(organization.organisation_key).not.toBe(child)
    expect((await make(account)).status).toBe(200)
    expect(codesOf(await make(oem))).toEqual(['NAME_TAKEN'])
  })
})

/** An administrator by Illumio's roles only. */
async function demote({ organization }: Account): Promise<void> {
  await env.DB.prepare("UPDATE grants SET role = 'illumio:admin' WHERE organization_id = ?")
    .bind(organization)
    .run()
}

test('an administrator of another vendor’s things is none here', async () => {
  const own = await makeAccount()
  const pair = await own.pair()
  await demote(own)
  const calls = await Promise.all([
    own.admin.get(`${KEY_PAIRS}/${pair.access_key}`),
    own.admin.get(KEY_PAIRS),
    own.admin.call('DELETE', `${KEY_PAIRS}/${pair.access_key}`),
    own.admin.get('/api/v3/roles'),
    own.admin.get('/api/v3/things'),
    own.admin.call('POST', '/api/v3/child_organisations', { body: { organisation: { name: 'x' } } }),
  ])
  expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([403]))
})

test('a caller who entered a child by its parent is out of it with the parent’s role, and never became a member there', async () => {
  const own = await makeAccount()
  const { email, password } = own
  const made = await own.admin.call('POST', '/api/v3/child_organisations', {
    body: { organisation: { name: 'Child' } },
  })
  const { organisation_key } = made.json.organisation
  const person = await signIn({ email, password, organisation_key })
  expect((await person.get('/api/v3/organisation')).json.organisation.organisation_key).toBe(organisation_key)
  expect((await person.get(KEY_PAIRS)).json.total_count).toBe(0)
  const { child } = (await env.DB.prepare('SELECT id AS child FROM organizations WHERE organisation_key = ?')
    .bind(organisation_key)
    .first<{ child: number }>()) ?? { child: 0 }
  const inside = await env.DB.prepare('SELECT count(*) AS n FROM principals WHERE organization_id = ?')
    .bind(child)
    .first<number>('n')
  expect(inside).toBe(0)
  await demote(own)
  expect((await person.get(KEY_PAIRS)).status).toBe(401)
  expect((await call('POST', '/api_sign_in', { body: { email, password, organisation_key } })).status).toBe(
    401,
  )
})

describe('odd values', () => {
  const TEXTS = ['\ud800', 'a\u0000b', '', ' ', '__proto__', 'x'.repeat(70_000), '💣'.repeat(300)]
  const VALUES = [...TEXTS, null, 0, -1, 1e300, 1.5, true, [], [[]], {}, { a: { b: [] } }, [null]]

  test.each([
    'page',
    'per',
    'order_by',
    'order',
    'timestamp_format',
    'search',
    'scope',
    'pretty',
    'field_list',
    'fields',
    'key_pairs',
    'is_oem',
    'child_organisation_key',
    'skip_token_update',
  ])('%s in a list of key pairs is no failure of the server', async (name) => {
    for (const value of VALUES) {
      const body = { is_oem: name === 'child_organisation_key', [name]: value }
      const answers = [await listed(account, body)]
      if (typeof value === 'string' && value.length < 5_000) {
        const query = new URLSearchParams({ [name]: value })
        answers.push((await account.admin.get(`${KEY_PAIRS}?${query}`)).status)
      }
      for (const status of answers) expect([name, value, status < 500]).toEqual([name, value, true])
    }
  })

  test('in writes, sign-ins and paths', async () => {
    const { device, thing } = await account.device()
    for (const value of VALUES) {
      const answers = await Promise.all([
        ...['role_key', 'expiry_date', 'enabled'].map((name) =>
          account.admin.call('POST', KEY_PAIRS, { body: { key_pair: { [name]: value } } }),
        ),
        account.admin.call('POST', KEY_PAIRS, { body: { key_pair: value } }),
        account.admin.call('PUT', `${KEY_PAIRS}/${device.accessKey}`, {
          body: { key_pair: {}, role_key: value },
        }),
        account.admin.call('POST', '/api/v3/roles', { body: { role: { name: value, abilities: value } } }),
        account.admin.call('PUT', '/api/v3/organisation', { body: { organisation: { time_zone: value } } }),
        account.admin.call('POST', '/api/v3/things', { body: { thing: { name: value } } }),
        account.admin.call('POST', `/api/v3/things/${thing}/instructions`, { body: { instruction: value } }),
        ...['email', 'password', 'organisation_key'].map((name) =>
          call('POST', '/api_sign_in', {
            body: { email: account.email, password: account.password, [name]: value },
          }),
        ),
        ...['username', 'password', 'clientid', 'topic', 'payload', 'acc'].flatMap((name) =>
          ['auth', 'acl', 'publish'].map((hook) =>
            askAsBroker(hook, {
              username: device.accessKey,
              ...{ password: 'x', clientid: 'C', topic: 't', [name]: value },
            }),
          ),
        ),
        ...[
          'thing_key',
          'device_key',
          'name',
          'timestamp',
          'data',
          'events',
          'waypoint',
          'bi_directional',
        ].flatMap((name) =>
          [EVENT, REGISTER].map((path) =>
            device.send(path, { thing_key: thing, name: 'x', data: {}, [name]: value }),
          ),
        ),
        device.send(ALERTS, { alert: value }),
      ])
      const failed = answers.filter(({ status }) => status >= 500).map(({ text }) => text)
      expect([value, failed]).toEqual([value, []])
    }
    for (const path of ['%00', '%zz', '%ed%a0%80', '..%2f', 'a'.repeat(3_000)]) {
      for (const [method, resource] of [
        ['GET', KEY_PAIRS],
        ['DELETE', KEY_PAIRS],
        ['GET', '/api/v3/roles'],
        ['GET', '/api/v3/things'],
      ] as const) {
        expect((await account.admin.call(method, `${resource}/${path}`)).status).toBe(404)
      }
    }
  })

  /** A body with a GET: fetch sends none, so it is a form’s members in the query. */
  async function listed({ admin }: Account, body: object): Promise<number> {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(body)) {
      for (const one of Array.isArray(value) ? value : [value])
        query.append(name, String(one).slice(0, 3_000))
    }
    return (await admin.get(`${KEY_PAIRS}?${query}`)).status
  }
})

test('a pair whose new role is deleted meanwhile keeps its old one, and its secret', async () => {
  const own = await makeAccount()
  const pair = await own.pair()
  const { json } = await own.admin.call('POST', '/api/v3/roles', {
    body: { role: { name: 'Brief', abilities: [9] } },
  })
  const brief = json.role.role_key
  const roles = createRoleStore(env.DB)
  let reads = 0
  const { fetch } = await compose({
    roleStore: {
      ...roles,
      async find(organization, key) {
        const found = await roles.find(organization, key)
        if (key === brief && reads++ === 0) await own.admin.call('DELETE', `/api/v3/roles/${brief}`)
        return found
      },
    },
  })
  const refused = await fetch(`https://latchkey.example${KEY_PAIRS}/${pair.access_key}`, {
    method: 'PUT',
    headers: { 'X-Auth-Token': own.admin.token },
    body: JSON.stringify({ key_pair: { role_key: brief } }),
  })
  expect([refused.status, await refused.json()]).toMatchObject([400, { errors: [{ code: 'INVALID_ROLE' }] }])
  const kept = await own.admin.get(`${KEY_PAIRS}/${pair.access_key}`)
  expect(kept.json.key_pair).toMatchObject({ role_name: 'Agent', secret_key: pair.secret_key })
  const registered = await new Device(pair).send(REGISTER, { thing_key: 'kept', name: 'x' })
  expect(registered.status).toBe(200)
})
