/** HMAC-SHA-256 with a key pair's secret: how devices sign (docs/dialects/datonis.md#signed-requests). */
import { fromHex, toHex, utf8 } from '../../kernel/encoding.ts'

/** A secret is used as its ASCII bytes, since it is not hexadecimal. */
export function importSecret(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', utf8(secret), algorithm, false, ['sign', 'verify'])
}

/** Lower-case hexadecimal. */
export async function sign(key: CryptoKey, message: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.sign('HMAC', key, message)))
}

/**
 * The first of these messages that the signature is of; null when it is of none.
 * @param signature 64 hexadecimal digits in either case; anything else is no signature
 */
export async function signedMessage<M extends Uint8Array<ArrayBuffer>>(
  key: CryptoKey,
  messages: readonly M[],
  signature: string,
): Promise<M | null> {
  if (!/^[0-9a-f]{64}$/i.test(signature)) return null
  const bytes = fromHex(signature)
  for (const message of messages) {
    // WebCrypto compares in constant time.
    if (await crypto.subtle.verify('HMAC', key, bytes, message)) return message
  }
  return null
}
