import { and, desc, eq, inArray } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { AuditLog } from '../../core/audit/port.ts'
import { events } from './schema.ts'

export function createAuditLog(db: D1Database): AuditLog {
  const d1 = drizzle(db)
  return async ({ organization, types, offset, limit }) => {
    const where = and(eq(events.organizationId, organization), inArray(events.type, [...types]))
    const total = await d1.$count(events, where)
    const rows = await d1
      .select({ record: events.record })
      .from(events)
      .where(where)
      .orderBy(desc(events.at), desc(events.id))
      .limit(limit)
      .offset(offset)
    return { total, items: rows.map(({ record }) => record) }
  }
}
