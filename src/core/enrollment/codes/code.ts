/**
 * Promise 7 (docs/concepts.md#promises): a made-up or mistyped code is refused by its keyed tag, with no storage touched.
 *
 * A code is a name (64 bits: ledger and key under a keyed permutation, so that nothing can be counted from
 * outside) and a secret (ring version, at least 160 random bits, a keyed tag of at least 88 over all of it). The ledger keeps a keyed
 * hash of the random part only. How a code is spelled is its dialect's affair; the shape is part of the tag, so a
 * code can't be respelled into another dialect.
 */
import type { Dialect } from '../../kernel/cause.ts'
import { concat, equalBytes, toHex, utf8 } from '../../kernel/encoding.ts'
import { MAX_LEDGER } from '../../kernel/ids.ts'
import type { Keyring } from '../../kernel/keyring.ts'

export const CODE_NAME_BYTES = 8
export const CODE_SECRET_BYTES = 32
export const CODE_RANDOM_BYTES = 20

/** What the codes of a dialect consist of. A vendor's may leave room for more than 160 random bits and an 88-bit tag. */
export type CodeShape = {
  readonly dialect: Dialect
  readonly randomBytes: number
  readonly tagBytes: number
}

/** The shape of codes with 160 random bits and an 88-bit tag. */
export function shortCodes(dialect: Dialect): CodeShape {
  const randomBytes = CODE_RANDOM_BYTES
  return { dialect, randomBytes, tagBytes: CODE_SECRET_BYTES - 1 - randomBytes }
}

export type Code = { readonly name: Uint8Array; readonly secret: Uint8Array }

/** What a genuine code names, and the hash by which its ledger knows it. */
export type OpenedCode = {
  readonly ledger: number
  readonly key: number
  readonly ringVersion: number
  /** Lower-case hexadecimal. */
  readonly hash: string
}

/** Spells out the code of a key whose random part was hashed with `hashCode`. */
export async function sealCode(
  ring: Keyring,
  shape: CodeShape,
  target: { readonly ledger: number; readonly key: number; readonly ringVersion: number },
  random: Uint8Array,
): Promise<Code> {
  const name = new Uint8Array(CODE_NAME_BYTES)
  new DataView(name.buffer).setBigUint64(0, (BigInt(target.ledger) << 24n) | BigInt(target.key))
  const mask = await nameMask(ring, target.ringVersion, random)
  if (!mask) throw new Error(`ring version ${target.ringVersion} is gone`)
  const sealed = xor(name, mask)
  const head = concat(Uint8Array.of(target.ringVersion), random)
  const tag = await codeTag(ring, shape, sealed, head)
  if (!tag) throw new Error(`ring version ${target.ringVersion} is gone`)
  return { name: sealed, secret: concat(head, tag) }
}

/** The key that a code names, or null when it is none of ours. No storage is touched. */
export async function openCode(ring: Keyring, shape: CodeShape, code: Code): Promise<OpenedCode | null> {
  const headBytes = 1 + shape.randomBytes
  const head = code.secret.subarray(0, headBytes)
  const ringVersion = head[0] ?? 0
  const tag = await codeTag(ring, shape, code.name, head)
  if (!tag || !equalBytes(tag, code.secret.subarray(headBytes))) return null
  const random = head.subarray(1)
  const [mask, hash] = await Promise.all([
    nameMask(ring, ringVersion, random),
    hashCode(ring, ringVersion, random),
  ])
  if (!mask) return null
  const name = xor(code.name, mask)
  const target = new DataView(name.buffer).getBigUint64(0)
  const ledger = Number(target >> 24n)
  if (ledger < 1 || ledger > MAX_LEDGER) return null
  return { ledger, key: Number(target & 0xffffffn), ringVersion, hash }
}

/** The keyed hash under which a ledger keeps a code. */
export async function hashCode(ring: Keyring, version: number, random: Uint8Array): Promise<string> {
  return hashOf(ring, version, 'code', random)
}

/** The keyed hash under which a ledger keeps a claim; bound to its key, so that claims of two keys can't be matched. */
export async function hashClaim(
  ring: Keyring,
  version: number,
  target: { readonly ledger: number; readonly key: number },
  claim: string,
): Promise<string> {
  return hashOf(ring, version, `claim\0${target.ledger}\0${target.key}`, utf8(claim))
}

/** The same of an identity, in a domain that no claim reaches. @param subject what tells its agent from others */
export async function hashIdentity(
  ring: Keyring,
  version: number,
  target: { readonly ledger: number; readonly key: number },
  subject: string,
): Promise<string> {
  return hashOf(ring, version, `oidc\0${target.ledger}\0${target.key}`, utf8(subject))
}

async function hashOf(ring: Keyring, version: number, what: string, value: Uint8Array): Promise<string> {
  const mac = await ring.mac('hash', version, concat(utf8(`${what}\0`), value))
  if (!mac) throw new Error(`ring version ${version} is gone`)
  return toHex(mac)
}

async function codeTag(
  ring: Keyring,
  shape: CodeShape,
  name: Uint8Array,
  head: Uint8Array,
): Promise<Uint8Array | undefined> {
  const mac = await ring.mac('tag', head[0] ?? 0, concat(utf8(`code\0${shape.dialect}\0`), name, head))
  return mac?.subarray(0, shape.tagBytes)
}

/** A permutation of 64 bits that is keyed by the ring and by the code's own randomness. */
async function nameMask(ring: Keyring, version: number, random: Uint8Array): Promise<Uint8Array | undefined> {
  const mac = await ring.mac('tag', version, concat(utf8('name\0'), random))
  return mac?.subarray(0, CODE_NAME_BYTES)
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(a, (byte, i) => byte ^ (b[i] ?? 0))
}
