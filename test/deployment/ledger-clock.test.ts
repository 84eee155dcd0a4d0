/** The wall clock jumps; an object's own time neither runs backwards nor stands still, also across evictions. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Inbox } from '../../src/core/devices/key-pairs/port.ts'
import { makeAccount } from '../support/datonis.ts'
import { attempt, CAUSE, type Ledger, makeKey, makeLedger, must, ORGANIZATION } from '../support/ledger.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const START = Date.UTC(2031, 0)

let wall = START

beforeEach(() => {
  wall = START
  vi.spyOn(Date, 'now').mockImplementation(() => wall)
})

afterEach(() => {
  vi.restoreAllMocks()
})

const evict = (id: number) => evictDurableObject(env.LEDGERS.getByName(String(id)))
const redeem = async (ledger: Ledger, key: number, claim: string) => {
  const result = must(await ledger.redeem(attempt(key, claim)))
  return result.kind === 'refused' ? result.reason : result.kind
}
const shortKey = (ledger: Ledger, minutes = 10) =>
  makeKey(ledger, { maxUses: null, lifetimeSeconds: minutes * 60 })

test.each([
  { jumps: [HOUR, -HOUR], what: 'an hour ahead and back' },
  { jumps: [-HOUR], what: 'an hour back' },
  { jumps: [-HOUR, HOUR, -2 * HOUR], what: 'back, ahead and back' },
])('a key of 10 minutes lasts 10 minutes after the clock jumped $what', async ({ jumps }) => {
  const { id, ledger } = await makeLedger()
  for (const isEvicted of [false, true]) {
    const last = jumps.at(-1) ?? 0
    for (const jump of jumps.slice(0, -1)) {
      wall += jump
      await makeKey(ledger)
    }
    const key = await shortKey(ledger)
    wall += last
    expect(await redeem(ledger, key, 'first')).toBe('new')
    for (const minute of [3, 6, 9]) {
      wall += 3 * MINUTE
      if (isEvicted) await evict(id)
      expect([minute, await redeem(ledger, key, `after ${minute}`)]).toEqual([minute, 'new'])
    }
    // What only repeats writes nothing, and time goes on all the same.
    wall += 2 * MINUTE
    if (isEvicted) await evict(id)
    expect(await redeem(ledger, key, 'first')).toBe('repeat')
    expect(await redeem(ledger, key, 'too late')).toBe('key_expired')
  }
})

test('a clock that jumps back while the object sleeps does not bring back what expired', async () => {
  const { id, ledger } = await makeLedger()
  const key = await shortKey(ledger)
  wall += 11 * MINUTE
  expect(await redeem(ledger, key, 'a')).toBe('key_expired')
  await evict(id)
  wall -= HOUR
  expect(await redeem(ledger, key, 'a')).toBe('key_expired')
  const next = await shortKey(ledger)
  wall += 9 * MINUTE
  await evict(id)
  expect(await redeem(ledger, next, 'a')).toBe('new')
  wall += 2 * MINUTE
  await evict(id)
  expect(await redeem(ledger, next, 'b')).toBe('key_expired')
})

test('refresh tokens go on in their order, whatever the clock does meanwhile', async () => {
  const { id, ledger } = await makeLedger()
  await redeem(ledger, await makeKey(ledger), 'a')
  let generation = 1
  for (const jump of [HOUR, -HOUR, -HOUR, MINUTE]) {
    wall += jump
    const request = { agent: 1, family: 1, generation, ringVersion: 1, request: CAUSE.request }
    expect(must(await ledger.refresh(request))).toMatchObject({ generation: ++generation })
    await evict(id)
  }
})

test('refusals are counted minute by minute while the clock has jumped back', async () => {
  const { ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 1 })
  await redeem(ledger, key, 'winner')
  wall += HOUR
  expect(await redeem(ledger, key, 'a')).toBe('key_spent')
  wall -= HOUR
  for (const claim of ['b', 'c', 'd']) {
    wall += 2 * MINUTE
    expect(await redeem(ledger, key, claim)).toBe('key_spent')
  }
  // The first after the jump cannot know how long it has been.
  const { refusals } = must(await ledger.explain(ORGANIZATION, key, null, null))
  expect(refusals.map(({ count }) => count)).toEqual([1, 1, 2])
})

async function clockAhead(): Promise<number | null> {
  const reply = await exports.default.fetch('https://latchkey.example/healthz')
  return ((await reply.json()) as { clock_ahead_seconds: number | null }).clock_ahead_seconds
}

test('/healthz shows by how much a clock is ahead, as long as it is, and a redemption writes no row for that', async () => {
  const { id, ledger } = await makeLedger()
  await env.DB.prepare('INSERT INTO ledgers (id, organization_id, created_at) VALUES (?, 1, 0)')
    .bind(id)
    .run()
  const object = env.LEDGERS.getByName(String(id))
  const rows = () =>
    runInDurableObject(object, (_, { storage }) => storage.sql.exec('SELECT * FROM clock').toArray())
  const key = await makeKey(ledger, { maxUses: null })
  wall -= 30_000
  await redeem(ledger, key, 'a')
  await runDurableObjectAlarm(object)
  expect([await clockAhead(), await rows()]).toEqual([null, [{ agrees_at: 0, reported: 0 }]])
  wall -= HOUR
  await redeem(ledger, key, 'b')
  expect(await clockAhead()).toBeNull()
  await runDurableObjectAlarm(object)
  expect(await clockAhead()).toBe(3_630)
  const [reported] = await rows()
  wall += MINUTE
  await evict(id)
  await redeem(ledger, key, 'c')
  await runDurableObjectAlarm(object)
  expect(await rows()).toEqual([reported])
  wall += 50 * HOUR
  expect(await clockAhead()).toBeLessThan(1_900)
  wall += 50 * HOUR
  expect(await clockAhead()).toBeNull()
})

test('what D1 did not take of it is reported again', async () => {
  vi.spyOn(console, 'error').mockReturnValue()
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: null })
  wall -= HOUR
  await redeem(ledger, key, 'a')
  await env.DB.prepare('ALTER TABLE ledgers RENAME TO gone').run()
  const object = env.LEDGERS.getByName(String(id))
  const isReported = () =>
    runInDurableObject(
      object,
      (_, { storage }) => storage.sql.exec('SELECT * FROM clock WHERE agrees_at = reported').toArray().length,
    )
  try {
    await runDurableObjectAlarm(object)
    expect(await isReported()).toBe(0)
  } finally {
    await env.DB.prepare('ALTER TABLE gone RENAME TO ledgers').run()
  }
  await evict(id)
  wall += MINUTE
  expect(await runDurableObjectAlarm(object)).toBe(true)
  expect(await isReported()).toBe(1)
})

test('alarms are set by the wall clock, before and after it jumped', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: null })
  const object = env.LEDGERS.getByName(String(id))
  const alarm = () => runInDurableObject(object, (_, { storage }) => storage.getAlarm())
  await redeem(ledger, key, 'a')
  expect(await alarm()).toBe(wall + 1_000)
  wall -= HOUR
  await redeem(ledger, key, 'b')
  expect(await alarm()).toBe(wall + 1_000)
  await runDurableObjectAlarm(object)
  wall += HOUR
  await redeem(ledger, key, 'c')
  expect(await alarm()).toBe(wall + 1_000)
})

test('an inbox’s clock is as steady: what only asks it does not stop its time, and D1 knows', async () => {
  const account = await makeAccount()
  const { device } = await account.device()
  const object = env.INBOXES.getByName(device.accessKey)
  const inbox = object as unknown as Inbox
  wall += HOUR
  const expiresAt = wall + 10 * MINUTE
  const { organization } = account
  must(await inbox.change(organization, { expiresAt }, CAUSE))
  wall -= HOUR
  for (const [minutes, kind] of [
    [0, 'accepted'],
    [5, 'accepted'],
    [4, 'accepted'],
    [3, 'refused'],
  ] as const) {
    wall += minutes * MINUTE
    await evictDurableObject(object)
    expect([minutes, must(await inbox.admit(null)).kind]).toEqual([minutes, kind])
    if (minutes === 0) await runDurableObjectAlarm(object)
  }
  const [reported] = (
    await env.DB.prepare('SELECT clock_agrees_at AS at FROM key_pairs WHERE access_key = ?')
      .bind(device.accessKey)
      .all<{ at: number }>()
  ).results
  expect(reported?.at).toBe(START + 100 * HOUR)
})
