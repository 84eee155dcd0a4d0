import type { AuditEvent } from '../../core/events/event.ts'

/** In a batch right after a write: writes the event only if that write changed a row. */
export function auditIfChanged(db: D1Database, event: AuditEvent): D1PreparedStatement {
  return db
    .prepare(
      'INSERT INTO events (id, organization_id, at, type, record) SELECT ?, ?, ?, ?, ? WHERE changes() > 0',
    )
    .bind(event.id, event.organization, event.at, event.type, JSON.stringify(event))
}
