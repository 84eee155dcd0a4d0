/**
 * A code that opens one session instead of a password: eight letters, good once and for five minutes. It is made for who
 * shows the password, so that a program that knows it can let a person in who does not want to look it up.
 */
import { networkOfRequest } from '../../kernel/address.ts'
import type { Cause } from '../../kernel/cause.ts'
import { toHex, utf8 } from '../../kernel/encoding.ts'
import type { Keyring } from '../../kernel/keyring.ts'
import { type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { openCase } from '../cases/open-case.ts'
import { userEvent } from '../users/event.ts'
import type { User } from '../users/port.ts'

/** Consonants: they spell no word, and none is taken for a digit. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const CODE = /^[BCDFGHJKLMNPQRSTVWXZ]{8}$/
const LENGTH = 8
const SIGN_IN_CODE_SECONDS = 300

const INVALID = refuse({ kind: 'credential_invalid' })

/** @param sort of the sessions that it opens */
export const createSignInCode = openCase(
  async (
    ports,
    sort: string,
    user: Pick<User, 'id' | 'email' | 'password'>,
    request: Cause['request'],
  ): Promise<Outcome<string>> => {
    if (!user.password) return INVALID
    const ring = await ports.keyring()
    const code = newCode(ports.random)
    const now = ports.now()
    const endsAt = now + SIGN_IN_CODE_SECONDS * 1_000
    const isOpen = await ports.sessions.open(
      {
        tokenHash: await hashOf(ring, sort, code),
        ringVersion: ring.current,
        sort: codeSort(sort),
        user: user.id,
        organization: null,
        createdAt: now,
        endsAt,
        expiresAt: endsAt,
        idleMilliseconds: null,
      },
      user.password.hash,
      // A new one ends the one before.
      1,
      null,
      userEvent('user.sign_in', user, now, request),
    )
    return isOpen ? ok(code) : INVALID
  },
)

/**
 * Whose code it is; it is good no more then. Guesses are counted as wrong passwords are, and take turns with them: ten a
 * second make three thousand while a code is good, of 2.5 × 10¹⁰.
 */
export const useSignInCode = openCase(
  async (ports, sort: string, typed: string, request: Cause['request']): Promise<Outcome<User>> => {
    const code = typed.toUpperCase().replaceAll(/[\s-]/g, '')
    if (!CODE.test(code)) return INVALID
    const blocked = await waitOf(ports, request)
    if (blocked !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: blocked })
    const hash = await hashOf(await ports.keyring(), sort, code)
    const taken = await ports.sessions.take(hash, codeSort(sort), ports.now())
    const user = taken && (await ports.users.find(taken.user))
    if (user) return ok(user)
    if (request.address !== null) await ports.failures.failed('sign_in', request.address)
    return INVALID
  },
)

async function waitOf(ports: Ports, request: Cause['request']): Promise<number | null> {
  const { address } = request
  const blocked = address === null ? null : ports.failures.blockedSeconds('sign_in', address)
  return blocked ?? ports.passwords.turn(networkOfRequest(request))
}

function codeSort(sort: string): string {
  return `${sort}:code`
}

function newCode(random: Ports['random']): string {
  let code = ''
  while (code.length < LENGTH) {
    const [byte = 0] = random(1)
    // Each letter is as likely as any other.
    if (byte < 256 - (256 % LETTERS.length)) code += LETTERS[byte % LETTERS.length]
  }
  return code
}

async function hashOf(ring: Keyring, sort: string, code: string): Promise<string> {
  const hash = await ring.mac('hash', ring.current, utf8(`sign-in code\0${sort}\0${code}`))
  if (!hash) throw new Error('the current ring version has no hash key')
  return toHex(hash)
}
