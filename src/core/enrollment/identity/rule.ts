/**
 * Whom an identity-bound key lets in (docs/concepts.md#identity-bound-keys): tokens of certain issuers (OpenID Connect Core
 * 1.0, section 2) with certain claims. The code alone redeems nothing, so that it is no secret.
 */
import { type EntityId, formatId } from '../../kernel/ids.ts'
import type { PublicJwk } from './key-set.ts'

export type ClaimValue = string | boolean | number

/** @property pointer RFC 6901, into the token's claims */
export type ClaimCondition = { readonly pointer: string } & (
  | { readonly equals: ClaimValue }
  | { readonly oneOf: readonly string[] }
  | { readonly startsWith: string }
)

/** From where an issuer's public keys are: its discovery document named the address once, or an operator has them. */
export type KeySource =
  | { readonly kind: 'discovered'; readonly jwksUri: string }
  | { readonly kind: 'uploaded'; readonly keys: readonly PublicJwk[] }

export type IdentityRule = {
  /** As the token's `iss` has it. */
  readonly issuer: string
  /** null: the key's own (audienceOfKey). */
  readonly audience: string | null
  readonly keySource: KeySource
  /** All of them hold. */
  readonly claims: readonly ClaimCondition[]
  /** Pointers to what tells one agent from another. */
  readonly agentPer: readonly string[]
  readonly maxAgeSeconds: number
}

export const MAX_IDENTITY_RULES = 8
export const MAX_CLAIM_CONDITIONS = 16
export const MAX_AGENT_PER = 8
export const MAX_TOKEN_AGE_SECONDS = 25 * 3_600

/** Spelled as the native API spells a key's id: operators copy it from there. */
export function audienceOfKey(publicUrl: string, key: EntityId): string {
  return `${publicUrl}/keys/key_${formatId(key)}`
}
