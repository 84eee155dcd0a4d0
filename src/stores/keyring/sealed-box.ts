/** AES-256-GCM: `base64url(12 bytes of IV, ciphertext, tag)`, bound to the name of what is inside. */
import { concat, fromBase64Url, toBase64Url, utf8 } from '../../core/kernel/encoding.ts'

const IV_BYTES = 12

export async function seal(key: CryptoKey, name: string, plaintext: Uint8Array): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const box = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(name) }, key, plaintext)
  return toBase64Url(concat(iv, new Uint8Array(box)))
}

/** null: another key, another name, or nothing that was sealed. */
export async function unseal(
  key: CryptoKey,
  name: string,
  sealed: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = fromBase64Url(sealed) ?? new Uint8Array()
  const iv = bytes.subarray(0, IV_BYTES)
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(name) }
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, bytes.subarray(IV_BYTES)))
  } catch {
    return null
  }
}
