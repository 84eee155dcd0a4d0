import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { utf8 } from '../../../src/core/encoding.ts'
import { importSecret, sign } from '../../../src/core/key-pairs/signature.ts'
import {
  type Account,
  ALERTS,
  call,
  codesOf,
  Device,
  EVENT,
  HEARTBEAT,
  KEY_PAIRS,
  makeAccount,
  type Pair,
  Person,
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
    ['no name', REGISTER, '{"thing_key":"THING"}'],
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

  test('compressed bodies are 422 UNSUPPORTED_COMPRESSION', async () => {
    const { device } = await account.device()
    const refused = await device.send(EVENT, 'ZV\u0001', {
      'X-Compressed': 'LZF',
      'Content-Type': 'application/octet-stream',
    })
    expect([refused.status, codesOf(refused)]).toEqual([422, ['UNSUPPORTED_COMPRESSION']])
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

describe('who may', () => {
  test('no access key, no signature, a wrong one, a made-up key, another pair’s: one 401', async () => {
    const pair = await account.pair()
    const other = await account.pair()
    const body = '{"thing_key":"t","timestamp":1,"data":{}}'
    const good = await sign(await importSecret(pair.secret_key), utf8(body))
    const flipped = pair.access_key.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'))
    const answers = new Set<string>()
    for (const headers of [
      {},
      { 'X-Access-Key': pair.access_key },
      { 'X-Dtn-Signature': good },
      { 'X-Access-Key': pair.access_key, 'X-Dtn-Signature': '' },
      { 'X-Access-Key': pair.access_key, 'X-Dtn-Signature': 'f'.repeat(64) },
      { 'X-Access-Key': pair.access_key, 'X-Dtn-Signature': good.slice(1) },
      { 'X-Access-Key': other.access_key, 'X-Dtn-Signature': good },
      { 'X-Access-Key': flipped, 'X-Dtn-Signature': good },
      { 'X-Access-Key': '1d2fb5c369863fd54afafde654c26dtd51122t8e', 'X-Dtn-Signature': good },
      { 'X-Access-Key': 'x'.repeat(5_000), 'X-Dtn-Signature': good },
    ]) {
      const refused = await call('POST', EVENT, { raw: body, headers: headers as Record<string, string> })
      expect(refused.status).toBe(401)
      answers.add(refused.text)
    }
    expect(answers.size).toBe(1)
    // A body that is changed on its way.
    const changed = await call('POST', EVENT, {
      raw: `${body} `,
      headers: { 'X-Access-Key': pair.access_key, 'X-Dtn-Signature': good },
    })
    expect(changed.status).toBe(401)
  })

  test('a made-up access key makes no object', async () => {
    const name = '1d2fb5c369863fd54afafde654c26dtd51122t8e'
    await call('POST', EVENT, {
      raw: '{}',
      headers: { 'X-Access-Key': name, 'X-Dtn-Signature': 'f'.repeat(64) },
    })
    const tables = await runInDurableObject(env.INBOXES.getByName(name), (_, state) =>
      state.storage.sql.exec('SELECT name FROM sqlite_master').toArray(),
    )
    expect(tables).toEqual([])
  })

  test('disabled, expired and deleted: refused from the answer on, with the same 401; enabled again: accepted', async () => {
    const { device, thing } = await account.device()
    const path = `${KEY_PAIRS}/${device.accessKey}`
    const put = (key_pair: object) => account.admin.call('PUT', path, { body: { key_pair } })
    const stranger = await new Device({ access_key: device.accessKey, secret_key: 'wrong' }).event(thing)
    const refused = async () => {
      const reply = await device.event(thing)
      expect([reply.status, reply.text]).toEqual([401, stranger.text])
      // Nor does a bad body tell more.
      expect((await device.send(EVENT, '{')).status).toBe(401)
    }
    expect((await device.event(thing)).status).toBe(200)
    await put({ enabled: false })
    await refused()
    await put({ enabled: true })
    expect((await device.event(thing)).status).toBe(200)
    await put({ expiry_date: '2015-10-29T18:30:00.000Z' })
    await refused()
    await put({ expiry_date: null })
    expect((await device.event(thing)).status).toBe(200)
    await account.admin.call('DELETE', path)
    await refused()
  })

  test('a pair expires at the instant that it says, without a call', async () => {
    const soon = new Date(Date.now() + 700)
    const { device, thing } = await account.device()
    await account.admin.call('PUT', `${KEY_PAIRS}/${device.accessKey}`, {
      body: { key_pair: { expiry_date: soon.toISOString() } },
    })
    let last = 200
    for (
      const deadline = Date.now() + 5_000;
      last === 200 && Date.now() < deadline;
      await scheduler.wait(20)
    ) {
      const before = Date.now()
      last = (await device.event(thing)).status
      if (before >= soon.getTime() + 50) expect(last).toBe(401)
    }
    expect(last).toBe(401)
    expect(Date.now()).toBeGreaterThanOrEqual(soon.getTime())
  })

  test('roles decide: Agent writes, Read Only reads, Account Admin both; a role of one’s own what it says', async () => {
    const make = async (name: string) =>
      new Device(await account.pair({ role_key: await account.role(name) }))
    const own = async (name: string, abilities: number[]) => {
      const { json } = await account.admin.call('POST', '/api/v3/roles', {
        body: { role: { name, abilities } },
      })
      return new Device(await account.pair({ role_key: json.role.role_key }))
    }
    const { thing } = await account.device()
    for (const [device, writes, registers, reads] of [
      [await make('Agent'), true, true, false],
      [await make('Read Only'), false, false, true],
      [await make('Account Admin'), true, true, true],
      [await own('Events only', [12]), true, false, false],
      [await own('Registrar', [10]), false, true, false],
      [await own('Everything', [0]), true, true, true],
      [await own('Nothing', []), false, false, false],
    ] as const) {
      const statuses = [
        (await device.send(EVENT, { thing_key: thing, timestamp: 1, data: { a: 1 } })).status,
        (await device.send(REGISTER, { thing_key: thing, name: 'x' })).status,
        (
          await call('GET', '/api/v3/things', {
            headers: { 'X-Access-Key': device.accessKey, 'X-Dtn-Signature': await device.sign('') },
          })
        ).status,
      ]
      expect(statuses).toEqual([writes, registers, reads].map((may) => (may ? 200 : 403)))
    }
  })

  test('unsigned reads only where the organization switched them on, and never of key pairs', async () => {
    const own = await makeAccount()
    const { thing } = await own.device()
    const reader = new Device(await own.pair({ role_key: await own.role('Read Only') }))
    const agent = new Device(await own.pair())
    const read = (device: Device, path: string, more: Record<string, string> = {}) =>
      call('GET', path, { headers: { 'X-Access-Key': device.accessKey, ...more } })
    expect((await read(reader, '/api/v3/things')).status).toBe(401)
    await own.admin.call('PUT', '/api/v3/organisation', {
      body: { organisation: { allow_unsigned_reads: true } },
    })
    for (const path of [
      '/api/v3/things',
      '/api/v3/alerts',
      '/api/v3/instructions',
      `/api/v3/things/${thing}.json`,
    ]) {
      const expected = path.includes(thing) ? [200, 404] : [200]
      expect(expected).toContain((await read(reader, path)).status)
      expect((await read(agent, path)).status).toBe(403)
      // A signature that is sent must be good.
      expect((await read(reader, path, { 'X-Dtn-Signature': 'f'.repeat(64) })).status).toBe(401)
    }
    expect((await read(reader, KEY_PAIRS)).status).toBe(401)
    expect(
      (await call('POST', EVENT, { raw: '{}', headers: { 'X-Access-Key': agent.accessKey } })).status,
    ).toBe(401)
    await own.admin.call('PUT', `${KEY_PAIRS}/${reader.accessKey}`, {
      body: { key_pair: { enabled: false } },
    })
    expect((await read(reader, '/api/v3/things')).status).toBe(401)
  })
})

describe('off is off', () => {
  test('16 writers, one disable: not one write that began after its answer is accepted', async () => {
    const { device, thing } = await account.device()
    let disabledAt = Number.POSITIVE_INFINITY
    const late: number[] = []
    let accepted = 0
    const writer = async () => {
      for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
        // As over a network, where nobody asks without letting others in.
      await scheduler.wait(1)
      const isAfter = disabledAt !== Number.POSITIVE_INFINITY
        const { status } = await device.event(thing)
        if (status === 401) return
        expect(status).toBe(200)
        accepted++
        if (isAfter) late.push(status)
      }
      throw new Error('the pair was never refused')
    }
    const writers = Array.from({ length: 16 }, writer)
    for (const deadline = Date.now() + 5_000; accepted < 50 && Date.now() < deadline; )
      await scheduler.wait(1)
    const put = await account.admin.call('PUT', `${KEY_PAIRS}/${device.accessKey}`, {
      body: { key_pair: { enabled: false } },
    })
    disabledAt = performance.now()
    expect(put.status).toBe(200)
    await Promise.all(writers)
    expect(accepted).toBeGreaterThanOrEqual(50)
    expect(late).toEqual([])
  })

  test('a change of a role is obeyed by every pair of it once it is answered', async () => {
    const { json } = await account.admin.call('POST', '/api/v3/roles', {
      body: { role: { name: 'Fleet', abilities: [10, 12] } },
    })
    const { role_key } = json.role
    const devices = await Promise.all(
      Array.from({ length: 40 }, async () => new Device(await account.pair({ role_key }))),
    )
    const { thing } = await account.device()
    await devices[0]?.send(REGISTER, { thing_key: thing, name: 'x' })
    const changed = await account.admin.call('PUT', `/api/v3/roles/${role_key}`, {
      body: { role: { abilities: [10] } },
    })
    expect([changed.status, changed.json.role.abilities]).toEqual([200, [10]])
    const after = await Promise.all(
      devices.map((device) => device.send(EVENT, { thing_key: thing, data: { a: 1 } })),
    )
    expect(new Set(after.map(({ status }) => status))).toEqual(new Set([403]))
    await account.admin.call('PUT', `/api/v3/roles/${role_key}`, { body: { role: { abilities: [10, 12] } } })
    expect((await devices[39]?.send(REGISTER, { thing_key: thing, name: 'x' }))?.status).toBe(200)
    expect((await devices[39]?.send(EVENT, { thing_key: thing, data: { a: 1 } }))?.status).toBe(200)
  })
})

describe('roles', () => {
  test('made, read, listed, changed, deleted; by either name of the resource', async () => {
    const made = await account.admin.call('POST', '/api/v3/roles', {
      body: { role: { name: 'Write Only', abilities: [3] } },
    })
    const { role } = made.json
    expect([made.status, role]).toEqual([
      200,
      {
        abilities: [3],
        account_admin: false,
        role_key: expect.stringMatching(/^[1-9a-ft]{10}$/),
        name: 'Write Only',
        permissions: [
          { class: 'role', operation: 'read', seqno: 1 },
          { class: 'role', operation: 'update', seqno: 3 },
        ],
      },
    ])
    const old = await account.admin.get(`/api/v3/datonis_roles/${role.role_key}`)
    expect(old.json.datonis_role).toMatchObject({ datonis_role_key: role.role_key, name: 'Write Only' })
    const listed = await account.admin.get('/api/v3/datonis_roles?search=WRITE&order_by=name')
    expect(listed.json).toMatchObject({ total_count: 1, page: 1, datonis_roles: [{ name: 'Write Only' }] })
    const path = `/api/v3/roles/${role.role_key}`
    const taken = await account.admin.call('PUT', path, { body: { role: { name: 'Agent' } } })
    expect([taken.status, codesOf(taken)]).toEqual([400, ['NAME_TAKEN']])
    const twice = await account.admin.call('POST', '/api/v3/roles', { body: { role: { name: 'Agent' } } })
    expect([twice.status, codesOf(twice)]).toEqual([400, ['NAME_TAKEN']])
    const pair = await account.pair({ role_key: role.role_key })
    const renamed = await account.admin.call('PATCH', path, { body: { role: { name: 'Writers' } } })
    expect(renamed.json.role).toMatchObject({ name: 'Writers', abilities: [3] })
    expect((await account.admin.get(`${KEY_PAIRS}/${pair.access_key}`)).json.key_pair.role_name).toBe(
      'Writers',
    )
    const used = await account.admin.call('DELETE', path)
    expect([used.status, codesOf(used)]).toEqual([400, ['ROLE_IN_USE']])
    await account.admin.call('DELETE', `${KEY_PAIRS}/${pair.access_key}`)
    expect((await account.admin.call('DELETE', path)).text).toBe('{}')
    expect((await account.admin.get(path)).status).toBe(404)
  })

  test('the built-in ones stay as they are: 403', async () => {
    for (const name of ['Account Admin', 'Agent', 'Read Only']) {
      const path = `/api/v3/roles/${await account.role(name)}`
      for (const method of ['PUT', 'PATCH', 'DELETE']) {
        const body = method === 'DELETE' ? {} : { body: { role: { name: 'x' } } }
        const refused = await account.admin.call(method, path, body)
        expect([refused.status, codesOf(refused)]).toEqual([403, ['FORBIDDEN']])
      }
    }
  })

  test.each([[['x']], [[99]], [[1.5]], [[-1]], 'all', [[null]]])(
    'abilities %j are refused',
    async (abilities) => {
      const refused = await account.admin.call('POST', '/api/v3/roles', {
        body: { role: { name: 'bad', abilities } },
      })
      expect([refused.status, codesOf(refused)]).toEqual([400, ['INVALID_PARAM']])
    },
  )
})

describe('sessions', () => {
  test('a token is 16 bytes, ends with signing out, and every wrong one is one 401', async () => {
    const { email, password } = account
    const signedIn = await call('POST', '/api_sign_in.json', {
      raw: new URLSearchParams({ email, password }).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    })
    expect(signedIn.json).toMatchObject({ success: true, email, role: 'admin', time_zone: 'UTC' })
    expect(signedIn.json.auth_token).toMatch(/^[A-Za-z0-9_-]{22}$/)
    const query = new URLSearchParams({ email, password })
    expect((await call('POST', `/api_sign_in?${query}`)).status).toBe(200)
    const person = new Person(signedIn.json.auth_token)
    expect((await person.get(KEY_PAIRS)).status).toBe(200)
    const out = await person.call('DELETE', '/api_sign_out')
    expect([out.status, out.json]).toEqual([200, { success: true, message: 'User signout Sucessfully.' }])
    const refusals = await Promise.all(
      [person.token, '', 'x', 'WtUFnj8pvSxVnH9e_xkq7A', `${person.token}x`].map((token) =>
        new Person(token).get(KEY_PAIRS),
      ),
    )
    refusals.push(await call('GET', KEY_PAIRS))
    expect(new Set(refusals.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(refusals[0]?.status).toBe(401)
    for (const wrong of [
      { email, password: 'x' },
      { email: 'nobody@x.example', password },
    ]) {
      const refused = await call('POST', '/api_sign_in', { body: wrong })
      expect([refused.status, codesOf(refused)]).toEqual([401, ['UNAUTHORIZED']])
    }
    expect((await call('POST', '/api_sign_in', { body: { email } })).status).toBe(400)
  })

  test('a use puts off the end, but not with skip_token_update; nothing after 30 minutes', async () => {
    const { email, password } = account
    const { json } = await call('POST', '/api_sign_in', { body: { email, password } })
    const person = new Person(json.auth_token)
    const latest = () =>
      env.DB.prepare(
        "SELECT ends_at AS at FROM sessions WHERE sort = 'datonis:session' ORDER BY created_at DESC, rowid DESC LIMIT 1",
      ).first<number>('at')
    const endIn = async (milliseconds: number) => {
      await env.DB.prepare(
        "UPDATE sessions SET ends_at = ? WHERE rowid = (SELECT rowid FROM sessions WHERE sort = 'datonis:session' ORDER BY created_at DESC, rowid DESC LIMIT 1)",
      )
        .bind(Date.now() + milliseconds)
        .run()
      return latest()
    }
    const first = await latest()
    expect((first ?? 0) - Date.now()).toBeGreaterThan(29 * 60_000)
    expect((first ?? 0) - Date.now()).toBeLessThanOrEqual(30 * 60_000)
    const soon = await endIn(60_000)
    expect((await person.get(`${KEY_PAIRS}?skip_token_update=true`)).status).toBe(200)
    expect(await latest()).toBe(soon)
    expect((await person.get(KEY_PAIRS)).status).toBe(200)
    let slid = await latest()
    for (
      const deadline = Date.now() + 4_000;
      slid === soon && Date.now() < deadline;
      await scheduler.wait(20)
    )
      slid = await latest()
    expect((slid ?? 0) - Date.now()).toBeGreaterThan(29 * 60_000)
    await endIn(-1)
    expect((await person.get(KEY_PAIRS)).status).toBe(401)
  })
})

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
    const nobody = await own.admin.call('POST', '/api/v3/things/nobody/instructions', {
      body: { instruction: {} },
    })
    expect(nobody.status).toBe(404)
  })
})

describe('for a broker', () => {
  const auth = (pair: Pair, password: string) =>
    call('POST', '/internal/mqtt/auth', { body: { username: pair.access_key, password, clientid: 'c' } })

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

  test('topics: its own client’s, its own access key’s, and what its role allows', async () => {
    const pair = await account.pair()
    const acl = async (members: object) =>
      (
        await call('POST', '/internal/mqtt/acl', {
          body: { username: pair.access_key, clientid: 'C1', ...members },
        })
      ).status
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
    const reader = await account.pair({ role_key: await account.role('Read Only') })
    const refused = await call('POST', '/internal/mqtt/acl', {
      body: {
        username: reader.access_key,
        clientid: 'C1',
        topic: 'Altizon/Datonis/C1/event',
        action: 'publish',
      },
    })
    expect(refused.status).toBe(403)
    await account.admin.call('DELETE', `${KEY_PAIRS}/${pair.access_key}`)
    expect(await acl({ topic: 'Altizon/Datonis/C1/event', action: 'publish' })).toBe(401)
  })

  test('what was published is taken when its hash is good, and acknowledged as devices read it', async () => {
    const { device, thing } = await account.device()
    const plain = `{"data":{"t":55.0},"thing_key":"${thing}","timestamp":9}`
    const hash = await device.sign(plain)
    const members = `"hash":"${hash}","access_key":"${device.accessKey}"`
    const publish = async (payload: string, topic = 'Altizon/Datonis/C1/event') => {
      const { status, json } = await call('POST', '/internal/mqtt/publish', { body: { topic, payload } })
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
    const elsewhere = await call('POST', '/internal/mqtt/publish', {
      body: { topic: 'other', payload: '{}' },
    })
    expect(elsewhere.status).toBe(400)
  })
})
