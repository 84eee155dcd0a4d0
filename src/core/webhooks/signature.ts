/** Standard Webhooks 1.0.0: symmetric signatures (https://github.com/standard-webhooks/standard-webhooks). */
import { toBase64, utf8 } from '../kernel/encoding.ts'

const PREFIX = 'whsec_'
export const SECRET_BYTES = 32

/** As its receiver configures it. */
export function formatSecret(bytes: Uint8Array): string {
  return PREFIX + toBase64(bytes)
}

/** Under which the ring seals the secrets of an endpoint. */
export function secretContext(endpoint: string): string {
  return `webhook_endpoints/${endpoint}/secret`
}

export type SignedContent = { readonly id: string; readonly timestamp: number; readonly body: string }

/**
 * The value of `webhook-signature`.
 * @param secrets their bytes; each signs
 */
export async function signatures(
  secrets: readonly Uint8Array<ArrayBuffer>[],
  { id, timestamp, body }: SignedContent,
): Promise<string> {
  const content = utf8(`${id}.${timestamp}.${body}`)
  const each = await Promise.all(
    secrets.map(async (secret) => {
      const algorithm = { name: 'HMAC', hash: 'SHA-256' }
      const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign'])
      return `v1,${toBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, content)))}`
    }),
  )
  return each.join(' ')
}
