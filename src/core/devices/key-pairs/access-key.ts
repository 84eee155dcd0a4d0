/**
 * Promise 7 (docs/concepts.md#promises): an access key that was made up or mistyped is refused by its keyed tag, with
 * no storage touched and no object woken. Of its 20 bytes one names the ring's version, eleven are random and eight are
 * the tag.
 */
import { concat, equalBytes, utf8 } from '../../kernel/encoding.ts'
import { readKey, spellKey } from '../../kernel/key-spelling.ts'
import type { Keyring } from '../../kernel/keyring.ts'

const RANDOM_BYTES = 11
const TAG_BYTES = 8
const SECRET_BYTES = 20

export async function mintAccessKey(ring: Keyring, random: (bytes: number) => Uint8Array): Promise<string> {
  const head = concat(Uint8Array.of(ring.current), random(RANDOM_BYTES))
  const tag = await tagOf(ring, head)
  if (!tag) throw new Error('the current ring version has no tag key')
  return spellKey(concat(head, tag))
}

export async function isGenuineAccessKey(ring: Keyring, accessKey: string): Promise<boolean> {
  const bytes = readKey(accessKey)
  if (!bytes) return false
  const tag = await tagOf(ring, bytes.subarray(0, 1 + RANDOM_BYTES))
  return tag !== undefined && equalBytes(tag, bytes.subarray(1 + RANDOM_BYTES))
}

export function mintSecret(random: (bytes: number) => Uint8Array): string {
  return spellKey(random(SECRET_BYTES))
}

/** Secrets are shown again, so they are sealed, not hashed; what is sealed for one pair does not open as another's. */
export function sealSecret(ring: Keyring, accessKey: string, secret: string): Promise<string> {
  return ring.seal(contextOf(accessKey), utf8(secret))
}

export async function openSecret(ring: Keyring, accessKey: string, sealed: string): Promise<string> {
  const bytes = await ring.open(contextOf(accessKey), sealed)
  if (!bytes) throw new Error('the ring does not open the secret of a key pair')
  return new TextDecoder().decode(bytes)
}

/** The same secret under the current version of the ring. */
export async function resealSecret(ring: Keyring, accessKey: string, sealed: string): Promise<string> {
  return sealSecret(ring, accessKey, await openSecret(ring, accessKey, sealed))
}

/** With which every access key begins that hangs on a version of the ring. */
export function accessKeyPrefix(ringVersion: number): string {
  return spellKey(Uint8Array.of(ringVersion))
}

/** Of an access key, or of how it begins. */
export function ringVersionOf(accessKey: string): number {
  return Number.parseInt(accessKey.slice(0, 2).replaceAll('t', '0'), 16)
}

function contextOf(accessKey: string): string {
  return `key_pairs/${accessKey}/secret`
}

async function tagOf(ring: Keyring, head: Uint8Array): Promise<Uint8Array | undefined> {
  const mac = await ring.mac('tag', head[0] ?? 0, concat(utf8('access_key\0'), head))
  return mac?.subarray(0, TAG_BYTES)
}
