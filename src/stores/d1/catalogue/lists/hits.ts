/**
 * Which rows a list has, in its order: the one way in which lists and searches find them. An order that an index has is walked
 * up to the last row that is wanted; of any other one, all rows are walked and the first of each slice are kept.
 */
import { type SQL, sql } from 'drizzle-orm'
import { comparePlaces, compareValues, merged, type Value } from './order.ts'
import { keyColumns, orderOf, type Place, type Sliced, type Walked } from './slices.ts'
import { slicesOf } from './walk.ts'

/** What the order goes by before the key. */
export type Rank = { readonly value: SQL; readonly isDescending: boolean }

/** @property bytes how long its record is */
export type Hit = { readonly place: Place; readonly ranks: readonly Value[]; readonly bytes: number }

export type Wanted = {
  readonly walked: Walked
  /** Where the walk begins; null: with the first row. */
  readonly after: Place | null
  readonly filter: SQL | undefined
  readonly ranks: readonly Rank[]
  /** The first so many. */
  readonly count: number
  /** Whether the walk goes on to count all that pass. */
  readonly isCounted: boolean
  /** Rows of which SQL does not know whether they pass: a value that it answers is asked. null: the row passes. */
  readonly doubt?: { readonly value: SQL; readonly passes: (value: Value) => boolean } | undefined
}

export async function findHits(
  sliced: Sliced,
  { walked, after, filter, ranks, count, isCounted, doubt }: Wanted,
): Promise<{ readonly total: number; readonly hits: readonly Hit[] }> {
  const columns = [
    keyColumns(walked),
    // Without reading the record: SQLite knows its length.
    sql`octet_length(record) AS bytes`,
    ...ranks.map(({ value }, i) => sql`${value} AS ${sql.raw(`rank${i}`)}`),
    ...(isCounted ? [sql`count(*) OVER () AS passing`] : []),
    ...(doubt ? [sql`${doubt.value} AS doubt`] : []),
  ]
  // All that is counted is read anyway, and then in any order.
  const isMerged = ranks.length > 0 || (isCounted && walked.terms !== undefined)
  const order = isMerged && [
    ...ranks.map(({ isDescending }, i) => sql.raw(`rank${i} ${isDescending ? 'DESC' : 'ASC'}`)),
    ...orderOf(walked),
  ]
  let total = 0
  let hits: readonly Hit[] = []
  const isFull = () => !isMerged && hits.length >= count
  const isCountAlone = () => count === 0 || isFull()
  const ask = () =>
    isCountAlone()
      ? { columns: sql`count(*) AS passing`, filter, order: [] }
      : {
          columns: sql.join(columns, sql`, `),
          filter,
          ...(order && { order }),
          ...(!doubt && { limit: count }),
        }
  for await (const rows of slicesOf<Readonly<Record<string, Value>>>(sliced, walked, after, ask)) {
    total += Number(rows[0]?.passing ?? 0)
    if (isCountAlone()) continue
    const passing = doubt
      ? rows.filter(({ doubt: value = null }) => value === null || doubt.passes(value))
      : rows
    const found = passing.map((row) => ({
      place: walked.key.map((_, i) => row[`key${i}`] ?? 0),
      ranks: ranks.map((_, i) => row[`rank${i}`] ?? null),
      bytes: Number(row.bytes),
    }))
    hits = isMerged
      ? merged(hits, found, (a, b) => compareHits(a, b, ranks, walked)).slice(0, count)
      : [...hits, ...found].slice(0, count)
    if (!isCounted && isFull()) break
  }
  return { total, hits }
}

function compareHits(a: Hit, b: Hit, ranks: readonly Rank[], { isDescending }: Walked): number {
  for (const [i, { isDescending }] of ranks.entries()) {
    const difference = compareValues(a.ranks[i] ?? null, b.ranks[i] ?? null)
    if (difference !== 0) return isDescending ? -difference : difference
  }
  const difference = comparePlaces(a.place, b.place)
  return isDescending ? -difference : difference
}
