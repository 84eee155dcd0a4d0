export type Columns = Readonly<Record<string, string | number | boolean | null>>

export function insertRows(
  db: D1Database,
  table: string,
  rows: readonly Columns[],
  onConflict: string,
): D1PreparedStatement | null {
  const [first] = rows
  if (!first) return null
  const names = Object.keys(first)
  const values = names.map((name) => `value ->> '$.${name}'`).join(', ')
  const insert = `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values} FROM json_each(?) WHERE true`
  return db.prepare(`${insert} ${onConflict}`).bind(JSON.stringify(rows))
}
