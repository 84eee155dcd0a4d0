const LOW_BITS = 14

const counted = { at: 0, count: 0 }

/**
 * A version 7 UUID (RFC 9562, section 5.7) of that Unix millisecond: where an event is stored is read from its id. Of
 * those that an isolate makes for one millisecond the later is the greater, by a count in the first 26 free bits
 * (section 6.2, method 1), which starts below 2^24.
 */
export function eventId(at: number): string {
  const random = crypto.randomUUID()
  // Of an earlier time, too, which the clock of a ledger may tell: the count goes on.
  counted.count = at > counted.at ? Number.parseInt(random.slice(0, 6), 16) : counted.count + 1
  counted.at = Math.max(at, counted.at)
  const time = hex(at, 12)
  const high = hex(0x7000 | (counted.count >> LOW_BITS), 4)
  const low = hex(0x8000 | (counted.count & (2 ** LOW_BITS - 1)), 4)
  return `${time.slice(0, 8)}-${time.slice(8)}-${high}-${low}-${random.slice(24)}`
}

/** The Unix millisecond that an event's id tells; null: there is none in it. */
export function timeOfEventId(id: string): number | null {
  const parts = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.exec(id)
  return parts && Number.parseInt(`${parts[1]}${parts[2]}`, 16)
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
