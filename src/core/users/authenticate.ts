import type { Cause } from '../ledger/records.ts'
import { type Outcome, ok, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { fold } from '../text.ts'
import { isPassword, PASSWORD_LENGTH } from './password.ts'
import type { User, UserEvent } from './port.ts'

/** Five wrong passwords in a row lock an account for 15 minutes (docs/dialects/illumio.md#passwords). */
const LOCK_AFTER = 5
const LOCK_MILLISECONDS = 15 * 60_000

/** No user has this number. */
const NOBODY = 0

export type PasswordCredential = { readonly email: string; readonly password: string }

/**
 * Whose e-mail address and password these are. Unknown, wrong and locked are one fault and take one time; an address from
 * which too many were wrong is told to wait, before anything is computed.
 * @param purpose a password that was given to its user is good for nothing but for choosing another
 */
export async function authenticate(
  ports: Ports,
  { email, password }: PasswordCredential,
  request: Cause['request'],
  purpose: 'enter' | 'choose another' = 'enter',
): Promise<Outcome<User>> {
  const guarded = request.address ?? fold(email)
  const wait = ports.failures.blockedSeconds('sign_in', guarded)
  if (wait !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: wait })
  const user = password.length <= PASSWORD_LENGTH.max ? await ports.users.findByEmail(fold(email)) : null
  const now = ports.now()
  const tried = await ports.users.beginTry(user?.id ?? NOBODY, LOCK_AFTER, now + LOCK_MILLISECONDS, now)
  const isRight = await isPassword(await ports.keyring(), user?.password ?? null, password)
  if (user && isRight && tried !== 'locked') {
    await ports.users.endTries(user.id)
    if (!user.isPasswordInitial || purpose === 'choose another') return ok(user)
  }
  // An unknown address costs what a known one costs. While one is locked nothing is told: guessers write no more than that.
  await ports.users.noteRefusal(
    tried === 'locked' ? NOBODY : (user?.id ?? NOBODY),
    refusalEvent(user, tried === 'last_try' ? 'user.lock' : 'user.refuse', now, request),
  )
  await ports.failures.failed('sign_in', guarded)
  return refuse({ kind: 'credential_invalid' })
}

function refusalEvent(
  user: User | null,
  type: 'user.lock' | 'user.refuse',
  at: number,
  request: Cause['request'],
): UserEvent {
  return {
    at,
    type,
    isSuccess: false,
    cause: { actor: { kind: 'system' }, request },
    subject: { kind: 'user', id: String(user?.id ?? NOBODY), name: user?.email ?? '' },
    detail: type === 'user.lock' ? { failures: LOCK_AFTER } : { reason: 'password' },
  }
}
