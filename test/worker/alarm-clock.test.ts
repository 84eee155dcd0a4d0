/** An object has one alarm for all that it does later: nothing that is due later puts off what is due earlier. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, expect, test, vi } from 'vitest'
import { AlarmClock, type Purpose } from '../../src/stores/durable/object/alarm-clock.ts'
import { attempt, makeKey, makeLedger, must, nextLedger } from '../support/ledger.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

afterEach(() => {
  vi.restoreAllMocks()
})

const objectOf = (ledger: number) => env.LEDGERS.getByName(String(ledger))
const alarmOf = (ledger: number) =>
  runInDurableObject(objectOf(ledger), (_, { storage }) => storage.getAlarm())

/** In the storage of an object of its own, whose own alarm does nothing. */
function inStorage(body: (storage: DurableObjectStorage, now: number) => Promise<void>): Promise<void> {
  return runInDurableObject(objectOf(nextLedger()), async (_, { storage }) => {
    await body(storage, Date.now() + DAY)
    await storage.deleteAlarm()
  })
}

/** Due once at that time, then at the next one. */
function purposeOf(name: string, ...times: number[]) {
  const ran: number[] = []
  const purpose: Purpose = {
    name,
    dueAt: () => times[0] ?? null,
    run: async () => {
      ran.push(times.shift() ?? 0)
    },
  }
  return { purpose, ran, due: (at: number) => times.unshift(at) }
}

test('the alarm is set to what is due first, whichever was said last', async () => {
  await inStorage(async (storage, now) => {
    const [soon, late] = [purposeOf('soon'), purposeOf('late')]
    const alarms = new AlarmClock(storage)
    alarms.add(late.purpose, soon.purpose)
    alarms.arm()
    expect(await storage.getAlarm()).toBeNull()
    soon.due(now + 1_000)
    alarms.arm()
    late.due(now + DAY)
    alarms.arm()
    expect(await storage.getAlarm()).toBe(now + 1_000)
    late.due(now + 500)
    alarms.arm()
    expect(await storage.getAlarm()).toBe(now + 500)
  })
})

test('it runs all that is due and nothing else, and is set to the earliest of what is left', async () => {
  await inStorage(async (storage, now) => {
    const first = purposeOf('first', now + 1_000, now + 5 * DAY)
    const second = purposeOf('second', now + 1_000)
    const third = purposeOf('third', now + DAY)
    const alarms = new AlarmClock(storage)
    alarms.add(first.purpose, second.purpose, third.purpose)
    alarms.arm()
    await alarms.ring()
    expect([first.ran, second.ran, third.ran]).toEqual([[now + 1_000], [now + 1_000], []])
    expect(await storage.getAlarm()).toBe(now + DAY)
    await alarms.ring()
    expect(third.ran).toEqual([now + DAY])
    expect(await storage.getAlarm()).toBe(now + 5 * DAY)
  })
})

test('it rings for what it was set to, also when the wall clock has stepped back since', async () => {
  await inStorage(async (storage) => {
    const now = Date.now()
    const { purpose, ran } = purposeOf('relay', now + 1_000)
    const alarms = new AlarmClock(storage)
    alarms.add(purpose)
    alarms.arm()
    vi.spyOn(Date, 'now').mockReturnValue(now - DAY)
    await alarms.ring()
    expect(ran).toEqual([now + 1_000])
  })
})

test('what fails holds up nothing else, and never makes the alarm throw', async () => {
  const log = vi.spyOn(console, 'error').mockReturnValue()
  await inStorage(async (storage, now) => {
    const fail = () => {
      throw new Error('secret')
    }
    const healthy = purposeOf('healthy', now, now + DAY)
    const alarms = new AlarmClock(storage)
    alarms.add({ name: 'lost', dueAt: fail, run: async () => {} })
    alarms.add({ name: 'broken', dueAt: () => now, run: async () => fail() }, healthy.purpose)
    alarms.arm()
    await alarms.ring()
    expect(healthy.ran).toEqual([now])
    // What failed is tried again.
    expect(await storage.getAlarm()).toBe(now)
  })
  expect(log.mock.calls.flat().join()).not.toContain('secret')
})

test('a start sets the alarm to what is due first, whatever the storage says is pending, and sets none for nothing', async () => {
  await inStorage(async (storage, now) => {
    const setAlarm = vi.spyOn(storage, 'setAlarm')
    const start = async (dueAt: number | null) => {
      const alarms = new AlarmClock(storage)
      if (dueAt !== null) alarms.add(purposeOf('relay', dueAt).purpose)
      alarms.start()
      await setAlarm.mock.results.at(-1)?.value
      return storage.getAlarm()
    }
    expect(await start(null)).toBeNull()
    expect(await start(now + 1_000)).toBe(now + 1_000)
    // As in a copy of an object, of which the platform knows no alarm.
    expect(await start(now + 2_000)).toBe(now + 2_000)
    expect(await start(now + 500)).toBe(now + 500)
    expect(setAlarm).toHaveBeenCalledTimes(3)
  })
})

test('a redemption sets the alarm once, and its delivery leaves none', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: null })
  await runDurableObjectAlarm(objectOf(id))
  const set = await runInDurableObject(objectOf(id), (_, { storage }) => vi.spyOn(storage, 'setAlarm'))
  must(await ledger.redeem(attempt(key, 'a')))
  must(await ledger.redeem(attempt(key, 'b')))
  await runDurableObjectAlarm(objectOf(id))
  expect(set).toHaveBeenCalledTimes(1)
  expect(await alarmOf(id)).toBeNull()
})

test('a quiet ledger forgets refusals of 30 days ago by itself, also after evictions, and D1 gets them first', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 1 })
  const refusals = () =>
    runInDurableObject(
      objectOf(id),
      (_, { storage }) => storage.sql.exec('SELECT * FROM refusals').toArray().length,
    )
  must(await ledger.redeem(attempt(key, 'winner')))
  must(await ledger.redeem(attempt(key, 'late')))
  const start = Date.now()
  expect(await alarmOf(id)).toBeLessThan(start + MINUTE)
  await runDurableObjectAlarm(objectOf(id))
  await evictDurableObject(objectOf(id))
  const [next, kept] = [(await alarmOf(id)) ?? 0, await refusals()]
  expect([next > start + 30 * DAY, next < start + 31.1 * DAY, kept]).toEqual([true, true, 1])
  // What comes in between rings earlier, and puts it off by nothing.
  const other = await makeKey(ledger)
  must(await ledger.redeem(attempt(other, 'b')))
  expect(await alarmOf(id)).toBeLessThan(start + MINUTE)
  await runDurableObjectAlarm(objectOf(id))
  expect(await alarmOf(id)).toBe(next)
  await evictDurableObject(objectOf(id))
  vi.spyOn(Date, 'now').mockReturnValue(next)
  expect(await runDurableObjectAlarm(objectOf(id))).toBe(true)
  expect([await refusals(), await alarmOf(id)]).toEqual([0, null])
})
