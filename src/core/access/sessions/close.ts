import { type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import { memberCase } from '../cases/operator-case.ts'
import { userEvent } from '../users/event.ts'

/** Ends the session by which this request came. */
export const closeSession = memberCase(async (ports, { actor, request }): Promise<Outcome<null>> => {
  if (actor.by.kind !== 'session') return refuse({ kind: 'permission_missing' })
  const user = { id: Number(actor.publicId), email: actor.name }
  await ports.sessions.close(actor.by.id, user.id, userEvent('user.sign_out', user, ports.now(), request))
  return ok(null)
})
