import { env } from 'cloudflare:workers'
import { importJWK } from 'jose'
import { fromBase64Url, utf8 } from '../../src/core/kernel/encoding.ts'

/** The deployment's own signing key, unsealed by hand: with it a test forges what only we could have signed. */
export async function ringSigningKey(): Promise<CryptoKey> {
  const row = await env.DB.prepare(
    "SELECT version, sealed FROM keyring WHERE purpose = 'agent_token' ORDER BY version DESC LIMIT 1",
  ).first<{ version: number; sealed: string }>()
  if (!row) throw new Error('the ring has no signing key yet')
  const master = Uint8Array.from(atob(env.LATCHKEY_MASTER_KEY ?? ''), (c) => c.charCodeAt(0))
  const secret = await crypto.subtle.importKey('raw', master, 'HKDF', false, ['deriveKey'])
  const wrapping = await crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8('latchkey keyring') },
    secret,
    { name: 'AES-GCM', length: 256 },
    false,
    ['decrypt'],
  )
  const sealed = fromBase64Url(row.sealed) ?? new Uint8Array()
  const additionalData = utf8(`keyring/${row.version}/agent_token`)
  const algorithm = { name: 'AES-GCM', iv: sealed.subarray(0, 12), additionalData }
  const opened = await crypto.subtle.decrypt(algorithm, wrapping, sealed.subarray(12))
  return (await importJWK(JSON.parse(new TextDecoder().decode(opened)), 'EdDSA')) as CryptoKey
}
