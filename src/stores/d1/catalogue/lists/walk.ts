/** Walks over rows: by the key, or by the index of names and labels where it has what is asked for. */
import { type SQL, sql } from 'drizzle-orm'
import { type Asked, keyColumns, type Place, type Sliced, slicesByKey, type Walked } from './slices.ts'
import { slicesByTerms } from './term-slices.ts'

/** As `slicesByKey`. Slices by terms are in the order of the key too, if no other one is asked for. */
export function slicesOf<Row>(
  sliced: Sliced,
  walked: Walked,
  after: Place | null,
  ask: () => Asked,
): AsyncGenerator<readonly Row[]> {
  const { terms } = walked
  return terms
    ? slicesByTerms<Row>(sliced, { ...walked, terms }, after, ask)
    : slicesByKey<Row>(sliced, walked, after, ask)
}

/** The first rows that pass. */
export async function firstOf<Row>(
  sliced: Sliced,
  walked: Walked,
  after: Place | null,
  { columns, filter }: Pick<Asked, 'columns' | 'filter'>,
  limit: number,
): Promise<Row[]> {
  const found: Row[] = []
  if (limit <= 0) return found
  // By terms, rows of one slice may lie between those of others.
  const all = walked.terms ? sql`${keyColumns(walked)}, ${columns}` : columns
  const ask = () => ({ columns: all, filter, limit: limit - found.length })
  for await (const rows of slicesOf<Row>(sliced, walked, after, ask)) {
    found.push(...rows)
    if (found.length >= limit) break
  }
  return found.slice(0, limit)
}

/** How many rows pass. */
export async function countOf(sliced: Sliced, walked: Walked, filter: SQL | undefined): Promise<number> {
  let count = 0
  const ask = () => ({ columns: sql`count(*) AS passing`, filter, order: [] })
  for await (const [slice] of slicesOf<{ readonly passing: number }>(sliced, walked, null, ask)) {
    count += slice?.passing ?? 0
  }
  return count
}
