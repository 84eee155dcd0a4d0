import { type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { Operation } from '../operator-case.ts'
import { userEvent } from '../users/event.ts'

/** Ends the session by which this request came. */
export async function closeSession(ports: Ports, { actor, request }: Operation): Promise<Outcome<null>> {
  if (actor.by.kind !== 'session') return refuse({ kind: 'permission_missing' })
  const user = { id: Number(actor.publicId), email: actor.name }
  await ports.sessions.close(actor.by.id, user.id, userEvent('user.sign_out', user, ports.now(), request))
  return ok(null)
}
