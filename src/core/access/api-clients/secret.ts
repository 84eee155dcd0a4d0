/** A client's secret carries a keyed tag over the client's name, as an API key's does; what is stored is a keyed hash. */
import { concat, equalBytes, fromBase64Url, toBase64Url, toHex, utf8 } from '../../kernel/encoding.ts'
import type { Keyring } from '../../kernel/keyring.ts'
import type { SecretHash } from './port.ts'

const RANDOM_BYTES = 24
const TAG_BYTES = 11

/** base64url: ring version, 192 random bits, 88-bit tag. */
export async function mintSecret(
  ring: Keyring,
  clientId: string,
  random: Uint8Array,
): Promise<{ readonly secret: string; readonly stored: SecretHash }> {
  const head = concat(Uint8Array.of(ring.current), random.subarray(0, RANDOM_BYTES))
  const tag = await tagOf(ring, clientId, head)
  if (!tag) throw new Error('the current ring version has no tag key')
  const secret = toBase64Url(concat(head, tag))
  return { secret, stored: { hash: await hashSecret(ring, ring.current, secret), ringVersion: ring.current } }
}

/** Whether the secret was made for that client by us; touches no storage. */
export async function isGenuineSecret(ring: Keyring, clientId: string, secret: string): Promise<boolean> {
  const bytes = secret.length > 100 ? null : fromBase64Url(secret)
  if (bytes?.length !== 1 + RANDOM_BYTES + TAG_BYTES) return false
  const tag = await tagOf(ring, clientId, bytes.subarray(0, 1 + RANDOM_BYTES))
  return tag !== undefined && equalBytes(tag, bytes.subarray(1 + RANDOM_BYTES))
}

export async function isStoredSecret(ring: Keyring, stored: SecretHash, secret: string): Promise<boolean> {
  const hash = await hashSecret(ring, stored.ringVersion, secret)
  return equalBytes(utf8(hash), utf8(stored.hash))
}

/** @returns empty: there is no such version of the ring */
export async function hashSecret(ring: Keyring, version: number, secret: string): Promise<string> {
  const mac = await ring.mac('hash', version, utf8(`api_client\0${secret}`))
  return mac ? toHex(mac) : ''
}

async function tagOf(ring: Keyring, clientId: string, head: Uint8Array): Promise<Uint8Array | undefined> {
  const mac = await ring.mac('tag', head[0] ?? 0, concat(utf8(`api_client\0${clientId}\0`), head))
  return mac?.subarray(0, TAG_BYTES)
}
