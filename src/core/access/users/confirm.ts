import { type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import { memberCase } from '../cases/operator-case.ts'
import { authenticateUser } from './authenticate.ts'

/**
 * Whether who asks knows the user's password, as a session's cookie does not show: for what does much harm at once. Counted
 * and locked as a sign-in is.
 */
export const confirmUser = memberCase(
  async (ports, { actor, request }, password: string): Promise<Outcome<null>> => {
    if (actor.kind !== 'user') return refuse({ kind: 'permission_missing' })
    const asked = await ports.users.find(Number(actor.publicId))
    if (!asked) return refuse({ kind: 'credential_invalid' })
    const user = await authenticateUser(ports, { email: asked.email, password }, request)
    if (!user.ok) return user
    // Users of two organizations may have one address.
    return user.value.id === asked.id ? ok(null) : refuse({ kind: 'credential_invalid' })
  },
)
