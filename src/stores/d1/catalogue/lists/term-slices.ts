/**
 * Walks over the rows that the index of names and labels finds. Rows that came lately are not in it yet: they are walked
 * first, by the order in which they came.
 */
import { and, getTableName, type SQL, sql } from 'drizzle-orm'
import { comparePlaces, merged, type Value } from './order.ts'
import {
  type Asked,
  inTurn,
  isAfter,
  literal,
  millisecondsOf,
  orderOf,
  type Place,
  rowsAfter,
  type Sliced,
  slicesByKey,
  statement,
  type Walked,
} from './slices.ts'
import { documentOf, documentsOf, INDEXES, isInDocument, type Terms } from './terms.ts'

type WalkedByTerms = Walked & { readonly terms: Terms }

/** With more rows that came lately the index is being made, and all rows are walked. */
const MAX_LATE = 8_000
const LATE_ROWS = 2_000

/** What a walk begins with, read at one instant, so that each row is either late or in the index. */
type Begun<Row> = {
  /** Up to which rowid the index has the rows, and which one is the last. */
  readonly indexedTo: number
  readonly newest: number
  readonly late: readonly Row[]
  readonly indexed: DocumentSlice<Row>
}

type DocumentSlice<Row> = {
  readonly rows: readonly Row[]
  readonly milliseconds: number
  /** The last document of the slice; null: there are no more. */
  readonly last: bigint | null
}

export async function* slicesByTerms<Row>(
  sliced: Sliced,
  walked: WalkedByTerms,
  after: Place | null,
  ask: () => Asked,
): AsyncGenerator<readonly Row[]> {
  const begun = await begin<Row>(sliced, walked, after, ask())
  if (begun.newest - begun.indexedTo > MAX_LATE) {
    const { terms: _, ...plain } = walked
    return yield* slicesByKey<Row>(sliced, plain, after, ask)
  }
  const late = lateSlices(sliced, walked, after, ask, begun)
  const indexed = indexedSlices(sliced, walked, after, ask, begun)
  if (!ask().order) return yield* inOrder(walked, late, indexed)
  yield* late
  yield* indexed
}

/** In the order of the key: late rows between those that the index has. */
async function* inOrder<Row>(
  walked: WalkedByTerms,
  late: AsyncGenerator<readonly Row[]>,
  indexed: AsyncGenerator<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  const compare = (a: Row, b: Row) => {
    const difference = comparePlaces(placeOf(walked, a), placeOf(walked, b))
    return walked.isDescending ? -difference : difference
  }
  let waiting: readonly Row[] = []
  for await (const rows of late) waiting = merged(waiting, rows, compare)
  for await (const rows of indexed) {
    const last = rows.at(-1)
    if (!last) continue
    const before = waiting.filter((row) => compare(row, last) <= 0)
    waiting = waiting.slice(before.length)
    yield merged(before, rows, compare)
  }
  yield waiting
}

async function begin<Row>(
  { db, bounds }: Sliced,
  walked: WalkedByTerms,
  after: Place | null,
  asked: Asked,
): Promise<Begun<Row>> {
  const { listed } = walked.terms
  const indexedTo = sql`(SELECT indexed_to FROM term_progress WHERE listed = ${listed})`
  const newest = sql`coalesce((SELECT max(rowid) FROM ${sql.identifier(listed)}), 0)`
  const [progress, late, ...indexed] = await db.batch([
    statement(db, sql`SELECT ${indexedTo} AS indexed_to, ${newest} AS newest`),
    statement(db, lateSlice(walked, after, asked, indexedTo, sql`${indexedTo} + ${literal(LATE_ROWS)}`)),
    ...documentSlice(db, walked, after, asked, {
      indexedTo,
      count: documentsIn(walked, bounds.first),
      range: rangeOf(walked, after),
    }),
  ])
  const [at] = (progress?.results ?? []) as { readonly indexed_to: number; readonly newest: number }[]
  return {
    indexedTo: at?.indexed_to ?? 0,
    newest: at?.newest ?? 0,
    late: (late?.results ?? []) as Row[],
    indexed: documentSliceOf(indexed),
  }
}

async function* lateSlices<Row>(
  { db, walks }: Sliced,
  walked: WalkedByTerms,
  after: Place | null,
  ask: () => Asked,
  { late, indexedTo, newest }: Begun<Row>,
): AsyncGenerator<readonly Row[]> {
  yield late
  for (let at = indexedTo + LATE_ROWS; at < newest; at += LATE_ROWS) {
    const to = literal(Math.min(at + LATE_ROWS, newest))
    const query = lateSlice(walked, after, ask(), literal(at), to)
    const [found] = await inTurn(walks, () => db.batch([statement(db, query)]))
    yield (found?.results ?? []) as Row[]
  }
}

function lateSlice(walked: Walked, after: Place | null, asked: Asked, from: SQL, to: SQL): SQL {
  const table = sql.identifier(getTableName(walked.table))
  const isLate = sql`${table}.rowid > ${from} AND ${table}.rowid <= ${to}`
  return selected(walked, after, asked, sql`${table} NOT INDEXED`, isLate)
}

async function* indexedSlices<Row>(
  { db, bounds, walks }: Sliced,
  walked: WalkedByTerms,
  after: Place | null,
  ask: () => Asked,
  begun: Begun<Row>,
): AsyncGenerator<readonly Row[]> {
  let slice = begun.indexed
  let rows = bounds.first
  let [first, last] = rangeOf(walked, after)
  for (;;) {
    yield slice.rows
    if (slice.last === null) return
    if (walked.isDescending) last = slice.last - 1n
    else first = slice.last + 1n
    rows = rowsAfter(rows, slice.milliseconds, bounds)
    const next = documentSlice(db, walked, after, ask(), {
      indexedTo: literal(begun.indexedTo),
      count: documentsIn(walked, rows),
      range: [first, last],
    })
    slice = documentSliceOf(await inTurn(walks, () => db.batch(next)))
  }
}

/** Which documents have not been looked at; both ends are. */
type Range = readonly [first: bigint, last: bigint]

function rangeOf({ terms, isDescending }: WalkedByTerms, after: Place | null): Range {
  const [first, last] = documentsOf(terms)
  if (!after) return [first, last]
  const at = documentOf(terms.listed, Number(after[0]), Number(after[1]))
  return isDescending ? [first, at] : [at, last]
}

/** A row by the index costs more than one in a row of others. */
function documentsIn({ terms }: WalkedByTerms, rows: number): number {
  return Math.max(1, (rows >> 1) >> INDEXES[terms.listed].shift)
}

/** The rows of a slice, and the last document of it. */
function documentSlice(
  db: D1Database,
  walked: WalkedByTerms,
  after: Place | null,
  asked: Asked,
  { indexedTo, count, range }: { readonly indexedTo: SQL; readonly count: number; readonly range: Range },
): D1PreparedStatement[] {
  const { terms, isDescending = false } = walked
  const table = sql.identifier(getTableName(walked.table))
  const index = sql.identifier(`${terms.listed}_of_organization`)
  const isHeld = sql`${isInDocument(terms.listed, { ledger: sql`${table}.ledger`, n: sql`${table}.n` })}
    AND ${table}.rowid <= ${indexedTo}`
  const source = sql`documents CROSS JOIN ${table} INDEXED BY ${index}`
  const documents = documentsFrom(terms, isDescending, range)
  const slice = sql`WITH documents AS MATERIALIZED (${documents} LIMIT ${literal(count)})
    ${selected(walked, after, asked, source, isHeld)}`
  const edge = sql`SELECT CAST(document AS TEXT) AS document FROM (${documents} LIMIT 1 OFFSET ${literal(count - 1)})`
  return [statement(db, slice), statement(db, edge)]
}

function documentSliceOf<Row>([found, end]: readonly (D1Result | undefined)[]): DocumentSlice<Row> {
  const [edge] = (end?.results ?? []) as { readonly document: string }[]
  return {
    rows: (found?.results ?? []) as Row[],
    milliseconds: millisecondsOf([found]),
    last: edge ? BigInt(edge.document) : null,
  }
}

function documentsFrom({ listed, match }: Terms, isDescending: boolean, [first, last]: Range): SQL {
  const table = sql.identifier(INDEXES[listed].table)
  return sql`SELECT rowid AS document FROM ${table} WHERE ${table} MATCH ${match}
    AND rowid >= ${sql.raw(String(first))} AND rowid <= ${sql.raw(String(last))}
    ORDER BY rowid ${sql.raw(isDescending ? 'DESC' : 'ASC')}`
}

function selected(walked: Walked, after: Place | null, asked: Asked, source: SQL, its: SQL): SQL {
  const { columns, filter, limit, order = orderOf(walked) } = asked
  return sql`SELECT ${columns} FROM ${source} WHERE ${and(its, walked.among, isAfter(walked, after), filter)}
    ${order.length > 0 ? sql`ORDER BY ${sql.join([...order], sql`, `)}` : undefined}
    ${limit === undefined ? undefined : sql`LIMIT ${literal(limit)}`}`
}

function placeOf({ key }: Walked, row: unknown): readonly Value[] {
  return key.map((_, i) => (row as Readonly<Record<string, Value>>)[`key${i}`] ?? null)
}
