import { causeOf, type Operation } from '../access/require.ts'
import type { AuditEvent, EventType } from '../events/event.ts'
import type { JsonObject } from '../json.ts'

/** An event of a change in who may what. */
export function accessEvent(
  type: EventType,
  operation: Operation,
  subject: AuditEvent['subject'],
  at: number,
  detail: JsonObject = {},
): AuditEvent {
  const { organization } = operation.actor
  return {
    id: crypto.randomUUID(),
    organization,
    at,
    type,
    isSuccess: true,
    cause: causeOf(operation),
    subject,
    detail,
  }
}
