/** Records as CSV (RFC 4180): a line of names, and one for each record. Pure. */

export type Column<Row> = readonly [name: string, value: (row: Row) => unknown]

export function csvText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return headOf(columns) + recordsOf(columns, rows)
}

export async function* csvSlices<Row>(
  columns: readonly Column<Row>[],
  slices: AsyncIterable<readonly Row[]>,
): AsyncGenerator<string> {
  yield headOf(columns)
  for await (const rows of slices) yield recordsOf(columns, rows)
}

function headOf<Row>(columns: readonly Column<Row>[]): string {
  return recordOf(columns.map(([name]) => name))
}

function recordsOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return rows.map((row) => recordOf(columns.map(([, value]) => value(row)))).join('')
}

function recordOf(values: readonly unknown[]): string {
  return `${values.map(cellOf).join(',')}\r\n`
}

/** What a spreadsheet would take for a formula. Machines choose their host names. */
const FORMULA = /^[=+\-@\t\r]/

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
