/** What must hold when a batch is done, or all of it is taken back. */
import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { prepared } from './batch.ts'

/** No JSON, so that reading it fails the transaction: outside of a trigger SQLite has no statement for that. */
const FAILURE = 'it does not hold'

/** The last statement of the batch. */
export function mustHold(db: D1Database, condition: SQL): D1PreparedStatement {
  const check = sql`CASE WHEN ${condition} THEN 1 ELSE json(${FAILURE}) END`
  return prepared(db, drizzle(db).select({ check }).from(sql`(SELECT 1)`))
}

/** Whether that is why a batch failed. */
export function didNotHold(error: unknown): boolean {
  return String(error).includes('malformed JSON')
}
