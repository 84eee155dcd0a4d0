/** Pages of rows of any size: their names and sizes at once, and the rows themselves in slices. */
import { type Column, type SQL, sql } from 'drizzle-orm'
import type { SizedPage } from '../../../../core/kernel/fairness/list-slices.ts'

export function sizedPage<Row>(
  count: number,
  rows: readonly { readonly name: string; readonly bytes: number }[],
  read: (names: readonly string[]) => Promise<readonly Row[]>,
): SizedPage<Row> {
  return {
    count,
    bytes: rows.map(({ bytes }) => bytes),
    read: (from, to) => read(rows.slice(from, to).map(({ name }) => name)),
  }
}

/** Without reading the values: SQLite knows their lengths. */
export function bytesOf(first: Column, ...more: readonly Column[]): SQL<number> {
  return more.reduce(
    (sum: SQL<number>, column) => sql<number>`${sum} + octet_length(${column})`,
    sql<number>`octet_length(${first})`,
  )
}

export function isOneOf(column: Column, values: readonly string[]): SQL {
  return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`
}
