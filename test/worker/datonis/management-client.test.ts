/** What the Ruby management client sends and reads, beyond key pairs. */
import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Account,
  ALERTS,
  call,
  codesOf,
  Device,
  EVENT,
  KEY_PAIRS,
  makeAccount,
  Person,
  REGISTER,
} from '../../support/datonis.ts'

const THINGS = '/api/v3/things'

let account: Account
beforeAll(async () => {
  account = await makeAccount()
})

async function deliver(device: Device): Promise<void> {
  await runDurableObjectAlarm(env.INBOXES.getByName(device.accessKey))
}

async function makeThing(thing: object) {
  const { status, json } = await account.admin.call('POST', THINGS, { body: { thing } })
  return { status, thing: json.thing, json }
}

test('a sign-in says who the user is, and what their role permits', async () => {
  const { email, password } = account
  const { json } = await call('POST', '/api_sign_in', { body: { email, password } })
  expect(json).toMatchObject({
    success: true,
    role: 'admin',
    user_key: expect.stringMatching(/^[1-9a-ft]{10}$/),
  })
  expect(json.datonis_role).toEqual({
    abilities: [0],
    account_admin: true,
    datonis_role_key: await account.role('Account Admin'),
    name: 'Account Admin',
    permissions: [{ class: 'all', operation: null, seqno: 0 }],
  })
  const again = await call('POST', '/api_sign_in', { body: { email, password } })
  expect(again.json.user_key).toBe(json.user_key)
  const other = await makeAccount()
  const elsewhere = await call('POST', '/api_sign_in', {
    body: { email: other.email, password: other.password },
  })
  expect(elsewhere.json.user_key).not.toBe(json.user_key)
})

describe('things', () => {
  test('are made with a key of one’s own, or the device’s name for it', async () => {
    const thing_key = crypto.randomUUID().slice(0, 10)
    const made = await makeThing({ thing_key, name: 'Press', bi_directional: 'true', tags: 'Corporate' })
    expect(made).toMatchObject({
      status: 200,
      thing: { thing_key, properties: { bi_directional: true, tags: 'Corporate' } },
    })
    const taken = await makeThing({ thing_key, name: 'Another' })
    expect([taken.status, taken.json.errors[0].code]).toEqual([400, 'NAME_TAKEN'])
    const device_key = `line-${crypto.randomUUID()}`
    const aliased = await makeThing({ device_key, name: 'Line' })
    // A device that registers by that name finds the thing that was made, and leaves its name.
    const device = new Device(await account.pair())
    expect((await device.send(REGISTER, { device_key, timestamp: 1 })).status).toBe(200)
    expect((await device.send(EVENT, { device_key, timestamp: 1, data: {} })).status).toBe(200)
    await deliver(device)
    const { json } = await account.admin.get(`${THINGS}/${aliased.thing.thing_key}`)
    expect(json.thing).toMatchObject({ name: 'Line', properties: { device_key } })
    const both = await makeThing({ device_key: `x-${device_key}`, thing_key: `k-${thing_key}`, name: 'Both' })
    expect(both.thing.thing_key).toBe(`k-${thing_key}`)
    for (const wrong of [{ thing_key: 'a b', name: 'x' }, { thing_key: 'x'.repeat(65), name: 'x' }, {}]) {
      expect((await makeThing(wrong)).status).toBe(400)
    }
  })

  test('are changed as the client reads and writes them: whole or in part, wrapped or not, with a slash at the end', async () => {
    const { thing } = await makeThing({
      name: 'Pump',
      description: 'Old',
      user_defined_properties: { a: '1' },
    })
    const path = `${THINGS}/${thing.thing_key}`
    // `save` writes back all that it has read, unwrapped, with a query.
    const { json: read } = await account.admin.get(`${path}?timestamp_format=int`)
    const saved = await account.admin.call('PUT', `${path}?timestamp_format=int`, {
      body: { ...read.thing, description: 'New', errors: null },
    })
    expect([saved.status, saved.json.thing]).toEqual([
      200,
      { ...read.thing, description: 'New', updated_at: expect.any(Number) },
    ])
    // `update_thing` has a slash at the end.
    const updated = await account.admin.call('PUT', `${path}/`, {
      body: { thing: { name: 'Pump 2', bi_directional: true, user_defined_properties: { b: 2 } } },
    })
    expect(updated.json.thing).toMatchObject({
      name: 'Pump 2',
      description: 'New',
      properties: { bi_directional: true, user_defined_properties: { b: 2 } },
    })
    expect((await account.admin.get(path)).json.thing).toEqual(updated.json.thing)
    for (const body of [{ thing: { name: '' } }, { thing: { name: 7 } }, { name: 'x'.repeat(256) }]) {
      const refused = await account.admin.call('PUT', path, { body })
      expect([body, refused.status, codesOf(refused)]).toEqual([body, 400, ['INVALID_PARAM']])
    }
    expect((await account.admin.get(path)).json.thing).toEqual(updated.json.thing)
    expect((await account.admin.call('PUT', `${THINGS}/nobody`, { body: { name: 'x' } })).status).toBe(404)
    const foreign = (await makeAccount()).admin
    expect((await foreign.call('PUT', path, { body: { name: 'x' } })).status).toBe(404)
    const { results } = await env.DB.prepare(
      "SELECT record ->> '$.subject.id' AS id FROM events WHERE type = 'thing.update' AND organization_id = ?",
    )
      .bind(account.organization)
      .all()
    expect(results.filter(({ id }) => id === thing.thing_key)).toHaveLength(2)
  })

  test('are deleted, and then no pair can write about them until one registers them again', async () => {
    const { device, thing } = await account.device()
    const other = new Device(await account.pair())
    await deliver(device)
    expect((await other.event(thing)).status).toBe(200)
    expect((await device.event(thing)).status).toBe(200)
    const path = `${THINGS}/${thing}`
    expect((await (await makeAccount()).admin.call('DELETE', path)).status).toBe(404)
    const removed = await account.admin.call('DELETE', path, { raw: 'null' })
    expect([removed.status, removed.text]).toEqual([200, '{}'])
    expect((await account.admin.get(path)).status).toBe(404)
    expect((await account.admin.call('DELETE', path)).status).toBe(404)
    for (const one of [device, other]) {
      const refused = await one.event(thing)
      expect([refused.status, codesOf(refused)]).toEqual([422, ['INVALID_REQUEST']])
      await deliver(one)
    }
    expect((await account.admin.get(path)).status).toBe(404)
    expect((await device.send(REGISTER, { thing_key: thing, name: 'Back' })).status).toBe(200)
    expect((await other.event(thing)).status).toBe(200)
    expect((await account.admin.get(path)).json.thing).toMatchObject({ name: 'Back' })
  })
})

describe('paths', () => {
  test('may end with slashes, with and without .json', async () => {
    for (const path of [
      `${THINGS}/`,
      `${THINGS}//`,
      `${KEY_PAIRS}/`,
      `${THINGS}.json/`,
      '/api/v3/roles/?per=1',
    ]) {
      expect([path, (await account.admin.get(path)).status]).toEqual([path, 200])
    }
    const { email, password } = account
    const signedIn = await call('POST', '/api_sign_in/', { body: { email, password } })
    expect(signedIn.status).toBe(200)
    expect((await new Person(signedIn.json.auth_token).call('DELETE', '/api_sign_out/')).status).toBe(200)
  })

  test('of older versions are 404 with the error body', async () => {
    for (const path of [
      '/api/v1/sensor/event.json',
      '/api/v1',
      '/api/v2/sensor_alerts',
      '/api/v2/sensors',
      '/api/v2/sensor/register.json',
      '/api/v2/key_pairs/x',
    ]) {
      for (const method of ['GET', 'POST']) {
        const refused = await call(method, path, method === 'POST' ? { raw: '{}' } : {})
        expect([path, refused.status, codesOf(refused)]).toEqual([path, 404, ['NOT_FOUND']])
      }
    }
  })
})

test('how many alerts came within a day is asked by a poll that does not keep the session', async () => {
  const own = await makeAccount()
  const count = () => own.admin.get('/api/v3/alerts/latest_alert_count?skip_token_update=true')
  expect(await count()).toMatchObject({ status: 200, json: { latest_alert_count: 0 } })
  const { device, thing } = await own.device()
  const alert = { thing_key: thing, alert_type: 1, message: 'Hot', data: {}, timestamp: 1 }
  for (let n = 0; n < 3; n++) await device.send(ALERTS, { alert })
  await deliver(device)
  await env.DB.prepare(
    'UPDATE alerts SET received_at = ? WHERE organization_id = ? AND seq = (SELECT min(seq) FROM alerts WHERE organization_id = ?2)',
  )
    .bind(Date.now() - 25 * 3_600_000, own.organization)
    .run()
  expect(await count()).toMatchObject({ status: 200, json: { latest_alert_count: 2 } })
})
