import { equalBytes, fromHex, toHex, utf8 } from '../encoding.ts'
import type { Keyring } from '../keyring.ts'

/** Cloudflare allows no more (platform limits of Web Crypto). */
const ITERATIONS = 100_000
const SALT_BYTES = 16
const HASH_BITS = 256

export const PASSWORD_LENGTH = { min: 8, max: 256 } as const

export type StoredPassword = {
  /** Hexadecimal. */
  readonly salt: string
  readonly hash: string
  readonly ringVersion: number
}

export async function hashPassword(
  ring: Keyring,
  random: (bytes: number) => Uint8Array,
  password: string,
): Promise<StoredPassword> {
  const salt = toHex(random(SALT_BYTES))
  const hash = await digest(ring, ring.current, salt, password)
  if (!hash) throw new Error('the current ring version has no hash key')
  return { salt, hash: toHex(hash), ringVersion: ring.current }
}

/** Takes as long for nobody's password as for somebody's. */
export async function isPassword(
  ring: Keyring,
  stored: StoredPassword | null,
  password: string,
): Promise<boolean> {
  const { salt, hash, ringVersion } = stored ?? NOBODY
  const given = await digest(ring, stored ? ringVersion : ring.current, salt, password)
  return given !== null && stored !== null && equalBytes(given, fromHex(hash))
}

const NOBODY: StoredPassword = { salt: '00'.repeat(SALT_BYTES), hash: '', ringVersion: 0 }

/** PBKDF2-SHA-256, then HMAC under the ring: a stolen database alone does not let anybody guess. */
async function digest(
  ring: Keyring,
  version: number,
  salt: string,
  password: string,
): Promise<Uint8Array | null> {
  const key = await crypto.subtle.importKey('raw', utf8(password), 'PBKDF2', false, ['deriveBits'])
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', iterations: ITERATIONS, salt: fromHex(salt) }
  const derived = await crypto.subtle.deriveBits(algorithm, key, HASH_BITS)
  return ring.mac('hash', version, utf8(`password\0${toHex(new Uint8Array(derived))}`))
}

/** One that a program makes: 120 bits, in characters that nobody confuses. */
export function newPassword(random: (bytes: number) => Uint8Array): string {
  const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  return [...random(24)].map((byte) => alphabet[byte & 31]).join('')
}
