import { denied, type Operation } from '../access/require.ts'
import type { AuditEvent } from '../events/event.ts'
import { type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { Found } from '../search/search.ts'
import type { AuditQuery } from './port.ts'

/** What happened in the organization, newest first. */
export async function list(
  ports: Ports,
  operation: Operation,
  query: Omit<AuditQuery, 'organization'>,
): Promise<Outcome<Found<AuditEvent>>> {
  const refusal = denied(operation, 'events.read')
  if (refusal) return refusal
  return ok(await ports.auditLog({ ...query, organization: operation.actor.organization }))
}
