/**
 * An object's tables, as an append-only list of steps: a step that has shipped is never edited. Constructors only read;
 * `create` makes the tables, and the first start after an upgrade runs what is new.
 */

/** The number of steps that this storage has had; 0 for an empty one. */
export function schemaVersion(sql: SqlStorage): number {
  const [table] = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'schema_steps'").toArray()
  if (!table) return 0
  return Number(sql.exec('SELECT count(*) AS steps FROM schema_steps').one().steps)
}

/** Runs the steps after `version`; the caller holds the transaction. */
export function migrate(sql: SqlStorage, steps: readonly string[], version: number, now: number): void {
  sql.exec('CREATE TABLE IF NOT EXISTS schema_steps (step INTEGER PRIMARY KEY, at INTEGER NOT NULL)')
  for (const [index, step] of steps.entries()) {
    if (index < version) continue
    sql.exec(step)
    sql.exec('INSERT INTO schema_steps (step, at) VALUES (?, ?)', index + 1, now)
  }
}
