/** Devices over real HTTP: off is off, and what was acknowledged survives a kill. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatonis, openDevice } from '../support/datonis-server.ts'
import { eventually, sharedServer, startTestServer } from '../support/server.ts'

const WRITERS = 16

test('16 connections write, one disables: none that began after its answer is accepted', async () => {
  const server = sharedServer()
  const operator = await openDatonis(server)
  const device = await openDevice(server, operator)
  let disabledAt = Number.POSITIVE_INFINITY
  let lastAccepted = 0
  let accepted = 0
  const late: number[] = []
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    for (let n = 0; ; n++) {
      const began = performance.now()
      const status = await device.event(writer * 1_000_000 + n)
      if (status !== 200) return status
      accepted++
      lastAccepted = performance.now()
      if (began > disabledAt) late.push(began - disabledAt)
    }
  })
  await eventually(() => accepted >= 1_000)
  const asked = performance.now()
  const disabled = await operator.call('PUT', `/api/v3/key_pairs/${device.accessKey}`, {
    key_pair: { enabled: 'false' },
  })
  disabledAt = performance.now()
  expect(disabled.status).toBe(200)
  const refused = await Promise.all(writers)
  console.log(
    `disable took ${(disabledAt - asked).toFixed(1)} ms; the last of ${accepted} accepted writes was answered ` +
      `${(lastAccepted - disabledAt).toFixed(1)} ms after its answer`,
  )
  // After ten refusals of the sixteen, the rest have to wait.
  expect(refused).toContain(401)
  expect(refused.every((status) => status === 401 || status === 429)).toBe(true)
  expect(late).toEqual([])
})

test('SIGKILL while devices write: every event that was acknowledged is there, once', async () => {
  const first = await startTestServer()
  const operator = await openDatonis(first)
  const device = await openDevice(first, operator)
  const acknowledged = new Set<number>()
  const numbers = Array.from({ length: 600 }, (_, n) => n)
  let killed: Promise<unknown> | null = null
  await Promise.allSettled(
    numbers.map(async (n) => {
      if ((await device.event(n)) === 200) acknowledged.add(n)
      if (acknowledged.size >= 100) killed ??= first.kill('group')
    }),
  )
  await killed
  expect(acknowledged.size).toBeGreaterThanOrEqual(100)

  const second = await startTestServer({ LATCHKEY_DATA: first.data })
  const again = await openDatonis({ ...second, credentials: first.credentials })
  const kept: number[] = []
  await eventually(async () => {
    kept.length = 0
    for (let page = 1; ; page++) {
      const path = `/api/v3/things/${device.thing}/events?per=100&page=${page}`
      const { json } = await again.call('GET', path)
      const events = json.events as { timestamp: number }[]
      kept.push(...events.map(({ timestamp }) => timestamp))
      if (events.length < 100) break
    }
    // What arrives while the pages are read moves an event to the next page, where it is read again.
    const isOnce = new Set(kept).size === kept.length
    return isOnce && [...acknowledged].every((n) => kept.includes(n))
  })
  expect(new Set(kept).size).toBe(kept.length)
  await second.stop()
})

test('a Java agent whose key was disabled is calmed: 401 ten times, then 429 for a minute; others go on', async () => {
  const server = sharedServer()
  const operator = await openDatonis(server)
  const [device, neighbour] = [await openDevice(server, operator), await openDevice(server, operator)]
  await operator.call('PUT', `/api/v3/key_pairs/${device.accessKey}`, { key_pair: { enabled: false } })
  const statuses: number[] = []
  for (let n = 0; n < 13; n++) statuses.push(await device.event(n))
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429, 429])
  const reply = await fetch(`${server.url}/api/v3/things/event.json`, {
    method: 'POST',
    headers: { 'X-Access-Key': device.accessKey, 'X-Dtn-Signature': 'f'.repeat(64) },
    body: '{}',
  })
  expect([reply.status, Number(reply.headers.get('Retry-After')) > 50]).toEqual([429, true])
  expect(((await reply.json()) as { errors: { code: string }[] }).errors[0]?.code).toBe('EXCESSIVE_RATE')
  expect(await neighbour.event(1)).toBe(200)
})

test('neither a secret key nor a session’s token is in a file of the state or in the output', async () => {
  const server = await startTestServer()
  const operator = await openDatonis(server)
  const { secret_key } = await operator.createPair()
  await server.stop()
  const files = readdirSync(server.data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'credentials.json')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
  expect(files.length).toBeGreaterThan(3)
  for (const secret of [secret_key, operator.token]) {
    expect([...files, server.output()].some((text) => text.includes(secret))).toBe(false)
  }
})
