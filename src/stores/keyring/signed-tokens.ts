import {
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey as JoseKey,
  type JWK,
  type JWTPayload,
  jwtVerify,
} from 'jose'
import { BoundedMap } from '../../core/kernel/bounded-map.ts'
import { toBase64Url, utf8 } from '../../core/kernel/encoding.ts'
import type { TokenAlgorithm } from '../../core/kernel/keyring.ts'

/**
 * A caller shows the same token for minutes, and a good signature stays good: checking it is most of what a call with
 * a token costs. What is remembered is the whole token, so a tampered one is never found.
 */
const MAX_REMEMBERED = 5_000

export type SigningKey = {
  readonly id: string
  readonly version: number
  readonly algorithm: TokenAlgorithm
  readonly privateKey: JoseKey
  readonly publicKey: JoseKey
  readonly publicJwk: JWK
  /** Unix seconds; Infinity: it has no successor. */
  readonly signsUntil: number
}

/** What tells tokens of one sort from those of any other (RFC 8725, sections 3.11 and 3.12). */
export type TokenSort<T> = {
  readonly type: string
  readonly audience: string
  readonly issuer: string
  readonly maxLifetimeSeconds: number
  /** The claims of a payload whose `sub`, `iat` and `exp` were checked. */
  readonly read: (payload: JWTPayload) => T
}

/** WebCrypto's signatures are JOSE's: Ed25519 (RFC 8037, section 3.1), and ECDSA as r and s (RFC 7518, section 3.4). */
const SIGNATURES = {
  EdDSA: { name: 'Ed25519' },
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
} as const satisfies Record<TokenAlgorithm, unknown>

/** A part of a compact serialization (RFC 7515, section 7.1). */
function segmentOf(value: object): string {
  return toBase64Url(utf8(JSON.stringify(value)))
}

/** A new private JWK (RFC 7517, 8037), as the ring keeps it. */
export async function newSigningKey(algorithm: TokenAlgorithm): Promise<Uint8Array> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  return utf8(JSON.stringify(await exportJWK(privateKey)))
}

/** By which a key of the ring signs: its own kind says it, so that no token can choose. */
export function algorithmOf(material: Uint8Array): TokenAlgorithm {
  return algorithmOfJwk(jwkIn(material))
}

function algorithmOfJwk({ kty, crv }: JWK): TokenAlgorithm {
  if (kty === 'OKP' && crv === 'Ed25519') return 'EdDSA'
  if (kty === 'EC' && crv === 'P-256') return 'ES256'
  throw new Error(`the ring has a signing key of kind ${kty} ${crv}`)
}

function jwkIn(material: Uint8Array): JWK {
  return JSON.parse(new TextDecoder().decode(material)) as JWK
}

/** @param name of the sort of token, the first part of a `kid` */
export async function importSigningKey(
  name: string,
  version: number,
  material: Uint8Array,
  signsUntil: number,
): Promise<SigningKey> {
  const jwk = jwkIn(material)
  const algorithm = algorithmOfJwk(jwk)
  const { d: _, ...rest } = jwk
  const id = `${name}-${version}`
  const publicJwk: JWK = { ...rest, kid: id, alg: algorithm, use: 'sig' }
  return {
    id,
    version,
    algorithm,
    privateKey: (await importJWK(jwk, algorithm)) as JoseKey,
    publicKey: (await importJWK(publicJwk, algorithm)) as JoseKey,
    publicJwk,
    signsUntil,
  }
}

/** The ring version that a token names; 0: none. Nothing is checked. */
export function versionOfToken(token: string): number {
  try {
    return Number(/^[a-z]+-([1-9][0-9]*)$/.exec(decodeProtectedHeader(token).kid ?? '')?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** A compact JWS (RFC 7515). */
export async function signCompact(key: SigningKey, type: string, payload: object): Promise<string> {
  return signSegments(key, segmentOf({ alg: key.algorithm, typ: type, kid: key.id }), payload)
}

async function signSegments({ algorithm, privateKey }: SigningKey, header: string, payload: object) {
  const signed = `${header}.${segmentOf(payload)}`
  const signature = await crypto.subtle.sign(SIGNATURES[algorithm], privateKey, utf8(signed))
  return `${signed}.${toBase64Url(new Uint8Array(signature))}`
}

/** Signs and verifies tokens of one sort, with keys of its own. */
export function signedTokens<T extends { readonly expiresAtSeconds: number }>(
  keys: readonly SigningKey[],
  current: number,
  sort: TokenSort<T>,
) {
  const signing = keys.find((key) => key.version === current)
  if (!signing) throw new Error(`the ring has no key for tokens of type ${sort.type}`)
  // jose builds and checks the same header for every token, which takes longer than to sign it.
  const header = segmentOf({ alg: signing.algorithm, typ: sort.type, kid: signing.id })
  const byId = new Map(keys.map((key) => [key.id, key]))
  // What an old key signed has expired by then: that key is no longer accepted.
  const isNeeded = (key: SigningKey, now: number) => now < key.signsUntil + sort.maxLifetimeSeconds
  // The oldest is the first to run out.
  const verified = new BoundedMap<string, T>(MAX_REMEMBERED)

  return {
    async sign(
      subject: string,
      claims: JWTPayload,
      issuedAt: number,
      lifetimeSeconds: number,
    ): Promise<string> {
      const { issuer: iss, audience: aud } = sort
      const payload = { ...claims, iss, aud, sub: subject, iat: issuedAt, exp: issuedAt + lifetimeSeconds }
      return signSegments(signing, header, payload)
    },

    async verify(token: string, now: number): Promise<T | null> {
      const known = verified.get(token)
      if (known && now < known.expiresAtSeconds) return known
      try {
        const key = byId.get(decodeProtectedHeader(token).kid ?? '')
        if (!key || !isNeeded(key, now)) return null
        const { payload } = await jwtVerify(token, key.publicKey, {
          // The key's own: what the token says of itself has to be that (RFC 8725, section 3.1).
          algorithms: [key.algorithm],
          typ: sort.type,
          audience: sort.audience,
          issuer: sort.issuer,
          currentDate: new Date(now * 1_000),
          requiredClaims: ['sub', 'iat', 'exp'],
        })
        // An old key that got out signs nothing that outlives it here.
        if (Number(payload.exp) - Number(payload.iat) > sort.maxLifetimeSeconds) return null
        const claims = sort.read(payload)
        verified.set(token, claims)
        return claims
      } catch {
        return null
      }
    },

    keySet: (now: number) => ({
      keys: keys.filter((key) => isNeeded(key, now)).map((key) => ({ ...key.publicJwk })),
    }),
  }
}
