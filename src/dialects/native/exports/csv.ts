/** Records as CSV (RFC 4180): a line of names, and one for each record. */

export type Column<Row> = readonly [name: string, value: (row: Row) => unknown]

export async function* csvOf<Row>(
  columns: readonly Column<Row>[],
  slices: AsyncIterable<readonly Row[]>,
): AsyncGenerator<string> {
  yield record(columns.map(([name]) => name))
  for await (const rows of slices) {
    yield rows.map((row) => record(columns.map(([, value]) => value(row)))).join('')
  }
}

function record(values: readonly unknown[]): string {
  return `${values.map(cell).join(',')}\r\n`
}

/** What a spreadsheet would take for a formula. Machines choose their host names. */
const FORMULA = /^[=+\-@\t\r]/

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
