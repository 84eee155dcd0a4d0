import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { AuditLog } from '../../core/audit/port.ts'
import { agentUuid, formatId } from '../../core/ids.ts'
import { events } from './schema.ts'

export function createAuditLog(db: D1Database): AuditLog {
  const d1 = drizzle(db)
  return async ({ organization, ledger, types, offset, limit }) => {
    const where = and(
      eq(events.organizationId, organization),
      inArray(events.type, [...types]),
      isOfLedger(ledger),
    )
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

const NOTHING_RANDOM = new Uint8Array(8)

/** A ledger's ids are a range: of numbers, and of the UUIDs of its agents. */
function isOfLedger(ledger: number): SQL {
  const subject = sql`${events.record} ->> '$.subject.kind'`
  const id = sql`${events.record} ->> '$.subject.id'`
  const [first, next] = [
    { ledger, n: 0 },
    { ledger: ledger + 1, n: 0 },
  ] as const
  const among = (from: SQL, to: SQL, value: SQL) => sql`(${value} >= ${from} AND ${value} < ${to})`
  // As text, since a bound number is a double.
  const integer = (text: string | SQL) => sql`CAST(${text} AS INTEGER)`
  const numbers = among(integer(formatId(first)), integer(formatId(next)), integer(id))
  const uuid = (of: typeof first | typeof next) => sql`${agentUuid(of, NOTHING_RANDOM)}`
  return sql`CASE ${subject}
    WHEN 'agent' THEN ${among(uuid(first), uuid(next), id)}
    WHEN 'profile' THEN ${numbers}
    WHEN 'key' THEN ${numbers}
    ELSE 1 END`
}
