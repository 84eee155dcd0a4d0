/**
 * How long a list is, kept beside it: the delivery that changes the list changes its total, in one transaction, once for
 * all of its rows. A row that comes again, or was overtaken by a newer one, counts nothing.
 */
import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { prepared } from '../batch.ts'
import { totals } from '../schema/index.ts'
import type { Columns } from './insert.ts'

export type Listed = (typeof totals.$inferSelect)['listed']

/** Which of the rows that are there count. */
const COUNTS = { profiles: 'deleted_at IS NULL', agents: `state = 'active'` } as const satisfies Record<
  Listed,
  string
>

const IT = 'WHERE organization_id = value ->> 0 AND ledger = value ->> 2 AND n = value ->> 3'

/** @param counts the same of a row that comes */
export function countChanges<Row extends Columns>(
  db: D1Database,
  listed: Listed,
  rows: readonly Row[],
  counts: (row: Row) => boolean,
): D1PreparedStatement | null {
  if (rows.length === 0) return null
  const coming = rows.map((row) => {
    const { organization_id, dialect, ledger, n, version } = row
    return [organization_id, dialect, ledger, n, version, counts(row) ? 1 : 0]
  })
  return db
    .prepare(
      `INSERT INTO totals (organization_id, dialect, listed, rows)
       SELECT value ->> 0, value ->> 1, '${listed}',
         sum((value ->> 5) - coalesce((SELECT ${COUNTS[listed]} FROM ${listed} ${IT}), 0)) AS change
       FROM json_each(?)
       WHERE NOT EXISTS (SELECT 1 FROM ${listed} ${IT} AND version >= value ->> 4)
       GROUP BY 1, 2 HAVING change <> 0
       ON CONFLICT DO UPDATE SET rows = rows + excluded.rows`,
    )
    .bind(JSON.stringify(coming))
}

export type Counted = { readonly organization: number; readonly dialect?: string | undefined }

/** How many profiles that are not deleted, or active agents, an organization has. */
export async function totalOf(db: D1Database, listed: Listed, counted: Counted): Promise<number> {
  const { results } = await totalStatement(db, listed, counted).all()
  return totalIn(results)
}

/** Answers rows for `totalIn`. */
export function totalStatement(
  db: D1Database,
  listed: Listed,
  { organization, dialect }: Counted,
): D1PreparedStatement {
  const counted = drizzle(db)
    .select({ rows: sql<number>`coalesce(sum(${totals.rows}), 0)`.as('rows') })
    .from(totals)
    .where(
      and(
        eq(totals.organizationId, organization),
        eq(totals.listed, listed),
        dialect === undefined ? undefined : eq(totals.dialect, dialect),
      ),
    )
  return prepared(db, counted)
}

export function totalIn([row]: readonly unknown[]): number {
  return (row as { readonly rows: number } | undefined)?.rows ?? 0
}
