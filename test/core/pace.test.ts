import { expect, test } from 'vitest'
import { createPace } from '../../src/core/kernel/fairness/pace.ts'

/**
 * Pieces of work that come all at once, and again when they are done, on a thread that takes that long for each: how many
 * began in a row at most, and which part of the time the thread was at work.
 */
function run(pieces: number, milliseconds: number): { readonly longest: number; readonly busy: number } {
  const [begun, rounds] = [1_000, 2_000]
  let now = begun
  const pace = createPace(() => Math.floor(now))
  let waiting: { readonly at: number; readonly begin: () => () => void }[] = []
  const come = () => {
    const { wait, begin } = pace.next('one')
    waiting.push({ at: now + wait, begin })
  }
  for (let i = 0; i < pieces; i++) come()
  let [longest, worked] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    // What is due when the event loop looks runs before it looks again.
    const due = waiting.filter(({ at }) => at <= now)
    waiting = waiting.filter(({ at }) => at > now)
    const ends = due.map(({ begin }) => {
      const end = begin()
      now += milliseconds
      worked += milliseconds
      return end
    })
    for (const end of ends) end()
    for (const _ of due) come()
    if (due.length === 0) now = Math.max(now + 0.1, Math.min(...waiting.map(({ at }) => at)))
    if (round > rounds / 2) longest = Math.max(longest, due.length)
  }
  return { longest, busy: worked / (now - begun) }
}

test('of sixteen that come all at once, again and again, few begin in a row, and the thread hardly rests', () => {
  for (const milliseconds of [1.5, 2.5, 5, 12]) {
    const { longest, busy } = run(16, milliseconds)
    expect(longest).toBeLessThanOrEqual(4)
    expect(busy).toBeGreaterThan(0.7)
  }
})

test('what comes alone begins at once, and another key waits for none', () => {
  let now = 1_000
  const pace = createPace(() => now)
  for (let i = 0; i < 100; i++) pace.next('busy')
  expect(pace.next('busy').wait).toBeGreaterThan(0)
  expect(pace.next('other').wait).toBe(0)
  now += 1_000
  expect(pace.next('busy').wait).toBe(0)
})

test('a clock that goes back holds up nothing', () => {
  let now = 1_000_000
  const pace = createPace(() => now)
  pace.next('one').begin()()
  now -= 900_000
  expect(pace.next('one').wait).toBe(0)
  expect(pace.next('one').wait).toBeLessThan(20)
})
