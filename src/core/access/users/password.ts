import { equalBytes, fromHex, toHex, utf8 } from '../../kernel/encoding.ts'
import type { Keyring } from '../../kernel/keyring.ts'
import { type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { StoredPassword } from './port.ts'

/** Cloudflare allows no more (platform limits of Web Crypto). */
const ITERATIONS = 100_000
const SALT_BYTES = 16
const HASH_BITS = 256

export const PASSWORD_LENGTH = { min: 8, max: 256 } as const

/**
 * Waits for its turn to be hashed; refused when too many wait.
 * @param from who share a bound; 'deployment': the operator of this deployment, who does not wait
 * @param salt of the address, if a user has it already: one derivation is for all of them
 */
export async function hashPassword(
  ports: Pick<Ports, 'keyring' | 'random' | 'passwords' | 'now'>,
  from: string | null | 'deployment',
  password: string,
  salt: string | null,
): Promise<Outcome<StoredPassword>> {
  const wait = from === 'deployment' ? null : await ports.passwords.turn(from)
  if (wait !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: wait })
  const ring = await ports.keyring()
  const its = salt ?? toHex(ports.random(SALT_BYTES))
  const started = ports.now()
  const hash = await keyed(ring, ring.current, await derive(its, password))
  ports.passwords.took(ports.now() - started)
  if (!hash) throw new Error('the current ring version has no hash key')
  return ok({ salt: its, hash: toHex(hash), ringVersion: ring.current })
}

/**
 * Which of an address's passwords it is, or -1. Takes as long for none as for many: they have one salt, and one derivation
 * answers for all. The caller has waited for its turn.
 */
export async function whichPassword(
  ring: Keyring,
  stored: readonly (StoredPassword | null)[],
  password: string,
): Promise<number> {
  const salt = stored.find((one) => one !== null)?.salt ?? NO_USERS_SALT
  const derived = await derive(salt, password)
  const are = await Promise.all(
    (stored.length > 0 ? stored : [null]).map(async (one) => {
      const given = await keyed(ring, one?.ringVersion ?? ring.current, derived)
      return given !== null && one?.salt === salt && equalBytes(given, fromHex(one.hash))
    }),
  )
  return are.indexOf(true)
}

const NO_USERS_SALT = '00'.repeat(SALT_BYTES)

/** PBKDF2-SHA-256. */
async function derive(salt: string, password: string): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', utf8(password), 'PBKDF2', false, ['deriveBits'])
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', iterations: ITERATIONS, salt: fromHex(salt) }
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, HASH_BITS))
}

/** HMAC under the ring: a stolen database alone allows no guessing. */
function keyed(ring: Keyring, version: number, derived: Uint8Array): Promise<Uint8Array | null> {
  return ring.mac('hash', version, utf8(`password\0${toHex(derived)}`))
}

/** One that a program makes: 120 bits, in characters that are not confused. */
export function newPassword(random: (bytes: number) => Uint8Array): string {
  const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  return [...random(24)].map((byte) => alphabet[byte & 31]).join('')
}
