/** What D1 says of the deployment as a whole. */
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** One row, numbered 1. Ledgers and inboxes keep the id, too (stores/durable/object/home.ts). */
export const deployment = sqliteTable('deployment', {
  n: integer().primaryKey(),
  id: text().notNull(),
  /** When a health check wrote here last. */
  writtenAt: integer('written_at').notNull(),
})
