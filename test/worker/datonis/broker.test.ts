import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { compose } from '../../support/composed.ts'
import {
  type Account,
  ALERTS,
  askAsBroker,
  call,
  codesOf,
  Device,
  KEY_PAIRS,
  makeAccount,
  type Pair,
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

describe('instructions', () => {
  test('kept, signed for the pair that wrote of the thing, and answered by an alert', async () => {
    const own = await makeAccount()
    const { device, thing } = await own.device()
    await deliver(device)
    const made = await own.admin.call('POST', `/api/v3/things/${thing}/instructions`, {
      body: { instruction: { say: 'é', speed: 3 } },
    })
    expect(made.status).toBe(200)
    const { instruction, mqtt } = made.json
    expect(mqtt.topic).toBe(`Altizon/Datonis/${device.accessKey}/thing/${thing}/executeInstruction`)
    const text = `${mqtt.payload.slice(0, mqtt.payload.indexOf(',"access_key"'))}}`
    expect(mqtt.payload).toBe(
      `${text.slice(0, -1)},"access_key":"${device.accessKey}","hash":"${await device.sign(text)}"}`,
    )
    expect(JSON.parse(text)).toEqual({
      thing_key: thing,
      alert_key: instruction.alert_key,
      instruction_wrapper: { instruction: { say: 'é', speed: 3 } },
      timestamp: expect.any(Number),
    })
    const alert = { alert_key: instruction.alert_key, alert_type: 0, message: 'Done', data: {}, timestamp: 7 }
    expect((await device.send(ALERTS, { alert })).status).toBe(200)
    await deliver(device)
    expect((await own.admin.get('/api/v3/alerts')).json.alerts).toEqual([
      expect.objectContaining({ thing_key: thing, instruction_key: instruction.alert_key, message: 'Done' }),
    ])
    expect((await own.admin.get('/api/v3/instructions')).json).toMatchObject({
      total_count: 1,
      instructions: [{ alert_key: instruction.alert_key, instruction: { say: 'é', speed: 3 } }],
    })
    // A device that also names a thing must name that of the instruction, and answer one that was given.
    const both = { ...alert, thing_key: thing }
    expect((await device.send(ALERTS, { alert: both })).status).toBe(200)
    await device.send(REGISTER, { thing_key: 'another', name: 'another' })
    for (const wrong of [
      { ...alert, thing_key: 'another' },
      { ...both, alert_key: 'never given' },
      { ...alert, alert_key: 'never given' },
    ]) {
      const refused = await device.send(ALERTS, { alert: wrong })
      expect([refused.status, codesOf(refused)]).toEqual([422, ['INVALID_REQUEST']])
    }
    const unknown = await own.admin.call('POST', '/api/v3/things/nobody/instructions', {
      body: { instruction: {} },
    })
    expect(unknown.status).toBe(404)
  })
})

describe('instructions to a thing that its device knows by a name of its own', () => {
  const instruct = (thing: string) =>
    account.admin.call('POST', `/api/v3/things/${thing}/instructions`, { body: { instruction: { on: 1 } } })
  const known = async (register: object, search: string) => {
    const device = new Device(await account.pair())
    expect((await device.send(REGISTER, { timestamp: 1, ...register })).status).toBe(200)
    await deliver(device)
    const { json } = await account.admin.get(`/api/v3/things?search=${encodeURIComponent(search)}`)
    expect(json.total_count).toBe(1)
    return { device, thing: json.things[0].thing_key as string }
  }

  test('go to that name, and say it', async () => {
    const name = crypto.randomUUID()
    for (const device_key of [`Press-${name}`, `hall 3/presse é ${name}`]) {
      const { device, thing } = await known({ device_key, thing_key: '' }, device_key.split(' ').at(-1) ?? '')
      const { mqtt, instruction } = (await instruct(thing)).json
      const topic = `Altizon/Datonis/${device.accessKey}/thing/${device_key}/executeInstruction`
      expect(mqtt.topic).toBe(topic)
      const text = `${mqtt.payload.slice(0, mqtt.payload.indexOf(',"access_key"'))}}`
      expect(text).toMatch(/^[\x20-\x7e]*$/)
      expect(mqtt.payload).toContain(`"hash":"${await device.sign(text)}"`)
      expect(JSON.parse(text)).toMatchObject({
        thing_key: thing,
        device_key,
        alert_key: instruction.alert_key,
      })
      for (const acc of [1, 4]) {
        const asked = { username: device.accessKey, clientid: 'C1', topic, acc }
        expect((await askAsBroker('acl', asked)).status).toBe(200)
      }
      // As Go and Java answer: by the key of the instruction alone.
      const alert = {
        alert_key: instruction.alert_key,
        alert_type: 0,
        message: 'Done',
        data: {},
        timestamp: 7,
      }
      expect((await device.send(ALERTS, { alert })).status).toBe(200)
      await account.admin.call('DELETE', `/api/v3/things/${thing}`)
    }
  })

  test('are handed to a broker that asks for them, once and in order', async () => {
    const take = async (body: object) => (await askAsBroker('instructions', body)).json
    const { place, instructions } = await take({})
    expect(instructions).toEqual([])
    const made = []
    for (const device_key of [crypto.randomUUID(), crypto.randomUUID()]) {
      const { thing } = await known({ device_key }, device_key)
      made.push((await instruct(thing)).json.mqtt)
    }
    const taken = await take({ after: place })
    expect(taken.instructions).toEqual(made)
    expect(await take({ after: taken.place })).toEqual({ place: taken.place, instructions: [] })
    // A place beyond the end, as after all were forgotten, is the end.
    expect(await take({ after: taken.place + 1_000 })).toEqual({ place: taken.place, instructions: [] })
    expect((await askAsBroker('instructions', { after: -1 })).status).toBe(400)
  })

  test('a thing that was registered by its key is known by it, whatever else its device calls it', async () => {
    const thing_key = crypto.randomUUID().slice(0, 10)
    const { device, thing } = await known({ thing_key, device_key: 'own name' }, thing_key)
    const { mqtt } = (await instruct(thing)).json
    expect(mqtt.topic).toBe(`Altizon/Datonis/${device.accessKey}/thing/${thing_key}/executeInstruction`)
    expect(JSON.parse(mqtt.payload)).not.toHaveProperty('device_key')
  })

  test('a name that no topic may have is refused, and nothing is kept', async () => {
    const name = crypto.randomUUID()
    const { thing } = await known({ device_key: `a+b#${name}` }, name)
    const refused = await instruct(thing)
    expect([refused.status, codesOf(refused)]).toEqual([400, ['INVALID_PARAM']])
    const { json } = await account.admin.get(`/api/v3/instructions?thing_key=${thing}`)
    expect(json.total_count).toBe(0)
  })
})

describe('what is kept has its bounds', () => {
  const inside = (device: Device, sql: string, ...values: SqlStorageValue[]) =>
    runInDurableObject(env.INBOXES.getByName(device.accessKey), (_, { storage }) => {
      storage.sql.exec(sql, ...values)
    })
  const numbers = (most: number) =>
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${most})`

  test('10,000 things of a pair: one more is refused for good, those that it has go on', async () => {
    const { device, thing } = await account.device()
    await inside(device, `${numbers(9_998)} INSERT INTO things SELECT 'filler ' || n FROM numbers`)
    expect((await device.send(REGISTER, { thing_key: 'last', name: 'x' })).status).toBe(200)
    const refused = await device.send(REGISTER, { thing_key: 'beyond', name: 'x' })
    expect([refused.status, codesOf(refused)]).toEqual([400, ['LIMIT_REACHED']])
    expect((await device.send(REGISTER, { thing_key: 'last', name: 'again' })).status).toBe(200)
    expect((await device.event(thing)).status).toBe(200)
  })

  test('10,000 instructions of a pair that may be answered, until the oldest are 30 days old', async () => {
    const { device, thing } = await account.device()
    await deliver(device)
    const instruct = () =>
      account.admin.call('POST', `/api/v3/things/${thing}/instructions`, { body: { instruction: {} } })
    await inside(
      device,
      `${numbers(10_000)} INSERT INTO instructions SELECT 'filler ' || n, 'x', ? FROM numbers`,
      Date.now(),
    )
    const refused = await instruct()
    expect([refused.status, codesOf(refused)]).toEqual([400, ['LIMIT_REACHED']])
    await inside(device, 'UPDATE instructions SET at = ?', Date.now() - 31 * 86_400_000)
    expect((await instruct()).status).toBe(200)
  })

  test('bytes that wait for D1: past the bound 503, which devices bear, and then on again', async () => {
    const { device, thing } = await account.device()
    await deliver(device)
    await inside(device, 'CREATE TABLE ballast (bytes BLOB)')
    await inside(device, `${numbers(129)} INSERT INTO ballast SELECT zeroblob(1024 * 1024) FROM numbers`)
    const refused = await device.event(thing)
    expect([refused.status, codesOf(refused), refused.headers.get('Retry-After')]).toEqual([
      503,
      ['BUSY'],
      '1',
    ])
    await inside(device, 'DROP TABLE ballast')
    expect((await device.event(thing)).status).toBe(200)
  })

  test('what D1 refused for good takes the place of nothing that comes: the oldest of it is forgotten', async () => {
    const { device, thing } = await account.device()
    await deliver(device)
    await inside(
      device,
      `${numbers(129)} INSERT INTO outbox_dead SELECT n, 0, 'event', zeroblob(1024 * 1024), '' FROM numbers`,
    )
    expect((await device.event(thing)).status).toBe(200)
    const left = await runInDurableObject(env.INBOXES.getByName(device.accessKey), (_, { storage }) =>
      storage.sql.exec('SELECT min(seq) AS oldest, max(seq) AS newest FROM outbox_dead').one(),
    )
    expect(left).toEqual({ oldest: 66, newest: 129 })
  })

  test('a deleted pair’s inbox keeps a tombstone, and nothing of what it knew', async () => {
    const { device } = await account.device()
    await account.admin.call('DELETE', `${KEY_PAIRS}/${device.accessKey}`)
    const left = await runInDurableObject(env.INBOXES.getByName(device.accessKey), (_, { storage }) =>
      storage.sql
        .exec(
          `SELECT sealed_secret, (SELECT count(*) FROM things) AS things, (SELECT count(*) FROM outbox) AS outbox
           FROM pair`,
        )
        .one(),
    )
    expect(left).toEqual({ sealed_secret: '', things: 0, outbox: 0 })
  })
})

describe('for a broker', () => {
  const auth = (pair: Pair, password: string) =>
    askAsBroker('auth', { username: pair.access_key, password, clientid: 'c' })

  test('without the broker’s token no client can try a password there, nor anything else', async () => {
    const pair = await account.pair()
    const password = await new Device(pair).sign(pair.access_key)
    const body = { username: pair.access_key, password, clientid: 'c', topic: 'x', payload: '{}' }
    const token = String(env.LATCHKEY_BROKER_TOKEN)
    for (const hook of ['auth', 'acl', 'publish', 'instructions']) {
      const path = `/internal/mqtt/${hook}`
      for (const Authorization of [undefined, 'Bearer x', `Bearer ${token}x`, `Basic ${btoa(`${token}:`)}`]) {
        const refused = await call('POST', path, {
          body,
          ...(Authorization && { headers: { Authorization } }),
        })
        expect([hook, refused.status, codesOf(refused)]).toEqual([hook, 401, ['UNAUTHORIZED']])
      }
      for (const brokerToken of [null, 'too short']) {
        const { fetch } = await compose({ brokerToken })
        const headers = { Authorization: `Bearer ${brokerToken ?? token}` }
        const absent = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
        expect(absent.status).toBe(404)
      }
    }
    const headers = { Authorization: `Basic ${btoa(`broker:${token}`)}` }
    expect((await call('POST', '/internal/mqtt/auth', { body, headers })).status).toBe(200)
  })

  test('the password is the signature of the access key; a pair that is off can’t connect', async () => {
    const pair = await account.pair()
    const password = await new Device(pair).sign(pair.access_key)
    const good = await auth(pair, password)
    expect([good.status, good.json]).toEqual([200, { result: 'allow' }])
    expect(
      (
        await auth(
          pair,
          password.replace(/^./, (digit) => (digit === 'a' ? 'b' : 'a')),
        )
      ).status,
    ).toBe(401)
    expect((await auth(await account.pair(), password)).status).toBe(401)
    await account.admin.call('PUT', `${KEY_PAIRS}/${pair.access_key}`, {
      body: { key_pair: { enabled: false } },
    })
    expect((await auth(pair, password)).status).toBe(401)
  })

  test('topics: its own client’s and its own access key’s', async () => {
    const pair = await account.pair()
    const acl = async (members: object) =>
      (await askAsBroker('acl', { username: pair.access_key, clientid: 'C1', ...members })).status
    for (const [topic, publish, subscribe] of [
      ['Altizon/Datonis/C1/event', 200, 403],
      ['Altizon/Datonis/C1/register', 200, 403],
      ['Altizon/Datonis/lzf/C1/event', 200, 403],
      ['Altizon/Datonis/C1/httpAck', 403, 200],
      [`Altizon/Datonis/${pair.access_key}/thing/t1/executeInstruction`, 403, 200],
      [`Altizon/Datonis/${pair.access_key}/thing/+/executeInstruction`, 403, 200],
      ['Altizon/Datonis/C2/event', 403, 403],
      ['Altizon/Datonis/C2/httpAck', 403, 403],
      ['Altizon/Datonis/+/httpAck', 403, 403],
      ['Altizon/Datonis/lzf/C1/alert', 403, 403],
      ['Altizon/Datonis/1d2fb5c3/thing/t1/executeInstruction', 403, 403],
      [`Altizon/Datonis/${pair.access_key}/thing/#`, 403, 403],
      ['#', 403, 403],
      ['$SYS/broker', 403, 403],
    ] as const) {
      expect([
        topic,
        await acl({ topic, action: 'publish' }),
        await acl({ topic, action: 'subscribe' }),
      ]).toEqual([topic, publish, subscribe])
      expect([topic, await acl({ topic, acc: 2 }), await acl({ topic, acc: '4' })]).toEqual([
        topic,
        publish,
        subscribe,
      ])
    }
  })

  test('a pair that is off while its device is connected hears so at once: 401, and instructions no longer', async () => {
    const { device, thing } = await account.device()
    const username = device.accessKey
    const asked = async (topic: string, acc: number) =>
      (await askAsBroker('acl', { username, clientid: 'C1', topic, acc })).status
    const published = async () => {
      const text = `{"data":{},"thing_key":"${thing}","timestamp":9}`
      const hash = await device.sign(text)
      const payload = `${text.slice(0, -1)},"hash":"${hash}","access_key":"${username}"}`
      expect(await asked('Altizon/Datonis/C1/event', 2)).toBe(200)
      const { json } = await askAsBroker('publish', { topic: 'Altizon/Datonis/C1/event', payload })
      expect(await asked(json.topic, 1)).toBe(200)
      return JSON.parse(json.payload)
    }
    const instructions = `Altizon/Datonis/${username}/thing/${thing}/executeInstruction`
    expect([(await published()).http_code, await asked(instructions, 1)]).toEqual([200, 200])
    const role_key = await account.role('Read Only')
    await account.admin.call('PUT', `${KEY_PAIRS}/${username}`, { body: { key_pair: { role_key } } })
    expect([(await published()).http_code, await asked(instructions, 1)]).toEqual([403, 200])
    await account.admin.call('PUT', `${KEY_PAIRS}/${username}`, { body: { key_pair: { enabled: false } } })
    expect([(await published()).http_code, await asked(instructions, 1)]).toEqual([401, 401])
    await account.admin.call('DELETE', `${KEY_PAIRS}/${username}`)
    expect([(await published()).http_code, await asked(instructions, 4)]).toEqual([401, 401])
  })

  test('what was published is taken when its hash is good, and acknowledged as devices read it', async () => {
    const { device, thing } = await account.device()
    const plain = `{"data":{"t":55.0},"thing_key":"${thing}","timestamp":9}`
    const hash = await device.sign(plain)
    const members = `"hash":"${hash}","access_key":"${device.accessKey}"`
    const publish = async (payload: string, topic = 'Altizon/Datonis/C1/event') => {
      const { status, json } = await askAsBroker('publish', { topic, payload })
      expect([status, json.topic]).toEqual([200, 'Altizon/Datonis/C1/httpAck'])
      return JSON.parse(json.payload)
    }
    expect(await publish(`${plain.slice(0, -1)},${members},"aliot_protocol_version":2.0}`)).toEqual({
      context: hash,
      http_code: 200,
      http_msg: {},
    })
    expect(await publish(`{${members},${plain.slice(1)}`)).toEqual({ context: hash, http_code: 200 })
    expect(
      await publish(`${plain.slice(0, -1).replace('55.0', '56.0')},${members},"aliot_protocol_version":2.0}`),
    ).toMatchObject({
      http_code: 401,
      http_msg: { errors: [{ code: 'UNAUTHORIZED' }] },
    })
    expect(await publish(`${plain.slice(0, -1)},"access_key":"${device.accessKey}"}`)).toEqual({
      context: '',
      http_code: 401,
    })
    expect(await publish('not json')).toEqual({ context: 'PARSE_ERROR', http_code: 500 })
    expect(await publish(`${plain.slice(0, -1)},${members}}`, 'Altizon/Datonis/lzf/C1/event')).toMatchObject({
      http_code: 422,
    })
    await deliver(device)
    expect((await account.admin.get(`/api/v3/things/${thing}/events`)).json.total_count).toBe(2)
    const elsewhere = await askAsBroker('publish', { topic: 'other', payload: '{}' })
    expect(elsewhere.status).toBe(400)
  })
})
