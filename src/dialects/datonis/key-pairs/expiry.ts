/** Expiry dates in all the ways that clients write them (docs/dialects/datonis.md#expiry-dates). Pure. */
import { instantIn } from '../edge/zones.ts'

const DATE =
  /^(?:(?<day>\d{1,2})\/(?<month>\d{1,2})\/(?<year>\d{4})|(?<iso>\d{4})([-/])(?<isoMonth>\d{1,2})\5(?<isoDay>\d{1,2}))/
const TIME = /^[ Tt](?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d{1,9}))?)?/
const OFFSET = /^ ?(?:(?<utc>Z|UTC)|(?<sign>[+-])(?<hours>\d{2}):?(?<minutes>\d{2}))$/i

/** What a year of four digits can say. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * The instant that a text or a number means, in Unix milliseconds; null when it means none. Slashes are day first:
 * `13/09/2016` is a date, `09/13/2016` is none.
 * @param zone where a date without an offset is read: the organization's on POST, UTC on PUT
 */
export function parseExpiry(input: string | number, zone: string): number | null {
  if (typeof input === 'number') return inRange(input * 1_000)
  const text = input.trim()
  if (/^-?\d{1,12}$/.test(text)) return inRange(Number(text) * 1_000)
  const date = DATE.exec(text)
  if (!date) return null
  const rest = text.slice(date[0].length)
  const time = TIME.exec(rest)
  const offset = offsetOf(rest.slice(time?.[0].length ?? 0))
  if (offset === 'none') return null
  const local = localTime(date.groups ?? {}, time?.groups ?? {})
  if (local === null) return null
  return inRange(offset === null ? instantIn(zone, local) : local - offset)
}

/** `YYYY-MM-DDTHH:MM:SS.mmmZ`, whatever `timestamp_format` says. */
export function formatExpiry(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** As if it were UTC; null for a day or an hour that no calendar has. */
function localTime(
  date: Record<string, string | undefined>,
  time: Record<string, string | undefined>,
): number | null {
  const year = Number(date.year ?? date.iso)
  const month = Number(date.month ?? date.isoMonth)
  const day = Number(date.day ?? date.isoDay)
  const { hour = '0', minute = '0', second = '0', fraction = '0' } = time
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null
  const milliseconds = Math.floor(Number(`0.${fraction}`) * 1_000)
  const at = new Date(0)
  // Not Date.UTC, for which the year 16 is 1916.
  at.setUTCFullYear(year, month - 1, day)
  at.setUTCHours(Number(hour), Number(minute), Number(second), milliseconds)
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? at.getTime() : null
}

/** In milliseconds; null: there is none; `none`: what is there is no offset. */
function offsetOf(text: string): number | null | 'none' {
  if (text === '') return null
  const found = OFFSET.exec(text)?.groups
  if (!found) return 'none'
  if (found.utc) return 0
  const { sign, hours = '0', minutes = '0' } = found
  if (Number(hours) > 23 || Number(minutes) > 59) return 'none'
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

function inRange(at: number): number | null {
  return Number.isSafeInteger(at) && at >= 0 && at <= LAST ? at : null
}
