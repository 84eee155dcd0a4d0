/** An opaque token: ring version, random, and a keyed tag, so that a guessed one costs no storage. */
import { concat, equalBytes, toHex, utf8 } from '../../kernel/encoding.ts'
import type { Keyring } from '../../kernel/keyring.ts'

const TAG_BYTES = 6

/** @param bytes of the whole token; 16 leave 72 random bits and 48 that only we can compute */
export async function mintSessionToken(
  ring: Keyring,
  random: (bytes: number) => Uint8Array,
  sort: string,
  bytes: number,
): Promise<Uint8Array> {
  const head = concat(Uint8Array.of(ring.current), random(bytes - 1 - TAG_BYTES))
  const tag = await tagOf(ring, sort, head)
  if (!tag) throw new Error('the current ring version has no tag key')
  return concat(head, tag)
}

/** The hash under which the token is kept; null: none of ours for that. Touches no storage. */
export async function sessionTokenHash(
  ring: Keyring,
  sort: string,
  token: Uint8Array,
): Promise<string | null> {
  const head = token.subarray(0, -TAG_BYTES)
  const tag = await tagOf(ring, sort, head)
  if (!tag || !equalBytes(tag, token.subarray(-TAG_BYTES))) return null
  const hash = await ring.mac('hash', token[0] ?? 0, concat(utf8(`session\0${sort}\0`), token))
  return hash && toHex(hash)
}

async function tagOf(ring: Keyring, sort: string, head: Uint8Array): Promise<Uint8Array | undefined> {
  const mac = await ring.mac('tag', head[0] ?? 0, concat(utf8(`session\0${sort}\0`), head))
  return mac?.subarray(0, TAG_BYTES)
}
