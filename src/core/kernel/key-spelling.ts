/**
 * How names and secrets of key pairs are spelled: random bytes in lower-case hexadecimal, every `0` replaced by `t`
 * (docs/dialects/datonis.md#spelling-of-keys). Devices sign with a secret as it is spelled: the spelling is part of it.
 */
import { fromHex, toHex } from './encoding.ts'

/** 20 bytes make a key of 40 characters, 5 bytes one of 10. */
export function spellKey(bytes: Uint8Array): string {
  return toHex(bytes).replaceAll('0', 't')
}

/** The 20 bytes of a 40-character key, or null when it is none. */
export function readKey(key: string): Uint8Array<ArrayBuffer> | null {
  return /^[1-9a-ft]{40}$/.test(key) ? fromHex(key.replaceAll('t', '0')) : null
}
