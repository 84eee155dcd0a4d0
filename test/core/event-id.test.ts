/** An event is found by its id alone, and events of one millisecond stand in the order in which they were made. */
import { expect, test } from 'vitest'
import { eventId, timeOfEventId } from '../../src/core/kernel/time/event-id.ts'

test('an id is a UUID of version 7 that tells its millisecond', () => {
  for (const at of [1, 1_700_000_000_000, 2 ** 48 - 1]) {
    const id = eventId(at)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(timeOfEventId(id)).toBe(at)
  }
})

test('100,000 ids of one millisecond are in order, also while a clock is ahead of another', () => {
  const now = 1_700_000_000_000
  const [ahead, real] = [[] as string[], [] as string[]]
  for (let i = 0; i < 100_000; i++) {
    ahead.push(eventId(now + 60_000))
    real.push(eventId(now))
  }
  for (const ids of [ahead, real]) {
    // As one text each: to compare a hundred thousand elements takes seconds.
    expect(ids.join() === ids.toSorted().join()).toBe(true)
    expect(new Set(ids).size).toBe(ids.length)
  }
})

test('an id of another version, and what is no UUID, tell no time', () => {
  expect(timeOfEventId(crypto.randomUUID())).toBeNull()
  expect(timeOfEventId(eventId(1).toUpperCase().replace('0', 'x'))).toBeNull()
  expect(timeOfEventId('')).toBeNull()
})
