/** What a device's call touches, and what a refused one does not. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { createDeviceGuard } from '../../../src/core/devices/device-guard.ts'
import { type Composed, compose } from '../../support/composed.ts'
import { type Account, Device, EVENT, KEY_PAIRS, makeAccount, REGISTER } from '../../support/datonis.ts'
import { createCourierProbe } from '../../support/outbox-probe.ts'

let account: Account
beforeAll(async () => {
  account = await makeAccount()
})

async function send({ fetch }: Composed, device: Device, body: string, signature?: string): Promise<number> {
  const reply = await fetch(`https://latchkey.example${EVENT.replace('.json', '')}`, {
    method: 'POST',
    headers: {
      'X-Access-Key': device.accessKey,
      'X-Dtn-Signature': signature ?? (await device.sign(body)),
      'X-Test-Address': '192.0.2.7',
    },
    body,
  })
  return reply.status
}

test('a signed write is one call to the pair’s inbox, and no D1', async () => {
  const { device, thing } = await account.device()
  const composed = await compose()
  const body = JSON.stringify({ thing_key: thing, timestamp: 1, data: { n: 1 } })
  expect(await send(composed, device, body)).toBe(200)
  expect(composed.calls).toEqual(['inboxes.open', 'inbox.credential', 'inboxes.open', 'inbox.append'])
  composed.calls.length = 0
  expect(await send(composed, device, body)).toBe(200)
  expect(composed.calls).toEqual(['inboxes.open', 'inbox.append'])
})

test('a made-up access key and a bad signature of a known pair touch nothing', async () => {
  const { device, thing } = await account.device()
  const composed = await compose()
  const body = JSON.stringify({ thing_key: thing, data: { n: 1 } })
  expect(await send(composed, device, body)).toBe(200)
  composed.calls.length = 0
  expect(await send(composed, device, body, 'f'.repeat(64))).toBe(401)
  const stranger = new Device({ access_key: '1d2fb5c369863fd54afafde654c26dtd51122t8e', secret_key: 'x' })
  expect(await send(composed, stranger, body)).toBe(401)
  expect(composed.calls).toEqual([])
})

test('bad signatures end in 429, while who signs well goes on; a pair that is off ends in 429 for itself', async () => {
  const { device, thing } = await account.device()
  let now = 0
  const composed = await compose({ deviceGuard: createDeviceGuard(() => now) })
  const body = JSON.stringify({ thing_key: thing, data: { n: 1 } })
  expect(await send(composed, device, body)).toBe(200)
  const bad = async () => send(composed, device, body, 'f'.repeat(64))
  for (let n = 0; n < 10; n++) expect(await bad()).toBe(401)
  expect([await bad(), await send(composed, device, body)]).toEqual([429, 200])

  await account.admin.call('PUT', `${KEY_PAIRS}/${device.accessKey}`, {
    body: { key_pair: { enabled: false } },
  })
  for (let n = 0; n < 10; n++) expect(await send(composed, device, body)).toBe(401)
  composed.calls.length = 0
  expect(await send(composed, device, body)).toBe(429)
  expect(composed.calls).toEqual([])
  now = 60_000
  await account.admin.call('PUT', `${KEY_PAIRS}/${device.accessKey}`, {
    body: { key_pair: { enabled: true } },
  })
  expect(await send(composed, device, body)).toBe(200)
})

test('what its role forbids is 403, then 429', async () => {
  const device = new Device(await account.pair({ role_key: await account.role('Read Only') }))
  const composed = await compose({ deviceGuard: createDeviceGuard(() => 0) })
  const statuses: number[] = []
  for (let n = 0; n < 12; n++) statuses.push(await send(composed, device, '{"thing_key":"t","data":{}}'))
  expect(statuses).toEqual([...Array(10).fill(403), 429, 429])
})

test('a delivery to D1 that is made twice leaves everything once', async () => {
  const { device, thing } = await account.device()
  for (let n = 0; n < 5; n++) await device.event(thing, { n })
  const inbox = env.INBOXES.getByName(device.accessKey)
  await runInDurableObject(inbox, async (_, state) => {
    const rows = state.storage.sql.exec('SELECT * FROM outbox').toArray()
    const probe = createCourierProbe(state.storage, device.accessKey)
    await probe.flush()
    expect(state.storage.sql.exec('SELECT * FROM outbox').toArray()).toEqual([])
    for (const { seq, at, kind, body } of rows) {
      state.storage.sql.exec(
        'INSERT INTO outbox (seq, at, kind, body) VALUES (?, ?, ?, ?)',
        seq,
        at,
        kind,
        body,
      )
    }
    await probe.flush()
  })
  const { json } = await account.admin.get(`/api/v3/things/${thing}/events`)
  expect(json.events.map((event: { data: { n: number } }) => event.data.n)).toEqual([4, 3, 2, 1, 0])
})

test('while D1 is down devices are served, and what they wrote arrives when it is back; a row that it refuses is set aside', async () => {
  const { device, thing } = await account.device()
  const inbox = env.INBOXES.getByName(device.accessKey)
  await device.event(thing, { n: 1 })
  await runInDurableObject(inbox, async (_, state) => {
    const down = createCourierProbe(state.storage, device.accessKey, 'down')
    await down.flush()
    expect(down.isEmpty).toBe(false)
    // A row that D1 will always refuse: a thing without a name.
    state.storage.sql.exec(
      `INSERT INTO outbox (at, kind, body, tries) VALUES (1, 'registration', '{"kind":"registration","thing":"x","facts":{}}', 9)`,
    )
    const probe = createCourierProbe(state.storage, device.accessKey)
    await probe.flush()
    expect(probe.isEmpty).toBe(true)
    expect(state.storage.sql.exec('SELECT kind FROM outbox_dead').toArray()).toEqual([
      { kind: 'registration' },
    ])
  })
  expect((await account.admin.get(`/api/v3/things/${thing}/events`)).json.total_count).toBe(1)
  const stuck = await env.DB.prepare('SELECT outbox_dead AS dead FROM key_pairs WHERE access_key = ?')
    .bind(device.accessKey)
    .first('dead')
  expect(stuck).toBe(1)
  const health = await (await compose()).fetch('https://latchkey.example/healthz', {})
  expect(await health.json()).toMatchObject({ status: 'ready', dead_rows: expect.any(Number) })
})

test('messages older than 30 days are forgotten, newer ones stay', async () => {
  const { device, thing } = await account.device()
  for (let n = 0; n < 3; n++) await device.event(thing, { n })
  await runInDurableObject(env.INBOXES.getByName(device.accessKey), (_, state) =>
    createCourierProbe(state.storage, device.accessKey).flush(),
  )
  const old = Date.now() - 31 * 86_400_000
  await env.DB.prepare(
    `UPDATE device_events SET received_at = ? WHERE access_key = ? AND data LIKE '%"n":0%'`,
  )
    .bind(old, device.accessKey)
    .run()
  const { createDeviceStore } = await import('../../../src/stores/d1/devices/devices.ts')
  await createDeviceStore(env.DB).forgetBefore(Date.now() - 30 * 86_400_000, 1_000)
  const { json } = await account.admin.get(`/api/v3/things/${thing}/events`)
  expect(json.events.map((event: { data: { n: number } }) => event.data.n)).toEqual([2, 1])
  expect((await device.send(REGISTER, { thing_key: thing, name: 'again' })).status).toBe(200)
})
