import type { Dialect } from './cause.ts'
import type { JsonObject } from './json.ts'

/** How agents' access tokens are signed: Ed25519 (RFC 8037), or P-256 (RFC 7518, section 3.4) for verifiers without Ed25519. */
export const TOKEN_ALGORITHMS = ['EdDSA', 'ES256'] as const
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number]
/** Of a ring whose operator chose none. */
export const DEFAULT_TOKEN_ALGORITHM: TokenAlgorithm = 'EdDSA'

/**
 * The ring of versioned keys. Whatever is made with one names its version, so that old things are still
 * understood after a rotation.
 */
export type Keyring = {
  /** The version that new things are made with. */
  readonly current: number
  /** HMAC-SHA-256 under the ring's key of that purpose and version; null: there is no such version. */
  mac(purpose: 'tag' | 'hash', version: number, message: Uint8Array): Promise<Uint8Array | null>
  /**
   * Seals what is shown again (AES-256-GCM); the text names its ring version.
   * @param context where it is kept, such as `api_clients/7/secret`: elsewhere it does not open
   */
  seal(context: string, plaintext: Uint8Array): Promise<string>
  /** null: not sealed by this ring, or not in that context. */
  open(context: string, sealed: string): Promise<Uint8Array | null>
  /** A signed JWT of an agent (RFC 9068: typ `at+jwt`), by the algorithm of the current version. */
  signAgentToken(claims: AgentClaims, issuedAtSeconds: number): Promise<string>
  /** The claims of a token of ours that has not expired, else null. */
  verifyAgentToken(token: string, nowSeconds: number): Promise<VerifiedAgentToken | null>
  /** Public keys of agent tokens that may be about, and no others (RFC 7517). */
  agentKeySet(nowSeconds: number): { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  /** A head of a ledger as a compact JWS (EdDSA, typ `latchkey-head`), by a key that signs nothing else. */
  signHead(payload: JsonObject): Promise<string>
  /** Public keys of heads, of all versions that the ring has (RFC 7517). */
  headKeySet(): { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  /** A signed JWT of a caller of a management API (EdDSA, typ `latchkey-api+jwt`); only Latchkey verifies it. */
  signApiToken(claims: ApiTokenClaims, issuedAtSeconds: number, lifetimeSeconds: number): Promise<string>
  /** The claims of a token of ours that has not expired, else null. An agent's token is none. */
  verifyApiToken(token: string, nowSeconds: number): Promise<VerifiedApiToken | null>
}

export type VerifiedAgentToken = AgentClaims & {
  /** The token's own name. */
  readonly tokenId: string
  readonly issuer: string
  readonly audience: string
  readonly issuedAtSeconds: number
  readonly expiresAtSeconds: number
}

/** What a token of a management API says of its caller. */
export type ApiTokenClaims = {
  /** The token's own name, by which it can be revoked. */
  readonly id: string
  /** Whom it was issued to, as its dialect names its clients. */
  readonly subject: string
  readonly organization: number
  readonly dialect: string
}

export type VerifiedApiToken = ApiTokenClaims & {
  readonly issuedAtSeconds: number
  readonly expiresAtSeconds: number
}

/** What an access token says of its agent. */
export type AgentClaims = {
  /** UUIDv4 that encodes (ledger, n). */
  readonly id: string
  readonly organization: number
  readonly dialect: Dialect
  /** The profile's and the key's (ledger, n), as text. */
  readonly profile: string
  readonly key: string
}
