import type { Cause } from '../ledger/records.ts'
import { type Outcome, ok, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { fold } from '../text.ts'
import { isPassword, PASSWORD_LENGTH } from './password.ts'
import type { User } from './port.ts'

/** Five wrong passwords in a row lock an account for 15 minutes (contract illumio §1.3). */
const LOCK_AFTER = 5
const LOCK_MILLISECONDS = 15 * 60_000

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
  const tried = await ports.users.beginTry(user?.id ?? 0, LOCK_AFTER, now + LOCK_MILLISECONDS, now)
  const isRight = await isPassword(await ports.keyring(), user?.password ?? null, password)
  if (user && isRight && tried !== 'locked') {
    await ports.users.endTries(user.id)
    if (!user.isPasswordInitial || purpose === 'choose another') return ok(user)
  } else if (user && tried === 'last_try') {
    await ports.users.noteLock(user.id, lockEvent(user, now, request))
  }
  await ports.failures.failed('sign_in', guarded)
  return refuse({ kind: 'credential_invalid' })
}

function lockEvent(user: User, at: number, request: Cause['request']) {
  return {
    at,
    type: 'user.lock',
    isSuccess: false,
    cause: { actor: { kind: 'system' }, request },
    subject: { kind: 'user', id: String(user.id), name: user.email },
    detail: { failures: LOCK_AFTER },
  } as const
}
