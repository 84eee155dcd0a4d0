import type { AuditEvent } from '../events/event.ts'
import { eventId } from '../kernel/event-id.ts'
import { notFound, type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { causeOf, denialOf, type Operation } from './operator-case.ts'
import type { SuspendedApiKey } from './port.ts'

/** API keys of the organization that came from a backup and wait to be released; at most a thousand. */
export async function suspendedApiKeys(
  ports: Ports,
  operation: Operation,
): Promise<Outcome<readonly SuspendedApiKey[]>> {
  const refusal = denialOf(operation, 'access.read')
  if (refusal) return refusal
  return ok(await ports.credentials.listSuspended(operation.actor.organization))
}

/** The key authenticates again. Whether it was deleted since the backup is for the caller to know. */
export async function releaseApiKey(ports: Ports, operation: Operation, id: string): Promise<Outcome<null>> {
  const refusal = denialOf(operation, 'access.write')
  if (refusal) return refusal
  const { organization } = operation.actor
  const at = ports.now()
  const event: AuditEvent = {
    id: eventId(at),
    organization,
    at,
    type: 'api_key.release',
    isSuccess: true,
    cause: causeOf(operation),
    subject: { kind: 'api_key', id, name: '' },
    detail: {},
  }
  return (await ports.credentials.release(organization, id, event)) ? ok(null) : notFound('api_key')
}
