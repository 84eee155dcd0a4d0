/**
 * The deployment's id: of D1, and of every ledger and inbox that was made with it. D1 numbers the ledgers, so that a D1 that
 * was lost and replaced would lead to those of before.
 */

/** It never changes, and an isolate asks each D1 for it once. */
const known = new WeakMap<D1Database, string>()

export async function deploymentId(db: D1Database): Promise<string> {
  const remembered = known.get(db)
  if (remembered !== undefined) return remembered
  const found = await db.prepare('SELECT id FROM deployment').first<string>('id')
  const id = found ?? (await writeDeployment(db, Date.now()))
  known.set(db, id)
  return id
}

/**
 * Writes the row, and answers its id. A D1 that had organizations before it had an id is named after the first of them, so
 * that it gets the same id again when Time Travel sets it back to before it had one.
 */
export async function writeDeployment(db: D1Database, now: number): Promise<string> {
  const written = await db
    .prepare(
      `INSERT INTO deployment (n, id, written_at)
       SELECT 1, coalesce(
         (SELECT 'since-' || created_at FROM organizations ORDER BY id LIMIT 1), lower(hex(randomblob(16)))), ?1
       WHERE true
       ON CONFLICT (n) DO UPDATE SET written_at = excluded.written_at RETURNING id`,
    )
    .bind(now)
    .first<string>('id')
  if (written === null) throw new Error('D1 did not return the id of the deployment')
  return written
}
