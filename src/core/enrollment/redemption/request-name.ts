/**
 * A refused redemption's request has an id of its own, from which its operator's side finds the key: a version 4 UUID (RFC
 * 9562, section 5.4) of 56 random bits, and of the key under a keyed permutation, so that nothing can be counted from outside.
 */
import { concat, toHex, utf8 } from '../../kernel/encoding.ts'
import { type EntityId, MAX_LEDGER } from '../../kernel/ids.ts'
import type { Keyring } from '../../kernel/keyring.ts'

const NAME_BYTES = 8
const RANDOM_BYTES = 7
/** So many versions of the ring an id may be behind the current one. */
const MAX_BEHIND = 16

/** @param random at least seven bytes */
export async function nameRequest(
  ring: Keyring,
  { ledger, n }: EntityId,
  random: Uint8Array,
): Promise<string> {
  const salt = random.subarray(0, RANDOM_BYTES)
  const mask = await maskOf(ring, ring.current, salt)
  if (!mask) throw new Error('the current version of the ring is gone')
  const name = new Uint8Array(NAME_BYTES)
  new DataView(name.buffer).setBigUint64(0, (BigInt(ledger) << 24n) | BigInt(n))
  const digits = toHex(concat(xor(name, mask), salt))
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-8${digits.slice(15, 18)}-${digits.slice(18)}`
}

/** The keys that the id may name, by one version of the ring each: an id that names none may seem to name one. */
export async function keysNamedBy(ring: Keyring, id: string): Promise<readonly EntityId[]> {
  const parts = /^([0-9a-f]{8})-([0-9a-f]{4})-4([0-9a-f]{3})-8([0-9a-f]{3})-([0-9a-f]{12})$/.exec(id)
  if (!parts) return []
  const digits = parts.slice(1).join('')
  const bytes = Uint8Array.from({ length: NAME_BYTES + RANDOM_BYTES }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  )
  const versions = Array.from({ length: MAX_BEHIND }, (_, i) => ring.current - i).filter((one) => one > 0)
  const masks = await Promise.all(versions.map((one) => maskOf(ring, one, bytes.subarray(NAME_BYTES))))
  return masks.flatMap((mask) => {
    if (!mask) return []
    const name = xor(bytes.subarray(0, NAME_BYTES), mask)
    const target = new DataView(name.buffer).getBigUint64(0)
    const ledger = Number(target >> 24n)
    return ledger >= 1 && ledger <= MAX_LEDGER ? { ledger, n: Number(target & 0xffffffn) } : []
  })
}

async function maskOf(ring: Keyring, version: number, salt: Uint8Array): Promise<Uint8Array | undefined> {
  const mac = await ring.mac('tag', version, concat(utf8('request\0'), salt))
  return mac?.subarray(0, NAME_BYTES)
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(a, (byte, i) => byte ^ (b[i] ?? 0))
}
