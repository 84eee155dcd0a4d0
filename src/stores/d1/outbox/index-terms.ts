/**
 * Puts rows into the index of names and labels (catalogue/lists/terms.ts). A delivery that did so row by row would write a
 * document for each redemption; so it is done for many rows at once, and searches read the rest themselves.
 */
import type { TermIndex } from '../../../core/deployment/housekeeping/port.ts'
import { INDEXES, type Indexed } from '../catalogue/lists/terms.ts'

/** Rows that a search may have to read by itself before they are indexed. */
const MAX_WAITING = 1_000
/** Rows of a statement: it takes some milliseconds, and D1 does nothing else meanwhile. */
const ROWS = 256
const MAX_STATEMENTS = 16
/** One row in so many has its delivery look how many wait. */
const LOOK_EVERY = 64

/** As much of D1 as is needed; scripts have another type of it. */
export type TermDatabase = {
  prepare(sql: string): { all(): Promise<{ readonly results: readonly unknown[] }> }
  batch(statements: never[]): Promise<unknown>
}

const LISTED = Object.keys(INDEXES) as readonly Indexed[]

/** Whether a delivery of these rows is one of those that look. */
export function isIndexDue(rows: readonly { readonly ledger: number; readonly n: number }[]): boolean {
  return rows.some(({ ledger, n }) => (ledger + n) % LOOK_EVERY === 0)
}

/** @param least how many have to wait @returns how many rows were indexed; of very many, not all at once */
export async function indexTerms(db: TermDatabase, least = MAX_WAITING): Promise<number> {
  const waiting = LISTED.map(
    (listed) =>
      `SELECT listed, (SELECT max(rowid) FROM ${listed}) - indexed_to AS waiting FROM term_progress WHERE listed = '${listed}'`,
  )
  const { results } = await db.prepare(waiting.join(' UNION ALL ')).all()
  let indexed = 0
  for (const { listed, waiting } of results as { listed: Indexed; waiting: number | null }[]) {
    if ((waiting ?? 0) < least) continue
    const statements = Math.min(MAX_STATEMENTS, Math.ceil((waiting ?? 0) / ROWS))
    for (let i = 0; i < statements; i++) await indexRows(db, listed)
    indexed += Math.min(waiting ?? 0, statements * ROWS)
  }
  return indexed
}

export function createTermIndex(db: TermDatabase): TermIndex {
  return { catchUp: () => indexTerms(db, 1) }
}

/** One transaction: what is said to be indexed is. */
async function indexRows(db: TermDatabase, listed: Indexed): Promise<void> {
  const { table, rows } = INDEXES[listed]
  const from = `(SELECT indexed_to FROM term_progress WHERE listed = '${listed}')`
  const statements = [
    db.prepare(
      `INSERT INTO ${table} (rowid, terms) SELECT document, group_concat(terms, ' ') FROM (
         SELECT document, terms FROM ${rows} WHERE place > ${from} ORDER BY place LIMIT ${ROWS})
       GROUP BY document`,
    ),
    db.prepare(
      `UPDATE term_progress SET indexed_to = (SELECT max(place) FROM (
         SELECT rowid AS place FROM ${listed} WHERE rowid > indexed_to ORDER BY rowid LIMIT ${ROWS}))
       WHERE listed = '${listed}' AND indexed_to < (SELECT max(rowid) FROM ${listed})`,
    ),
  ]
  await db.batch(statements as never[])
}

/** Empties the index, for rows that are deleted with it. */
export const FORGET_TERMS: readonly string[] = [
  ...LISTED.map(
    (listed) => `INSERT INTO ${INDEXES[listed].table} (${INDEXES[listed].table}) VALUES ('delete-all')`,
  ),
  'UPDATE term_progress SET indexed_to = 0',
]
