/**
 * A client certificate's serial number: ring version, (ledger, n), and a keyed tag of 64 bits, so that it names its
 * ledger, can't be guessed, and a foreign one is recognized without any storage.
 */
import { concat, equalBytes, fromHex, toHex, utf8 } from '../kernel/encoding.ts'
import { type EntityId, packId, unpackId } from '../kernel/ids.ts'
import type { Keyring } from '../kernel/keyring.ts'

const HEAD_BYTES = 9
const TAG_BYTES = 8

/** Lower-case hexadecimal, 17 bytes; a ring version below 128 keeps it positive. */
export async function formatSerial(ring: Keyring, version: number, id: EntityId): Promise<string> {
  const head = new Uint8Array(HEAD_BYTES)
  const view = new DataView(head.buffer)
  view.setUint8(0, version)
  view.setBigUint64(1, packId(id))
  const tag = await tagOf(ring, head)
  if (!tag) throw new Error(`ring version ${version} is gone`)
  return toHex(concat(head, tag))
}

/** null: none of ours. */
export async function parseSerial(ring: Keyring, serial: string): Promise<EntityId | null> {
  const digits = serial.padStart(2 * (HEAD_BYTES + TAG_BYTES), '0')
  if (!/^[0-9a-f]{34}$/.test(digits)) return null
  const bytes = fromHex(digits)
  const head = bytes.subarray(0, HEAD_BYTES)
  const tag = await tagOf(ring, head)
  if (!tag || !equalBytes(tag, bytes.subarray(HEAD_BYTES))) return null
  return unpackId(new DataView(bytes.buffer).getBigUint64(1))
}

async function tagOf(ring: Keyring, head: Uint8Array): Promise<Uint8Array | undefined> {
  const mac = await ring.mac('tag', head[0] ?? 0, concat(utf8('certificate\0'), head))
  return mac?.subarray(0, TAG_BYTES)
}
