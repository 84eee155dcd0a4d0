import { networkOfRequest } from '../../kernel/address.ts'
import type { Cause } from '../../kernel/cause.ts'
import { type Outcome, ok, type Refusal, refuse } from '../../kernel/outcome.ts'
import { fold } from '../../kernel/text.ts'
import type { Ports } from '../../ports.ts'
import { openCase } from '../cases/open-case.ts'
import { PASSWORD_LENGTH, whichPassword } from './password.ts'
import { LOCK_AFTER, LOCK_MILLISECONDS } from './password-guard.ts'
import type { User, UserEvent } from './port.ts'

/** Of an e-mail address (RFC 5321, section 4.5.3.1), and what every dialect takes. */
const MAX_EMAIL_CHARACTERS = 255

const INVALID = refuse({ kind: 'credential_invalid' })

/** In no organization, so that its events appear nowhere. */
const NO_USER = { id: 0, email: '' } as const

export type PasswordCredential = { readonly email: string; readonly password: string }

/**
 * Whose e-mail address and password these are. Unknown, wrong and locked are one fault and take one time; an address from
 * which too many were wrong has to wait, before anything is computed.
 *
 * Users of several organizations may have the address: it is the one whose password it is; of two with the same password,
 * one that the deployment's operator made, or else the older one. A wrong password counts against each of them, and the
 * right one of another against none, so that signing in elsewhere locks no user out, and having the address in one's own
 * organization buys no further guesses.
 * @param purpose a password that was given to its user is good for nothing but for choosing another
 */
export const authenticateUser = openCase(
  async (
    ports,
    { email, password }: PasswordCredential,
    request: Cause['request'],
    purpose: 'enter' | 'choose another' = 'enter',
  ): Promise<Outcome<User>> => {
    if (email.length > MAX_EMAIL_CHARACTERS || password.length > PASSWORD_LENGTH.max) return INVALID
    const name = fold(email)
    const refusal = await refusedUntried(ports, name, request)
    if (refusal) return refusal
    const ring = await ports.keyring()
    const now = ports.now()
    const users = await ports.users.findByEmail(name)
    const ids = users.map(({ id }) => id)
    const passwords = users.map((one) => one.password)
    const [tries, which] = await Promise.all([
      ports.users.beginTry(ids, LOCK_AFTER, now + LOCK_MILLISECONDS, now),
      whichPassword(ring, passwords, password),
    ])
    ports.passwords.took(ports.now() - now)
    const user = users[which]
    if (user && tries.has(user.id)) {
      ports.passwords.endTries(name)
      await ports.users.endTries(user.id, [...tries.keys()])
      if (!user.isPasswordInitial || purpose === 'choose another') return ok(user)
    }
    // Locked users get no event: a guesser causes no further writes. Where none is left it takes as long.
    const refusals = (user ? [user] : users).flatMap((one) => {
      const tried = tries.get(one.id)
      return tried
        ? [refusalEvent(one, tried === 'last_try' ? 'user.lock' : 'user.refuse', now, request)]
        : []
    })
    const events = refusals.length > 0 ? refusals : [refusalEvent(NO_USER, 'user.refuse', now, request)]
    ports.background(() => ports.users.recordRefusals(events))
    if (request.address !== null) await ports.failures.failed('sign_in', request.address)
    return INVALID
  },
)

/** Why a password is not even looked at, or null: it is this request's turn. */
async function refusedUntried(
  ports: Ports,
  name: string,
  request: Cause['request'],
): Promise<Refusal | null> {
  const early = refusedFromMemory(ports, name, request)
  if (early) return early
  const wait = await ports.passwords.turn(networkOfRequest(request))
  if (wait !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: wait })
  // Others may have failed meanwhile.
  const late = refusedFromMemory(ports, name, request)
  if (late) return late
  return ports.passwords.beginTry(name) ? null : INVALID
}

/** Where clients' addresses are not known, the count of each e-mail address and the turns are all that holds. */
function refusedFromMemory(ports: Ports, name: string, { address }: Cause['request']): Refusal | null {
  const wait = address === null ? null : ports.failures.blockedSeconds('sign_in', address)
  if (wait !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: wait })
  return ports.passwords.isLocked(name) ? INVALID : null
}

function refusalEvent(
  user: Pick<User, 'id' | 'email'>,
  type: 'user.lock' | 'user.refuse',
  at: number,
  request: Cause['request'],
): UserEvent {
  return {
    at,
    type,
    isSuccess: false,
    cause: { actor: { kind: 'system' }, request },
    subject: { kind: 'user', id: String(user.id), name: user.email },
    detail: type === 'user.lock' ? { failures: LOCK_AFTER } : { reason: 'password' },
  }
}
