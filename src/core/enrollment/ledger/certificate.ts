import type { Cause } from '../../kernel/cause.ts'
import type { Agent } from './agent.ts'

export type Binding = {
  /** SHA-256 of the public key (SPKI), hexadecimal. */
  readonly hash: string
  /** Of the ring's keys, which the certificate's serial number will be made with. */
  readonly ringVersion: number
  /** Whose private key the caller has at hand; a use is spent only when the key's own is. null: none yet. */
  readonly issuer: number | null
  /** That private key signs nothing now: what would be granted is refused. */
  readonly isUnavailable?: boolean
}

/** A certificate of an agent, by its number. */
export type IssuedCertificate = {
  readonly n: number
  readonly issuer: number
  readonly ringVersion: number
  /** Of one whose ring version was dropped; null: it is made again. */
  readonly serial: string | null
  /** Unix milliseconds. */
  readonly issuedAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
}

/** What a ledger allots before a certificate is signed. */
export type CertificateGrant = {
  /** The certificate's number in its ledger. */
  readonly n: number
  readonly issuer: number
  readonly ringVersion: number
  /** Unix milliseconds. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** null: the certificate has no name in one. */
  readonly trustDomain: string | null
}

/** A further certificate of an agent, by one that it has. */
export type RenewalRequest = {
  /** The certificate's number. */
  readonly certificate: number
  readonly binding: Binding
  readonly request: Cause['request']
}

export type RenewalResult =
  | { readonly kind: 'renewed'; readonly agent: Agent; readonly certificate: CertificateGrant }
  | { readonly kind: 'issuer_needed'; readonly issuer: number }
  | { readonly kind: 'refused' }

/** A further certificate of an agent, which has shown its access token. */
export type CertificateRequest = {
  readonly agent: number
  readonly binding: Binding
  readonly request: Cause['request']
}

export type CertificateResult =
  | RenewalResult
  /** The agent gets none: its profile issues none, or not to this public key. */
  | { readonly kind: 'denied'; readonly because: 'no_certificates' | 'other_key' }
  | { readonly kind: 'unavailable' }

export type RevokedCertificate = {
  readonly n: number
  readonly ringVersion: number
  /** Of one whose ring version was dropped; null: it is made again. */
  readonly serial: string | null
  readonly revokedAt: number
}

/** `next` is the first one behind it. */
export type NumberRange = { readonly first: number; readonly next: number }

export type NamedCertificate = { readonly n: number; readonly serial: string }
