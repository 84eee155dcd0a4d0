/** What must hold when a batch is done, or all of it is taken back. */
import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { WriteFailure } from '../../../core/access/port.ts'
import { brokenUniqueness, prepared } from '../batch.ts'

export type Condition = { readonly holds: SQL; readonly otherwise: WriteFailure }

/** No JSON, so that reading it fails the transaction: outside of a trigger SQLite has no statement for that. */
const FAILURE = 'it does not hold'

/** @param count an SQL expression of how many there are */
export function atMost(limit: number, count: SQL): Condition {
  return { holds: sql`${count} <= ${limit}`, otherwise: 'limit' }
}

/** The last statement of the batch. */
export function mustHold(db: D1Database, { holds }: Pick<Condition, 'holds'>): D1PreparedStatement {
  const check = sql`CASE WHEN ${holds} THEN 1 ELSE json(${FAILURE}) END`
  return prepared(db, drizzle(db).select({ check }).from(sql`(SELECT 1)`))
}

/** Whether that is why a batch failed. */
export function didNotHold(error: unknown): boolean {
  return String(error).includes('malformed JSON')
}

/**
 * Runs the batch, whose first statement is the change, and takes it back as a whole if it breaks a uniqueness or what
 * must hold. null: it is done.
 */
export async function write(
  db: D1Database,
  statements: readonly D1PreparedStatement[],
  condition: Condition | null = null,
): Promise<WriteFailure | null> {
  try {
    const [changed] = await db.batch([...statements, ...(condition ? [mustHold(db, condition)] : [])])
    return changed?.meta.changes ? null : 'gone'
  } catch (error) {
    if (condition && didNotHold(error)) return condition.otherwise
    return brokenUniqueness(error).includes('grants.') ? 'grant' : 'name'
  }
}
