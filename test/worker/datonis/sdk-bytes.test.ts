/** What the device SDKs really send, member for member, over HTTP and as their broker hands it on. */
import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { utf8 } from '../../../src/core/kernel/encoding.ts'
import {
  type Account,
  ALERTS,
  askAsBroker,
  call,
  codesOf,
  Device,
  EVENT,
  HEARTBEAT,
  makeAccount,
  REGISTER,
} from '../../support/datonis.ts'
import { compressLzf } from '../../support/lzf.ts'

let account: Account
beforeAll(async () => {
  account = await makeAccount()
})

async function deliver(device: Device): Promise<void> {
  await runDurableObjectAlarm(env.INBOXES.getByName(device.accessKey))
}

async function thingsNamed(text: string) {
  const { json } = await account.admin.get(`/api/v3/things?per=100&search=${encodeURIComponent(text)}`)
  return json.things as { thing_key: string; name: string; description: string; properties: object }[]
}

async function publish(topic: string, sent: object) {
  const { status, json } = await askAsBroker('publish', { topic, ...sent })
  expect([status, json.topic]).toEqual([200, 'Altizon/Datonis/C1/httpAck'])
  return JSON.parse(json.payload)
}

/** As the Java SDK adds them: a `HashMap` puts them anywhere. */
async function withHash(device: Device, plain: string): Promise<{ hash: string; payload: string }> {
  const hash = await device.sign(plain)
  const added = `"hash":"${hash}","access_key":"${device.accessKey}","aliot_protocol_version":2.0`
  return { hash, payload: `${plain.slice(0, -1)},${added}}` }
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

describe('Go', () => {
  test('sends both keys, one of them empty, with every message', async () => {
    const device = new Device(await account.pair())
    const thing = crypto.randomUUID().slice(0, 10)
    const deviceKey = `press ${thing}`
    for (const keys of [
      { thing_key: thing, device_key: '' },
      { thing_key: '', device_key: deviceKey },
    ]) {
      for (const [path, body] of [
        [REGISTER, { bi_directional: true, ...keys, name: 'Compressor', timestamp: 1446448242000 }],
        [HEARTBEAT, { ...keys, timestamp: 1446448242000 }],
        [EVENT, { data: { pressure: 3 }, ...keys, timestamp: 1446448242000 }],
        [ALERTS, { alert: { alert_type: 1, data: { t: 120 }, message: 'Hot', timestamp: 1, ...keys } }],
      ] as const) {
        const reply = await device.send(path, body)
        expect([path, keys, reply.status, reply.text]).toEqual([path, keys, 200, '{}'])
      }
    }
    await deliver(device)
    const [named] = await thingsNamed(thing)
    expect(named).toMatchObject({ thing_key: thing, name: 'Compressor' })
    expect(named?.properties).not.toHaveProperty('device_key')
    const byDevice = (await thingsNamed('compressor')).filter(({ properties }) =>
      JSON.stringify(properties).includes(deviceKey),
    )
    expect(byDevice).toHaveLength(1)
    for (const { thing_key } of [named, byDevice[0]] as { thing_key: string }[]) {
      const { json } = await account.admin.get(`/api/v3/alerts?thing_key=${thing_key}`)
      expect(json.total_count).toBe(1)
    }
  })

  test('a thing needs one of the keys: two empty ones are none', async () => {
    const { device } = await account.device()
    for (const keys of [{ thing_key: '', device_key: '' }, { thing_key: null, device_key: '' }, {}]) {
      const refused = await device.send(REGISTER, { name: 'x', ...keys })
      expect([refused.status, codesOf(refused)]).toEqual([422, ['INVALID_REQUEST']])
    }
  })
})

describe('Java in its alias mode', () => {
  test('registers by a name of its own and nothing else: the thing is called so, until it gets a name', async () => {
    const device = new Device(await account.pair())
    const device_key = `alias-${crypto.randomUUID()}`
    const register = { bi_directional: true, device_key, timestamp: 1446448242000 }
    expect((await device.send(REGISTER, register)).status).toBe(200)
    await deliver(device)
    const [thing] = await thingsNamed(device_key)
    expect(thing).toMatchObject({ name: device_key, properties: { device_key, bi_directional: true } })
    // A name that an operator gave stays, and so does a description.
    const named = { ...register, name: 'Stamper', description: 'In hall 3' }
    expect((await device.send(REGISTER, named)).status).toBe(200)
    expect((await device.send(REGISTER, register)).status).toBe(200)
    await deliver(device)
    expect((await device.send(REGISTER, register)).status).toBe(200)
    await deliver(device)
    const { json } = await account.admin.get(`/api/v3/things/${thing?.thing_key}`)
    expect(json.thing).toMatchObject({ name: 'Stamper', description: 'In hall 3' })
    expect(await thingsNamed('stamper')).toHaveLength(1)
  })

  test('without a name a thing of a key is called by its key', async () => {
    const device = new Device(await account.pair())
    const thing_key = crypto.randomUUID().slice(0, 10)
    expect((await device.send(REGISTER, { thing_key, device_key: '', timestamp: 1 })).status).toBe(200)
    await deliver(device)
    expect(await thingsNamed(thing_key)).toEqual([expect.objectContaining({ name: thing_key })])
  })
})

describe('compressed events', () => {
  const big = (thing: string, n: number) =>
    JSON.stringify({ data: { n, text: 'température '.repeat(200) }, thing_key: thing, timestamp: n })

  async function numbersOf(thing: string): Promise<number[]> {
    const { json } = await account.admin.get(`/api/v3/things/${thing}/events?per=100`)
    const events = json.events as { timestamp: number; data: { n: number; text: string } }[]
    for (const { data } of events) expect(data.text).toHaveLength(2_400)
    return events.map(({ data }) => data.n).sort((a, b) => a - b)
  }

  test('over HTTP, as C sends them: the signature is of the JSON', async () => {
    const { device, thing } = await account.device()
    for (let n = 0; n < 5; n++) {
      const plain = big(thing, n)
      const reply = await call('POST', EVENT, {
        raw: compressLzf(utf8(plain)),
        headers: {
          'X-Access-Key': device.accessKey,
          'X-Dtn-Signature': await device.sign(plain),
          'X-Compressed': 'LZF',
          'Content-Type': 'application/octet-stream',
        },
      })
      expect([reply.status, reply.text]).toEqual([200, '{}'])
    }
    await deliver(device)
    expect(await numbersOf(thing)).toEqual([0, 1, 2, 3, 4])
  })

  test('over MQTT, as Java sends them: 60, each exactly once', async () => {
    const { device, thing } = await account.device()
    for (let n = 0; n < 60; n++) {
      const { hash, payload } = await withHash(device, big(thing, n))
      const payload_base64 = toBase64(compressLzf(utf8(payload)))
      expect(await publish('Altizon/Datonis/lzf/C1/event', { payload_base64 })).toEqual({
        context: hash,
        http_code: 200,
        http_msg: {},
      })
    }
    await deliver(device)
    expect(await numbersOf(thing)).toEqual(Array.from({ length: 60 }, (_, n) => n))
  })

  test('what is not compressed may come as bytes, too', async () => {
    const { device, thing } = await account.device()
    const { hash, payload } = await withHash(device, `{"data":{"a":"é"},"thing_key":"${thing}"}`)
    const answer = await publish('Altizon/Datonis/C1/event', { payload_base64: toBase64(utf8(payload)) })
    expect(answer).toMatchObject({ context: hash, http_code: 200 })
  })

  test('bytes that are no LZF, or would be too many, are 422, which no SDK sends again', async () => {
    const { device, thing } = await account.device()
    const bomb = compressLzf(new Uint8Array(1024 * 1024 + 1).fill(32))
    expect(bomb.length).toBeLessThan(32 * 1024)
    for (const bytes of [utf8('ZV\u0001'), utf8('{}'), bomb]) {
      const signature = await device.sign('{}')
      const headers = {
        'X-Access-Key': device.accessKey,
        'X-Dtn-Signature': signature,
        'X-Compressed': 'LZF',
      }
      const refused = await call('POST', EVENT, { raw: bytes, headers })
      expect([refused.status, codesOf(refused)]).toEqual([422, ['INVALID_REQUEST']])
      const payload_base64 = toBase64(bytes)
      const answer = await publish('Altizon/Datonis/lzf/C1/event', { payload_base64 })
      expect(answer).toMatchObject({ context: 'PARSE_ERROR', http_code: 422 })
    }
    // Text is not what was published there: a broker lost its bytes.
    const { payload } = await withHash(device, big(thing, 1))
    expect(await publish('Altizon/Datonis/lzf/C1/event', { payload })).toMatchObject({ http_code: 422 })
    const other = await device.send(EVENT, big(thing, 1), { 'X-Compressed': 'gzip' })
    expect([other.status, codesOf(other)]).toEqual([422, ['UNSUPPORTED_COMPRESSION']])
    await deliver(device)
    expect(await numbersOf(thing)).toEqual([])
  })
})

describe('what a refusal says, and what is read', () => {
  test('it names the member, in one message and in many', async () => {
    const { device, thing } = await account.device()
    for (const [path, body, message] of [
      [EVENT, { thing_key: thing }, 'data or waypoint is required'],
      [
        EVENT,
        { events: [{ thing_key: thing, data: {} }, { thing_key: thing }] },
        'events.1: data or waypoint is required',
      ],
      [EVENT, { thing_key: thing, waypoint: [1] }, /^waypoint/],
      [EVENT, { events: [{ thing_key: thing, data: 7 }] }, /^events\.0\.data/],
      [EVENT, { events: {} }, /^events/],
      [EVENT, { events: [] }, /^events/],
      [HEARTBEAT, { thing_key: 7 }, /^thing_key/],
      [HEARTBEAT, { events: [{ thing_key: 'a b' }] }, /^events\.0\.thing_key/],
    ] as const) {
      const { status, json } = await device.send(path, body)
      expect([status, json.errors[0].code]).toEqual([422, 'INVALID_REQUEST'])
      expect(json.errors[0].message).toEqual(
        typeof message === 'string' ? message : expect.stringMatching(message),
      )
    }
  })

  test('a timestamp may be a number as text', async () => {
    const { device, thing } = await account.device()
    for (const timestamp of ['1446448242000', 1446448242000.7, ' 1446448242000 ']) {
      expect((await device.send(EVENT, { thing_key: thing, timestamp, data: {} })).status).toBe(200)
    }
    for (const timestamp of ['now', '', '1e3', '-1', '9999999999999999']) {
      expect((await device.send(EVENT, { thing_key: thing, timestamp, data: {} })).status).toBe(422)
    }
    await deliver(device)
    const { json } = await account.admin.get(`/api/v3/things/${thing}/events`)
    expect(json.events.map((event: { timestamp: number }) => event.timestamp)).toEqual(
      Array(3).fill(1446448242000),
    )
  })
})
