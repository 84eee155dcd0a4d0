import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { importSecret, sign } from '../../../src/core/devices/key-pairs/signature.ts'
import { utf8 } from '../../../src/core/kernel/encoding.ts'
import { type Account, call, Device, EVENT, KEY_PAIRS, makeAccount, REGISTER } from '../../support/datonis.ts'

let account: Account
beforeAll(async () => {
  account = await makeAccount()
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
      const deadline = Date.now() + 30_000;
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
      for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
        // As over a network, where every call lets others run in between.
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
    for (const deadline = Date.now() + 30_000; accepted < 50 && Date.now() < deadline; )
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
