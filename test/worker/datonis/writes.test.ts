import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { importSecret, sign } from '../../../src/core/devices/key-pairs/signature.ts'
import { utf8 } from '../../../src/core/kernel/encoding.ts'
import {
  type Account,
  ALERTS,
  call,
  codesOf,
  Device,
  EVENT,
  HEARTBEAT,
  makeAccount,
  REGISTER,
} from '../../support/datonis.ts'

let account: Account
beforeAll(async () => {
  account = await makeAccount()
})

/** Rings the alarm that would ring within a second. */
async function deliver(device: Device): Promise<void> {
  await runDurableObjectAlarm(env.INBOXES.getByName(device.accessKey))
}

const NOTHING_MORE = { total_count: 0, page: 1 }

describe('what devices write', () => {
  test('register, heartbeat, event and alert: 200 {}, and the management API shows them', async () => {
    const pair = await account.pair()
    const device = new Device(pair)
    const thing_key = '385728d6cf'
    for (const [path, body] of [
      [
        REGISTER,
        { timestamp: 1, thing_key, name: 'Compressor', description: 'An example', bi_directional: 1 },
      ],
      [HEARTBEAT, { timestamp: 2, thing_key }],
      [EVENT, { timestamp: 3, thing_key, data: { temperature: 41 } }],
      [EVENT, { timestamp: 4, thing_key, waypoint: [18.52, 73.85] }],
      [
        ALERTS,
        { alert: { thing_key, alert_type: 3, message: 'Hot', data: { t: 99 }, timestamp: 5, type: 'ALERT' } },
      ],
    ] as const) {
      const reply = await device.send(path, body)
      expect([path, reply.status, reply.text]).toEqual([path, 200, '{}'])
    }
    await deliver(device)
    const thing = (await account.admin.get(`/api/v3/things/${thing_key}`)).json.thing
    expect(thing).toMatchObject({
      thing_key,
      name: 'Compressor',
      description: 'An example',
      properties: { bi_directional: true },
      access_key: pair.access_key,
      last_heard_at: expect.any(Number),
    })
    const { json: events } = await account.admin.get(`/api/v3/things/${thing_key}/events`)
    expect(events.total_count).toBe(2)
    expect(events.events[0]).toMatchObject({
      timestamp: 4,
      waypoint: [18.52, 73.85],
      access_key: pair.access_key,
    })
    expect(events.events[1]).toMatchObject({ timestamp: 3, data: { temperature: 41 } })
    const { json: alerts } = await account.admin.get(`/api/v3/alerts?thing_key=${thing_key}`)
    expect(alerts.alerts).toEqual([
      expect.objectContaining({
        alert_type: 3,
        message: 'Hot',
        data: { t: 99 },
        timestamp: 5,
        instruction_key: null,
      }),
    ])
    expect(alerts.alerts[0].alert_key).toMatch(/^[1-9a-ft]{10}$/)
  })

  test('many in one: all of them, or none', async () => {
    const { device, thing } = await account.device()
    const one = (n: number) => ({ thing_key: thing, timestamp: n, data: { n }, compressed: false })
    const events = Array.from({ length: 50 }, (_, n) => one(n))
    expect((await device.send(EVENT, { events, timestamp: 1 })).status).toBe(200)
    expect(
      (
        await device.send(HEARTBEAT, {
          events: [{ thing_key: thing, type: 'THING_HEARTBEAT', timestamp: 1 }],
        })
      ).status,
    ).toBe(200)
    for (const bad of [
      { ...one(1), thing_key: 'unknown' },
      { ...one(1), data: 7 },
      { timestamp: 1, data: {} },
    ]) {
      expect((await device.send(EVENT, { events: [...events, bad] })).status).toBe(422)
    }
    await deliver(device)
    const { json } = await account.admin.get(`/api/v3/things/${thing}/events?per=100`)
    expect(json.events.map((event: { timestamp: number }) => event.timestamp)).toEqual(
      Array.from({ length: 50 }, (_, n) => 49 - n),
    )
  })

  test('a thing by a device’s own name is one thing, whichever pair registers it and how often', async () => {
    const [one, other] = [new Device(await account.pair()), new Device(await account.pair())]
    const device_key = `press ${crypto.randomUUID()}`
    for (const device of [one, other, one]) {
      expect((await device.send(REGISTER, { device_key, name: 'Press', timestamp: 1 })).status).toBe(200)
    }
    expect((await other.send(EVENT, { device_key, timestamp: 1, data: { a: 1 } })).status).toBe(200)
    await deliver(one)
    await deliver(other)
    const { json } = await account.admin.get('/api/v3/things?search=press&per=100')
    const named = json.things.filter((thing: { properties: object }) =>
      JSON.stringify(thing.properties).includes(device_key),
    )
    expect(named).toHaveLength(1)
    expect((await account.admin.get(`/api/v3/things/${named[0].thing_key}/events`)).json.total_count).toBe(1)
  })

  test('a thing that an operator made is known to every pair, and D1 is asked for it once', async () => {
    const made = await account.admin.call('POST', '/api/v3/things', { body: { thing: { name: 'Pump' } } })
    expect(made.status).toBe(200)
    const { thing_key } = made.json.thing
    const device = new Device(await account.pair())
    expect((await device.event(thing_key)).status).toBe(200)
    await env.DB.prepare('DELETE FROM things WHERE key = ?').bind(thing_key).run()
    expect((await device.event(thing_key)).status).toBe(200)
  })

  test('a thing of another organization is unknown', async () => {
    const { thing } = await (await makeAccount()).device()
    const { device } = await account.device()
    const refused = await device.event(thing)
    expect([refused.status, codesOf(refused)]).toEqual([422, ['INVALID_REQUEST']])
  })

  test('what was acknowledged comes back as it was sent: letters of every script, and numbers', async () => {
    const { device, thing } = await account.device()
    const data = {
      note: 'température 温度 🌡',
      quote: `'"\\`,
      list: [1, 1.5, -0.25, 1e21, true, null, { a: [] }],
      '': 'empty',
    }
    expect((await device.event(thing, data)).status).toBe(200)
    await deliver(device)
    const { json } = await account.admin.get(`/api/v3/things/${thing}/events`)
    expect(json.events[0].data).toEqual(data)
  })

  test.each([
    ['no JSON', EVENT, '{'],
    ['a list', EVENT, '[]'],
    ['null', EVENT, 'null'],
    ['nothing', EVENT, ''],
    ['no thing', EVENT, '{"timestamp":1,"data":{}}'],
    ['no data', EVENT, '{"thing_key":"THING","timestamp":1}'],
    ['data that is no object', EVENT, '{"thing_key":"THING","timestamp":1,"data":[1]}'],
    ['half a waypoint', EVENT, '{"thing_key":"THING","timestamp":1,"waypoint":[1]}'],
    ['a timestamp as text', EVENT, '{"thing_key":"THING","timestamp":"now","data":{}}'],
    ['no event', EVENT, '{"events":[]}'],
    ['events that are no list', EVENT, '{"events":{}}'],
    ['a prototype', EVENT, '{"thing_key":"THING","data":{"__proto__":{}}}'],
    ['depth', EVENT, `{"thing_key":"THING","data":{"a":${'['.repeat(100)}${']'.repeat(100)}}}`],
    ['a name that is none', REGISTER, '{"thing_key":"THING","name":7}'],
    ['a key that is none', REGISTER, '{"thing_key":"a b","name":"x"}'],
    ['an alert outside', ALERTS, '{"thing_key":"THING","alert_type":1}'],
    ['an alert of no type', ALERTS, '{"alert":{"thing_key":"THING","message":"m"}}'],
    ['an alert of a fifth type', ALERTS, '{"alert":{"thing_key":"THING","alert_type":4,"message":"m"}}'],
    [
      'an answer to no instruction',
      ALERTS,
      '{"alert":{"alert_key":"t1t1t1t1t1","alert_type":1,"message":"m"}}',
    ],
  ])('a signed body that can’t be used is 422, and nothing of it is kept: %s', async (_, path, body) => {
    const { device, thing } = await account.device()
    const refused = await device.send(path, body.replaceAll('THING', thing))
    expect([refused.status, codesOf(refused)]).toEqual([422, ['INVALID_REQUEST']])
    await deliver(device)
    expect((await account.admin.get(`/api/v3/things/${thing}/events`)).json).toMatchObject(NOTHING_MORE)
    expect((await account.admin.get(`/api/v3/alerts?thing_key=${thing}`)).json).toMatchObject(NOTHING_MORE)
  })

  test('whatever the Content-Type: JSON, form, and Latin-1 whose UTF-8 was signed', async () => {
    const pair = await account.pair()
    const device = new Device(pair)
    const thing = 'latin1'
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain; charset=ISO-8859-1',
      'application/json',
      'x',
    ]) {
      expect(
        (await device.send(REGISTER, { thing_key: thing, name: 'x' }, { 'Content-Type': type })).status,
      ).toBe(200)
    }
    const text = `{"data":{"note":"température °C"},"thing_key":"${thing}","timestamp":1}`
    const raw = Uint8Array.from(text, (character) => character.charCodeAt(0))
    const signature = await sign(await importSecret(pair.secret_key), utf8(text))
    const send = (type: string) =>
      call('POST', EVENT, {
        raw,
        headers: { 'X-Access-Key': pair.access_key, 'X-Dtn-Signature': signature, 'Content-Type': type },
      })
    expect((await send('text/plain; charset=ISO-8859-1')).status).toBe(200)
    expect((await send('text/plain; charset=UTF-8')).status).toBe(401)
    await deliver(device)
    const { json } = await account.admin.get(`/api/v3/things/${thing}/events`)
    expect(json.events.map((event: { data: object }) => event.data)).toEqual([{ note: 'température °C' }])
  })
})
