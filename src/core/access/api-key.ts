/**
 * An API key's secret carries a keyed tag over its id, so that a guessed one is refused with no storage touched;
 * what is stored is a keyed hash.
 */
import { concat, equalBytes, fromHex, toHex, utf8 } from '../kernel/encoding.ts'
import type { Keyring } from '../kernel/keyring.ts'

const ID_BYTES = 8
const RANDOM_BYTES = 20
const SECRET_BYTES = 32

export type NewApiKey = {
  /** `1` + 16 lower-case hexadecimal digits. */
  readonly id: string
  /** 64 lower-case hexadecimal digits. */
  readonly secret: string
  readonly secretHash: string
  readonly ringVersion: number
}

export async function mintApiKey(ring: Keyring, random: (bytes: number) => Uint8Array): Promise<NewApiKey> {
  const id = `1${toHex(random(ID_BYTES))}`
  const head = concat(Uint8Array.of(ring.current), random(RANDOM_BYTES))
  const tag = await tagOf(ring, id, head)
  if (!tag) throw new Error('the current ring version has no tag key')
  const secret = toHex(concat(head, tag))
  const secretHash = await hashApiKeySecret(ring, ring.current, secret)
  return { id, secret, secretHash, ringVersion: ring.current }
}

/** Whether a key could have that id. */
export function isApiKeyId(id: string): boolean {
  return /^1[0-9a-f]{16}$/.test(id)
}

/** Whether the secret was made for that id by us; touches no storage. */
export async function isGenuineApiKey(ring: Keyring, id: string, secret: string): Promise<boolean> {
  if (!isApiKeyId(id) || !/^[0-9a-f]{64}$/.test(secret)) return false
  const bytes = fromHex(secret)
  const tag = await tagOf(ring, id, bytes.subarray(0, 1 + RANDOM_BYTES))
  return tag !== undefined && equalBytes(tag, bytes.subarray(1 + RANDOM_BYTES))
}

export async function hashApiKeySecret(ring: Keyring, version: number, secret: string): Promise<string> {
  const mac = await ring.mac('hash', version, utf8(`api_key\0${secret}`))
  if (!mac) throw new Error(`ring version ${version} is gone`)
  return toHex(mac)
}

async function tagOf(ring: Keyring, id: string, head: Uint8Array): Promise<Uint8Array | undefined> {
  const mac = await ring.mac('tag', head[0] ?? 0, concat(utf8(`api_key\0${id}\0`), head))
  return mac?.subarray(0, SECRET_BYTES - 1 - RANDOM_BYTES)
}
