import { expect, test } from 'vitest'
import { BEFORE_ALL_EVENTS, formatEventCursor, parseEventCursor } from '../../src/core/events/cursor.ts'
import { eventId } from '../../src/core/kernel/time/event-id.ts'

test('a cursor is read as it was written', () => {
  const cursor = { at: 1_900_000_000_000, id: eventId(1_900_000_000_000), list: 12, place: 499 }
  for (const one of [BEFORE_ALL_EVENTS, cursor]) expect(parseEventCursor(formatEventCursor(one))).toEqual(one)
})

test.each(['', '1.2.3', '1.2.3.x', '-1.0.-1.', '1.0.-2.', `${2 ** 60}.0.0.`, "1.0.0.'; DROP TABLE events"])(
  '%s is no cursor',
  (text) => {
    expect(parseEventCursor(text)).toBeNull()
  },
)
