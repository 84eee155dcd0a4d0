import type { AuditEvent } from '../events/event.ts'
import type { Cause } from '../kernel/cause.ts'
import type { JsonObject } from '../kernel/json.ts'
import { eventId } from '../kernel/time/event-id.ts'

/** A request of the deployment's operator: the deployment's own token, and which request it came with. */
export type Maintenance = { readonly token: string | null; readonly request: Cause['request'] }

/** No tenant's: what happens to the deployment as a whole. */
const DEPLOYMENT = 0

export function causeOf({ request }: Maintenance): Cause {
  return { actor: { kind: 'system' }, request }
}

export function eventOf(
  maintenance: Maintenance,
  at: number,
  type: AuditEvent['type'],
  subject: AuditEvent['subject'],
  detail: JsonObject = {},
): AuditEvent {
  return {
    id: eventId(at),
    organization: DEPLOYMENT,
    at,
    type,
    isSuccess: true,
    cause: causeOf(maintenance),
    subject,
    detail,
  }
}
