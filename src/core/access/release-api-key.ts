import type { AuditEvent } from '../events/event.ts'
import { notFound, type Outcome, ok } from '../kernel/outcome.ts'
import { eventId } from '../kernel/time/event-id.ts'
import { causeOf, operatorCase } from './cases/operator-case.ts'
import type { SuspendedApiKey } from './port.ts'

/** API keys of the organization that came from a backup and wait to be released; at most a thousand. */
export const suspendedApiKeys = operatorCase(
  'access.read',
  async (ports, operation): Promise<Outcome<readonly SuspendedApiKey[]>> =>
    ok(await ports.credentials.listSuspended(operation.actor.organization)),
)

/** The key authenticates again. Whether it was deleted since the backup is for the caller to know. */
export const releaseApiKey = operatorCase(
  'access.write',
  async (ports, operation, id: string): Promise<Outcome<null>> => {
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
  },
)
