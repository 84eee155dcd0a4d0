export type Columns = Readonly<Record<string, string | number | boolean | null>>

/** Rows are sent as arrays: SQLite finds an item of one by its place faster than a member of an object by its name. */
export function insertRows(
  db: D1Database,
  table: string,
  rows: readonly Columns[],
  onConflict: string,
): D1PreparedStatement | null {
  const [first] = rows
  if (!first) return null
  const names = Object.keys(first)
  const values = names.map((_, i) => `value ->> ${i}`).join(', ')
  const insert = `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values} FROM json_each(?) WHERE true`
  return db.prepare(`${insert} ${onConflict}`).bind(arraysOf(names, rows))
}

/** Their values in the order of these names, as JSON. */
export function arraysOf(names: readonly string[], rows: readonly Columns[]): string {
  return JSON.stringify(rows.map((row) => names.map((name) => row[name] ?? null)))
}
