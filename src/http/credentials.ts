import type { ApiKeyCredential } from '../core/access/authenticate.ts'
import { type Outcome, ok, refuse } from '../core/kernel/outcome.ts'

/** An API key as Basic `api_<id>:<secret>`: the management credential of every dialect. */
export function apiKeyCredential(authorization: string | null): Outcome<ApiKeyCredential> {
  const basic = basicCredentials(authorization)
  if (!basic) return refuse({ kind: 'credential_missing' })
  const id = /^api_(.+)$/.exec(basic.username)?.[1]
  return id === undefined ? refuse({ kind: 'credential_invalid' }) : ok({ id, secret: basic.password })
}

/** `Basic` user name and password (RFC 7617), or null when there are none, or none that can be read. */
export function basicCredentials(
  authorization: string | null,
): { readonly username: string; readonly password: string } | null {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return null
  try {
    const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0))
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
    const colon = text.indexOf(':')
    return colon < 0 ? null : { username: text.slice(0, colon), password: text.slice(colon + 1) }
  } catch {
    return null
  }
}

/** A `Bearer` token (RFC 6750, section 2.1), or null. */
export function bearerToken(authorization: string | null): string | null {
  return /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? '')?.[1] ?? null
}
