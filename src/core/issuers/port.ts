import type { AuditEvent } from '../events/event.ts'
import type { ActorRef, Dialect } from '../kernel/cause.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { DistinguishedName } from './pki.ts'

/** A certificate authority of an organization, or the request for one. Its private key is in no record. */
export type IssuerRecord = {
  readonly organization: number
  readonly dialect: Dialect
  readonly name: string
  readonly description: string
  /** Whose private key signed its certificate; null for its own, or one outside. */
  readonly parent: number | null
  readonly parentName: string | null
  readonly commonName: string
  /** PEM; null: it is only a request so far. */
  readonly certificate: string | null
  /** PKCS #10, PEM. */
  readonly request: string | null
  /** Distinguished names (RFC 4514, in the certificate's order); empty without a certificate. */
  readonly issuedTo: string
  readonly issuedBy: string
  /** Decimal. */
  readonly serialNumber: string
  /** Unix milliseconds; 0 without a certificate. */
  readonly validFrom: number
  readonly validTo: number
  readonly maySign: boolean
  readonly hasPrivateKey: boolean
  /** The dialect's own members. */
  readonly attributes: JsonObject
  readonly createdAt: number
  readonly createdBy: ActorRef
  readonly updatedAt: number
  readonly updatedBy: ActorRef
}

export type Issuer = IssuerRecord & { readonly id: number }

/** What it takes to sign in an issuer's name. */
export type SealedIssuer = {
  readonly issuer: Issuer
  readonly sealedKey: string | null
  readonly sealContext: string
}

export type IssuerStore = {
  /** Of any organization; what is found may be a minute old. */
  findSigner(id: number): Promise<SealedIssuer | null>
  find(organization: number, id: number): Promise<Issuer | null>
  /** By name, in any case. */
  findNamed(organization: number, dialect: Dialect, names: readonly string[]): Promise<readonly Issuer[]>
  /**
   * `parent_gone`: whose private key signed it was deleted meanwhile.
   * @param event its subject gets the number that the issuer gets
   */
  add(
    record: IssuerRecord,
    key: { readonly sealed: string | null; readonly context: string },
    event: AuditEvent,
  ): Promise<Issuer | 'name_taken' | 'parent_gone'>
  /** `outdated`: it was deleted or changed meanwhile. */
  change(before: Issuer, after: IssuerRecord, event: AuditEvent): Promise<Issuer | 'name_taken' | 'outdated'>
  /** Whether there are any that it signed. */
  hasChildren(issuer: Issuer): Promise<boolean>
  /** false when it was deleted, or has children. Whether keys need it, their ledger decides. */
  remove(issuer: Issuer, now: number, event: AuditEvent): Promise<boolean>
  /** Which issuer a key was last seen to have; a hint that saves a call. */
  hint(ledger: number, key: number): number | null
  saveHint(ledger: number, key: number, issuer: number): void
}

export type DefaultIssuer = {
  readonly dialect: Dialect
  readonly name: string
  /** The default issuer that signs it; null: itself. */
  readonly parent: string | null
  readonly years: number
  readonly attributes: JsonObject
  readonly subject: (tenant: string) => DistinguishedName
}

/** An organization as its dialect names it in certificates. */
export type Tenant = { readonly organization: number; readonly name: string }
