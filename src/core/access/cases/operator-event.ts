import type { AuditEvent, EventType } from '../../events/event.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { eventId } from '../../kernel/time/event-id.ts'
import { causeOf, type Operation } from './operator-case.ts'

/** The event of what an operator did in their organization. */
export function operatorEvent(
  type: EventType,
  operation: Operation,
  subject: AuditEvent['subject'],
  at: number,
  detail: JsonObject = {},
): AuditEvent {
  const { organization } = operation.actor
  return {
    id: eventId(at),
    organization,
    at,
    type,
    isSuccess: true,
    cause: causeOf(operation),
    subject,
    detail,
  }
}
