import type { AgentClaims } from './agents/token.ts'

/**
 * The ring of versioned keys. Whatever is made with one names its version, so that old things are still
 * understood after a rotation.
 */
export type Keyring = {
  /** The version that new things are made with. */
  readonly current: number
  /** HMAC-SHA-256 under the ring's key of that purpose and version; null: there is no such version. */
  mac(purpose: 'tag' | 'hash', version: number, message: Uint8Array): Promise<Uint8Array | null>
  /** A signed JWT of an agent (EdDSA, typ `latchkey-agent+jwt`). */
  signAgentToken(claims: AgentClaims, issuedAtSeconds: number): Promise<string>
  /** The claims of a token of ours that has not expired, else null. */
  verifyAgentToken(token: string, nowSeconds: number): Promise<VerifiedAgentToken | null>
  /** Public keys of agent tokens, and no others (RFC 7517). */
  agentKeySet(): { readonly keys: readonly Readonly<Record<string, unknown>>[] }
}

export type VerifiedAgentToken = AgentClaims & {
  readonly issuer: string
  readonly audience: string
  readonly issuedAtSeconds: number
  readonly expiresAtSeconds: number
}
