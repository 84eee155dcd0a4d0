import { networkOfRequest } from '../../kernel/address.ts'
import type { Cause } from '../../kernel/cause.ts'
import { type Faults, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import { fold } from '../../kernel/text.ts'
import { openCase } from '../cases/open-case.ts'
import { userEvent } from './event.ts'
import { hashPassword, PASSWORD_LENGTH } from './password.ts'
import type { User } from './port.ts'

const MIN_CLASSES = 3
/** Shorter ones are in too many good passwords by chance. */
const MIN_NAME_CHARACTERS = 4

/** A user who just showed the present password chooses another. All of the user's sessions end. */
export const changePassword = openCase(
  async (
    ports,
    user: User,
    chosen: string,
    request: Cause['request'],
  ): Promise<Outcome<null, Faults<'password_weak'>>> => {
    const reason = weaknessOf(chosen, user.email)
    if (reason !== null) return refuse({ kind: 'password_weak', reason })
    const salt = user.password?.salt ?? null
    const password = await hashPassword(ports, networkOfRequest(request), chosen, salt)
    if (!password.ok) return password
    const now = ports.now()
    const event = userEvent('user.change_password', user, now, request)
    const isChanged = await ports.users.setPassword(user, password.value, false, now, event)
    if (!isChanged) return refuse({ kind: 'credential_invalid' })
    ports.passwords.endTries(fold(user.email))
    return ok(null)
  },
)

/** Why a password won't do, or null. */
function weaknessOf(password: string, email: string): string | null {
  const { min, max } = PASSWORD_LENGTH
  if (password.length < min || password.length > max) return `must have ${min} to ${max} characters`
  const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((one) => one.test(password))
  if (classes.length < MIN_CLASSES) {
    return 'must have three of: lower case, upper case, digits, other characters'
  }
  const name = fold(email.split('@')[0] ?? '')
  const hasName = name.length >= MIN_NAME_CHARACTERS && fold(password).includes(name)
  return hasName ? 'must not contain the user name' : null
}
