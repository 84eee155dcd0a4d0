import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aheadAt, SteadyClock } from '../../src/core/kernel/time/steady-clock.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const START = Date.UTC(2030, 0)

/** A clock over a wall clock that a test sets. */
function clockAt(wall: number, ...known: [lastSeen?: number, agreesAt?: number]) {
  const at = { wall }
  return { at, clock: new SteadyClock(() => at.wall, ...known) }
}

describe('a steady clock', () => {
  test('is the wall clock while that only goes forward', () => {
    const { at, clock } = clockAt(START)
    for (const step of [0, 1, 999, HOUR]) {
      at.wall += step
      expect([clock.now(), clock.ahead()]).toEqual([at.wall, 0])
    }
  })

  test('goes on from the last instant when the wall clock steps back, a hundredth slower', () => {
    const { at, clock } = clockAt(START)
    clock.now()
    at.wall -= HOUR
    expect(clock.now()).toBe(START)
    at.wall += 10 * MINUTE
    expect(clock.now()).toBe(START + 10 * MINUTE - 6_000)
  })

  test('agrees with the wall clock again in a hundred times as long as it was ahead', () => {
    const { at, clock } = clockAt(START)
    clock.now()
    at.wall -= HOUR
    expect(clock.ahead()).toBe(HOUR)
    at.wall += 50 * HOUR
    expect(clock.ahead()).toBe(HOUR / 2)
    at.wall += 50 * HOUR
    expect([clock.ahead(), clock.now()]).toEqual([0, clock.agreesAt])
    expect(at.wall).toBe(clock.agreesAt)
  })

  test('starts no earlier than what was written down', () => {
    const { at, clock } = clockAt(START, START + HOUR)
    expect(clock.now()).toBe(START + HOUR)
    at.wall += MINUTE
    expect(clock.now()).toBeGreaterThanOrEqual(START + HOUR + 59_000)
  })

  test('tells what the wall clock shows at an instant of its own', () => {
    const { clock } = clockAt(START, START + HOUR)
    clock.now()
    for (const later of [1, MINUTE, 30 * HOUR, 99 * HOUR, 200 * HOUR]) {
      const instant = START + HOUR + later
      const wall = clock.wallOf(instant)
      expect(wall + aheadAt(clock.agreesAt, wall)).toBeGreaterThanOrEqual(instant)
      expect(wall - 200 + aheadAt(clock.agreesAt, wall - 200)).toBeLessThan(instant)
    }
  })

  test('whatever the wall clock does, and whenever the object restarts: never backwards, never still', () => {
    const step = fc.record({
      by: fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: -2 * HOUR, max: 2 * HOUR })),
      isRestart: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const at = { wall: START }
        let clock = new SteadyClock(() => at.wall)
        let before = clock.now()
        for (const { by, isRestart } of steps) {
          at.wall += by
          // What it saw last was written down, or the object was not ahead.
          if (isRestart) clock = new SteadyClock(() => at.wall, before, clock.agreesAt)
          const now = clock.now()
          expect(now).toBeGreaterThanOrEqual(
            Math.max(at.wall, before + Math.floor(by * 0.99) * (by > 0 ? 1 : 0)),
          )
          // Ahead by what it was, and no more: a rule lasts no shorter than it says.
          if (by >= 0) expect(now - before).toBeLessThanOrEqual(Math.max(0, by))
          expect(now - at.wall).toBe(aheadAt(clock.agreesAt, at.wall))
          before = now
        }
      }),
    )
  })
})
