/** What an identity token says before its signature is looked at (RFC 7519). */
import { fromBase64Url } from '../../kernel/encoding.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { TOKEN_SIGNATURES, type TokenSignature } from './key-set.ts'

export const MAX_IDENTITY_TOKEN_CHARACTERS = 8 * 1_024
const SKEW_SECONDS = 60
const MAX_LIFETIME_SECONDS = 25 * 3_600

/** Why a token is none that a rule could let in. */
export type TokenFault =
  | 'malformed'
  | 'algorithm'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'not_yet_valid'
  | 'too_old'
  | 'lifetime'
  | 'key_unknown'
  | 'signature'

export type ReadToken = {
  readonly algorithm: TokenSignature
  readonly kid: string
  readonly issuer: string
  /** The only one. */
  readonly audience: string
  readonly issuedAtSeconds: number
  readonly claims: JsonObject
}

export function readToken(token: string, nowSeconds: number): ReadToken | TokenFault {
  const parts = token.split('.')
  if (token.length > MAX_IDENTITY_TOKEN_CHARACTERS || parts.length !== 3) return 'malformed'
  const [header, claims] = parts.slice(0, 2).map(objectIn)
  if (!header || !claims) return 'malformed'
  const { alg, kid, typ } = header
  const algorithm = TOKEN_SIGNATURES.find((one) => one === alg)
  if (!algorithm) return 'algorithm'
  // An extension that has to be understood (RFC 7515, section 4.1.11), or another sort of token.
  const isPlain = header.crit === undefined && (typ === undefined || typ === 'JWT')
  if (typeof kid !== 'string' || !isPlain) return 'malformed'
  const { iss, aud, exp, iat, nbf } = claims
  if (typeof iss !== 'string') return 'issuer'
  const audience = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud
  if (typeof audience !== 'string') return 'audience'
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf))) return 'malformed'
  if (nowSeconds >= exp + SKEW_SECONDS) return 'expired'
  if (Math.max(iat, nbf ?? iat) > nowSeconds + SKEW_SECONDS) return 'not_yet_valid'
  if (exp - iat > MAX_LIFETIME_SECONDS) return 'lifetime'
  return { algorithm, kid, issuer: iss, audience, issuedAtSeconds: iat, claims }
}

/** Whether a token of then is too old for a rule now. */
export function isTooOld(issuedAtSeconds: number, maxAgeSeconds: number, nowSeconds: number): boolean {
  return nowSeconds - issuedAtSeconds > maxAgeSeconds + SKEW_SECONDS
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function objectIn(segment: string): JsonObject | null {
  const bytes = fromBase64Url(segment)
  if (!bytes) return null
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    )
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
  } catch {
    return null
  }
}
