/**
 * Long lists are read in slices, so that neither a list nor a job holds more than a slice of it in memory, nor the
 * thread for longer than a slice takes. A slice is bounded by rows, and by what the rows of the slice before weighed.
 */
import type { Json } from '../json.ts'
import { map, type Outcome, ok } from '../outcome.ts'

/** A slice aims at this many characters of JSON, which take about 10 ms to read and format. */
const SLICE_CHARACTERS = 384 * 1_024
const FIRST_ROWS = 64
const MIN_ROWS = 16
/** The hard bound: with the largest rows, agents with 8 KiB of facts, about 1.5 MiB. */
const MAX_ROWS = 128

/** Formatted rows, and where the next slice begins; null: these were the last. */
export type Slice = { readonly rows: readonly unknown[]; readonly next: Json }

/** At most `limit` rows of a list, after the row in that place; null: from the first. */
export type PageAfter<Place> = { readonly after: Place | null; readonly limit: number }

/** The place of a row in a list by age. */
export type AgePlace = { readonly createdAt: number; readonly id: string }

/** Reads at most `limit` rows after `after`; null: from the first. */
export type ReadSlice = (page: PageAfter<Json>) => Promise<Outcome<Slice>>

/** Where a list goes on. It is JSON, so that a job can go on in another isolate. */
export type Position = {
  readonly after: Json
  /** How many rows are still wanted. */
  readonly wanted: number
  /** How many to read at once. */
  readonly rows: number
}

/** Rows as JSON, joined by commas. */
export type Text = {
  readonly text: string
  readonly count: number
  /** null: no more rows are wanted, or there are none. */
  readonly next: Position | null
  /** Where rows after these begin, wanted or not; null: there are none. */
  readonly end: Json
}

/** The beginning of a list of at most `limit` rows. */
export function beginning(limit: number, after: Json = null): Position {
  return { after, wanted: limit, rows: FIRST_ROWS }
}

/** @param write a row as JSON */
export async function readText(
  read: ReadSlice,
  position: Position,
  write: (row: unknown) => string = JSON.stringify,
): Promise<Outcome<Text>> {
  const { after, wanted, rows: most } = position
  return map(await read({ after, limit: Math.min(wanted, most) }), ({ rows, next }) => {
    const text = rows.map((row) => write(row)).join(',')
    const rest = wanted - rows.length
    const isLast = next === null || rest <= 0
    return {
      text,
      count: rows.length,
      end: next,
      next: isLast ? null : { after: next, wanted: rest, rows: rowsAfter(rows.length, text.length, most) },
    }
  })
}

function rowsAfter(count: number, characters: number, most: number): number {
  const fitting = characters === 0 ? MAX_ROWS : Math.floor((count * SLICE_CHARACTERS) / characters)
  return Math.max(MIN_ROWS, Math.min(fitting, 2 * most, MAX_ROWS))
}

const PAUSED_CHARACTERS_PER_MILLISECOND = 16 * 1_024

/**
 * For how many milliseconds others have the thread after so much was read: about twice as long as it takes, and on a busy
 * machine as long as it took. On Cloudflare the clock stands still while rows are formatted.
 */
export function pauseAfter(characters: number, tookMilliseconds = 0): number {
  return Math.max(Math.floor(characters / PAUSED_CHARACTERS_PER_MILLISECOND), tookMilliseconds)
}

/**
 * Slices of what a use case lists in an order of its own, in which every row has a place. After as many rows as were asked
 * for there may be others.
 */
export function slicesOf<Row, Place extends Json>(
  list: (page: PageAfter<Place>) => Promise<Outcome<readonly Row[]>>,
  placeOf: (row: Row) => Place,
  format: (rows: readonly Row[]) => Promise<Outcome<readonly unknown[]>>,
): ReadSlice {
  return async ({ after, limit }) => {
    // It is a place of this list, which has been JSON meanwhile.
    const found = await list({ after: after as Place | null, limit })
    if (!found.ok) return found
    const last = found.value.length < limit ? undefined : found.value.at(-1)
    const next = last === undefined ? null : placeOf(last)
    return map(await format(found.value), (rows) => ({ rows, next }))
  }
}

/** For rows that need nothing else to be formatted. */
export function each<Row>(
  format: (row: Row) => unknown,
): (rows: readonly Row[]) => Promise<Outcome<unknown[]>> {
  return async (rows) => ok(rows.map(format))
}

/** A page of rows of any size: what each has is read first, so that the rows themselves can be read in slices. */
export type SizedPage<Row> = {
  /** How many rows all pages have. */
  readonly count: number
  /** About how many bytes each row of the page has. */
  readonly bytes: readonly number[]
  /** Those rows of the page, `to` not included; what was deleted meanwhile is absent. */
  readonly read: (from: number, to: number) => Promise<readonly Row[]>
}

export function slicesOfPage<Row>(
  { bytes, read }: Pick<SizedPage<Row>, 'bytes' | 'read'>,
  format: (rows: readonly Row[]) => Promise<Outcome<readonly unknown[]>>,
): ReadSlice {
  return async ({ after, limit }) => {
    const from = Number(after ?? 0)
    const to = endOfSlice(bytes, from, limit)
    const formatted = await format(from < to ? await read(from, to) : [])
    return map(formatted, (rows) => ({ rows, next: to < bytes.length ? to : null }))
  }
}

/** At least one row, and more as long as they fit. */
export function endOfSlice(bytes: readonly number[], from: number, limit: number): number {
  let to = from
  for (let sum = 0; to < bytes.length && to - from < limit; to++) {
    sum += bytes[to] ?? 0
    if (sum > SLICE_CHARACTERS && to > from) break
  }
  return to
}
