import type { AuditEvent } from '../../events/event.ts'
import type { Cause } from '../../kernel/cause.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { eventId } from '../../kernel/time/event-id.ts'
import type { ApiClient, ApiClientRecord } from './port.ts'

type Type = Extract<AuditEvent['type'], `api_client.${string}`>

export function clientEvent(
  type: Type,
  client: ApiClientRecord & { readonly id?: number },
  at: number,
  cause: Cause,
  detail: JsonObject = {},
  isSuccess = true,
): AuditEvent {
  return {
    id: eventId(at),
    organization: client.organization,
    at,
    type,
    isSuccess,
    cause,
    subject: { kind: 'api_client', id: String(client.id ?? ''), name: client.name },
    detail,
  }
}

/** What a client does in its own name. */
export function ownCause(client: ApiClient, request: Cause['request']): Cause {
  const { id, name, uuid } = client
  const as = { kind: 'api_client', id: uuid } as const
  return { actor: { kind: 'principal', id, name, apiKey: null, as }, request }
}
