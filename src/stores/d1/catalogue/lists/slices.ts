/**
 * One client never starves another (docs/concepts.md#promises). What no index serves is compared with row after row, and D1 has one thread, on
 * which nothing else runs meanwhile. A list therefore walks its rows in slices: a statement looks at a bounded number of
 * them, in the order of their key, and others have their turn before the next one.
 */
import { and, type Column, getTableName, type SQL, sql } from 'drizzle-orm'
import { SQLiteAsyncDialect, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import { createTurns, type Turns } from '../../../../core/kernel/fairness/turns.ts'
import { pause } from '../../../background.ts'
import type { Terms } from './terms.ts'

/** Rows in the order of a key, in which an index has those that `among` names. */
export type Walked = {
  readonly table: SQLiteTable
  /** Whole numbers that are not negative, or texts; none is null. */
  readonly key: readonly Column[]
  readonly among: SQL | undefined
  readonly isDescending?: boolean
  /** The index that has that order; absent: SQLite finds it, which may take one that has all columns of a filter for it. */
  readonly index?: string
  /**
   * Between which values the first member of the key is, a number; both excluded. Apart from `among`, since the index is
   * entered at one place only.
   */
  readonly range?: { readonly above?: number | undefined; readonly below?: number | undefined }
  /** Which rows the index of names and labels finds; then the key is ledger and number. */
  readonly terms?: Terms | undefined
}

/** The key of a row. */
export type Place = readonly (number | string)[]

/** A statement that goes with the first slice of a walk by key, and costs no call of its own. */
export type Companion = {
  readonly statement: D1PreparedStatement
  readonly answer: (rows: readonly unknown[]) => void
}

/** What is walked in slices, and in which turns. */
export type Sliced = {
  readonly db: D1Database
  readonly bounds: Bounds
  readonly walks: Turns
  readonly companion?: Companion | undefined
}

/** What is asked of the rows of a slice. */
export type Asked = {
  readonly columns: SQL
  readonly filter: SQL | undefined
  /** Absent: the order of the key. */
  readonly order?: readonly SQL[]
  readonly limit?: number
}

/** How many rows a slice has: the first one, and at least and at most those after it. */
export type Bounds = { readonly first: number; readonly least: number; readonly most: number }
export const BOUNDS: Bounds = { first: 500, least: 250, most: 4_000 }

/** How long a statement may take: one row may cost a hundred times what another one does. */
const AIM_MILLISECONDS = 4
/** A statement whose request was cut off never ends: what has lasted longer counts as ended. */
const MAX_STATEMENT_MILLISECONDS = 200
const KEY = 'walks'

/**
 * All walks of an isolate share its time, and leave half of it to others.
 * @param rests whether there are others; absent: always
 */
export function createWalks(rests?: () => boolean): Turns {
  return createTurns(
    { places: 1, maxMilliseconds: MAX_STATEMENT_MILLISECONDS },
    { now: () => Date.now(), pause, ...(rests && { rests }) },
  )
}

const dialect = new SQLiteAsyncDialect()

/**
 * What each slice answers, until the rows end or no more are wanted. The first one is small, and waits for no turn.
 * @param after where it begins; null: with the first row
 * @param ask asked again for each slice
 */
export async function* slicesByKey<Row>(
  { db, bounds, walks, companion }: Sliced,
  walked: Walked,
  after: Place | null,
  ask: () => Asked,
): AsyncGenerator<readonly Row[]> {
  let rows = bounds.first
  for (let place: Place | null | undefined = after; place !== undefined; ) {
    const at: Place | null = place
    const edge = edgeOf(walked, at, rows)
    const isFirst = at === after
    const read = () =>
      db.batch([
        statement(db, inSlice(walked, at, edge, ask())),
        statement(db, edge),
        ...(isFirst && companion ? [companion.statement] : []),
      ])
    const [found, end, answered]: D1Result[] = await (isFirst ? read() : inTurn(walks, read))
    if (answered) companion?.answer(answered.results)
    yield (found?.results ?? []) as Row[]
    const last = end?.results[0] as Readonly<Record<string, number | string>> | undefined
    place = last && walked.key.map((_, i) => last[`key${i}`] ?? 0)
    rows = rowsAfter(rows, millisecondsOf([found]), bounds)
  }
}

/** All slices but a walk's first wait for their turn. */
export function inTurn(walks: Turns, read: () => Promise<D1Result[]>): Promise<D1Result[]> {
  return walks.take(KEY, read, millisecondsOf)
}

/** How long D1 was at a batch. At least one: the event loop turns before the next one. */
export function millisecondsOf([first]: readonly (D1Result | undefined)[]): number {
  return Math.max(1, first?.meta.duration ?? 1)
}

/** The members of the key, under names of their own. */
export function keyColumns({ key }: Walked): SQL {
  return sql.join(
    key.map((column, i) => sql`${column} AS ${sql.raw(`key${i}`)}`),
    sql`, `,
  )
}

/** The last row of a slice; none: fewer rows are left than a slice may have. */
function edgeOf(walked: Walked, after: Place | null, rows: number): SQL {
  const { among } = walked
  const end = endOf(walked)
  const isInRange = end ? isUpTo(walked, valuesOf(end)) : undefined
  return sql`SELECT ${keyColumns(walked)} FROM ${named(walked)} WHERE ${and(among, isAfter(walked, after), isInRange)}
    ORDER BY ${sql.join([...orderOf(walked)], sql`, `)} LIMIT 1 OFFSET ${literal(rows - 1)}`
}

function inSlice(walked: Walked, after: Place | null, edge: SQL, asked: Asked): SQL {
  const { key, among } = walked
  const { columns, filter, limit } = asked
  const order = asked.order ?? orderOf(walked)
  // Each member for itself: of a row that is compared as a whole, the index would use the first one only.
  const last = valuesOf(endOf(walked) ?? key.map((column) => outermost(walked, column)))
  const end = key.map((_, i) => sql`coalesce((SELECT ${sql.raw(`key${i}`)} FROM edge), ${last[i]})`)
  return sql`WITH edge AS MATERIALIZED (${edge}) SELECT ${columns} FROM ${named(walked)}
    WHERE ${and(among, isAfter(walked, after), isUpTo(walked, end), filter)}
    ${order.length > 0 ? sql`ORDER BY ${sql.join([...order], sql`, `)}` : undefined}
    ${limit === undefined ? undefined : sql`LIMIT ${literal(limit)}`}`
}

/** The members of the key, in their order. */
export function orderOf({ key, isDescending }: Walked): readonly SQL[] {
  return key.map((column) => (isDescending ? sql`${column} DESC` : sql`${column}`))
}

export function isAfter(walked: Walked, place: Place | null): SQL | undefined {
  const from = place ?? startOf(walked)
  const { key, isDescending } = walked
  return from ? sql`${row(key)} ${sql.raw(isDescending ? '<' : '>')} ${row(valuesOf(from))}` : undefined
}

function isUpTo({ key, isDescending }: Walked, end: readonly SQL[]): SQL {
  return sql`${row(key)} ${sql.raw(isDescending ? '>=' : '<=')} ${row(end)}`
}

/** Before all rows of the range; null: before all rows. */
function startOf({ key, range, isDescending }: Walked): Place | null {
  const from = isDescending ? range?.below : range?.above
  if (from === undefined) return null
  return key.map((_, i) => (i === 0 ? from : isDescending ? -1 : Number.MAX_SAFE_INTEGER))
}

/** Behind all rows of the range; null: behind all rows. */
function endOf({ key, range, isDescending }: Walked): Place | null {
  const to = isDescending ? range?.above : range?.below
  if (to === undefined) return null
  if (isDescending) return key.map((_, i) => (i === 0 ? to + 1 : -1))
  return key.map((_, i) => (i === 0 ? to - 1 : Number.MAX_SAFE_INTEGER))
}

/** What no value of a column is behind. */
function outermost({ isDescending }: Walked, { dataType }: Column): number | string | typeof BLOB {
  if (dataType !== 'string') return isDescending ? -1 : Number.MAX_SAFE_INTEGER
  return isDescending ? '' : BLOB
}

/** SQLite puts it behind every text. */
const BLOB = Symbol('blob')

function row(members: readonly (Column | SQL)[]): SQL {
  return sql`(${sql.join([...members], sql`, `)})`
}

function valuesOf(values: readonly (number | string | typeof BLOB)[]): SQL[] {
  return values.map((value) => {
    if (value === BLOB) return sql.raw(`x'ff'`)
    return typeof value === 'number' ? literal(value) : sql`${value}`
  })
}

/** Not bound: D1 binds 100 values at most, and a search may need them. */
export function literal(value: number): SQL {
  return sql.raw(String(Math.trunc(value)))
}

function named({ table, index }: Walked): SQL {
  const name = sql.identifier(getTableName(table))
  return index === undefined ? sql`${name}` : sql`${name} INDEXED BY ${sql.identifier(index)}`
}

export function statement(db: D1Database, query: SQL): D1PreparedStatement {
  const { sql, params } = dialect.sqlToQuery(query)
  return db.prepare(sql).bind(...params)
}

/** Not more than twice as many: dearer rows may come. */
export function rowsAfter(rows: number, milliseconds: number, { least, most }: Bounds): number {
  const fitting = Math.floor((rows * AIM_MILLISECONDS) / milliseconds)
  return Math.max(least, Math.min(fitting, 2 * rows, most))
}
