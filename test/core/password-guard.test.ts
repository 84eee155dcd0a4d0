/** Promise 8 for sign-ins: what hashing passwords may cost, by a clock of the test's own. */
import { describe, expect, test } from 'vitest'
import {
  createPasswordGuard,
  LOCK_AFTER,
  LOCK_MILLISECONDS,
} from '../../src/core/access/users/password-guard.ts'

/** A guard whose clock moves to each turn as it comes due. */
function guardOf() {
  let now = 1_700_000_000_000
  const sleepers: { readonly due: number; readonly wake: () => void }[] = []
  const wait = (milliseconds: number) =>
    new Promise<void>((wake) => sleepers.push({ due: now + milliseconds, wake }))
  const guard = createPasswordGuard(() => now, wait)
  // As where the clock stands still meanwhile.
  for (let n = 0; n < 30; n++) guard.took(0)
  return {
    guard,
    now: () => now,
    async advance(milliseconds: number) {
      now += milliseconds
      for (const one of sleepers.filter(({ due }) => due <= now)) {
        sleepers.splice(sleepers.indexOf(one), 1)
        one.wake()
      }
      // What waited for a turn goes on.
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** Asks for a turn; `at` is set once it has come. */
function ask({ guard, now }: ReturnType<typeof guardOf>, from: string | null = null) {
  const asked: { at?: number; refused?: number } = {}
  void guard.turn(from).then((seconds) => {
    if (seconds === null) asked.at = now()
    else asked.refused = seconds
  })
  return asked
}

describe('turns', () => {
  test('however many ask, ten hashes a second are computed, after a burst of two', async () => {
    const clock = guardOf()
    const asked = Array.from({ length: 500 }, () => ask(clock))
    await clock.advance(0)
    expect(asked.filter(({ at }) => at !== undefined)).toHaveLength(2)
    for (let ms = 0; ms < 10_000; ms += 100) {
      await clock.advance(100)
      asked.push(...Array.from({ length: 50 }, () => ask(clock)))
    }
    await clock.advance(0)
    const computed = asked.filter(({ at }) => at !== undefined).length
    expect(computed).toBeGreaterThanOrEqual(100)
    expect(computed).toBeLessThanOrEqual(103)
  })

  test('who asks beside 16 connections that always ask again waits for 17 turns at most', async () => {
    const clock = guardOf()
    const flood = Array.from({ length: 16 }, () => ask(clock))
    const step = async () => {
      await clock.advance(100)
      for (const [n, one] of flood.entries()) if (one.at !== undefined) flood[n] = ask(clock)
    }
    for (let n = 0; n < 20; n++) await step()
    const user = ask(clock)
    const since = clock.now()
    for (let n = 0; n < 17; n++) await step()
    expect(user.refused).toBeUndefined()
    expect((user.at ?? Number.POSITIVE_INFINITY) - since).toBeLessThanOrEqual(1_700)
  })

  test('where a try takes long, tries take a quarter of the time', async () => {
    const clock = guardOf()
    for (let n = 0; n < 30; n++) clock.guard.took(200)
    const asked: ReturnType<typeof ask>[] = []
    for (let ms = 0; ms < 40_000; ms += 100) {
      asked.push(...Array.from({ length: 5 }, () => ask(clock)))
      await clock.advance(100)
    }
    const computed = asked.filter(({ at }) => at !== undefined).length
    expect(computed).toBeGreaterThan(45)
    expect(computed).toBeLessThan(56)
  })

  test('behind fifty who wait one is refused at once, with the seconds to wait', async () => {
    const clock = guardOf()
    const asked = Array.from({ length: 60 }, () => ask(clock))
    await clock.advance(0)
    const refused = asked.filter((one) => one.refused !== undefined)
    expect(refused).toHaveLength(60 - 52)
    expect(refused[0]?.refused).toBe(6)
    await clock.advance(1_000)
    const later = ask(clock)
    await clock.advance(5_000)
    expect(later.at).toBeDefined()
  })

  test('one network holds ten places, also when it hangs up, and another network has its own', async () => {
    const clock = guardOf()
    const asked = Array.from({ length: 30 }, () => ask(clock, '192.0.2.1'))
    const other = ask(clock, '192.0.2.2')
    await clock.advance(0)
    expect(asked.filter(({ refused }) => refused !== undefined)).toHaveLength(30 - 12)
    await clock.advance(1_100)
    expect(other.at).toBeDefined()
    const later = ask(clock, '192.0.2.1')
    await clock.advance(5_000)
    expect(later.at).toBeDefined()
  })

  test('a clock that goes back by an hour stops no sign-in', async () => {
    const clock = guardOf()
    for (let n = 0; n < 40; n++) ask(clock)
    await clock.advance(-3_600_000)
    const after = ask(clock)
    await clock.advance(100)
    expect(after.at).toBe(clock.now())
  })
})

describe('tries', () => {
  test('five in a row lock an address for 15 minutes for every user of it, and a right one ends the count', async () => {
    const { guard, advance } = guardOf()
    const tries = (n: number) => Array.from({ length: n }, () => guard.beginTry('a@x.example'))
    expect(tries(LOCK_AFTER - 1)).toEqual(Array(4).fill(true))
    guard.endTries('a@x.example')
    expect(tries(LOCK_AFTER + 2)).toEqual([...Array(5).fill(true), false, false])
    expect([guard.isLocked('a@x.example'), guard.isLocked('b@x.example')]).toEqual([true, false])
    await advance(LOCK_MILLISECONDS - 1)
    expect(guard.isLocked('a@x.example')).toBe(true)
    await advance(1)
    expect(guard.isLocked('a@x.example')).toBe(false)
  })

  test('addresses that are made up by the thousand do not unlock another', () => {
    const { guard } = guardOf()
    for (let n = 0; n < LOCK_AFTER; n++) guard.beginTry('a@x.example')
    // As many as the turns of 15 minutes.
    for (let n = 0; n < 9_000; n++) guard.beginTry(`${n}@x.example`)
    expect(guard.isLocked('a@x.example')).toBe(true)
  })
})
