import { type SQL, sql } from 'drizzle-orm'
import type { AgePlace } from '../../../core/kernel/fairness/list-slices.ts'
import type { apiKeys, grants } from '../schema/index.ts'

/** The rest of a list that is ordered by (created_at, id). */
export function isAfter(table: typeof apiKeys | typeof grants, after: AgePlace | null): SQL | undefined {
  return after ? sql`(${table.createdAt}, ${table.id}) > (${after.createdAt}, ${after.id})` : undefined
}
