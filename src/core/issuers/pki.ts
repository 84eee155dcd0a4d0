/** X.509, as the core needs it: keys in PKCS #8 and SPKI, certificates and requests in PEM (RFC 7468). */

export type KeyPair = { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array }

/** Attribute and value, outermost first; values may hold any character. */
export type DistinguishedName = readonly (readonly ['O' | 'OU' | 'CN', string])[]

/** Who signs: null `certificate`: the new certificate signs itself. */
export type Signer = { readonly privateKey: Uint8Array; readonly certificate: string | null }

export type Validity = { readonly from: number; readonly to: number }

/** What a certificate says of itself. */
export type CertificateFacts = {
  readonly issuedTo: string
  readonly issuedBy: string
  readonly commonName: string
  /** Lower-case hexadecimal, and decimal. */
  readonly serial: string
  readonly serialNumber: string
  readonly validity: Validity
  readonly isAuthority: boolean
  /** SPKI. */
  readonly publicKey: Uint8Array
}

/** What a certificate request says. */
export type RequestFacts = {
  /** SPKI. */
  readonly publicKey: Uint8Array
  /** Whether it asks for names beside its subject (subjectAltName). */
  readonly asksForNames: boolean
}

export type RequestFlaw = 'unreadable' | 'key_weak' | 'signature_wrong'

export type Pki = {
  /** ECDSA P-256. */
  makeKeyPair(): Promise<KeyPair>
  /** A certificate authority's own certificate. */
  makeAuthority(authority: {
    readonly subject: DistinguishedName
    readonly serial: string
    readonly validity: Validity
    readonly publicKey: Uint8Array
    readonly signer: Signer
    /** Where its signer's certificate and list are; absent: it names neither. */
    readonly above?: { readonly issuerUrl: string; readonly revocationListUrl: string } | null
  }): Promise<string>
  makeRequest(subject: DistinguishedName, keys: KeyPair): Promise<string>
  /** A client's certificate; its subject is ours, whatever was requested. */
  makeClient(client: {
    readonly subject: DistinguishedName
    readonly serial: string
    readonly validity: Validity
    readonly publicKey: Uint8Array
    readonly signer: Signer
    readonly revocationListUrl: string
    /** Where its issuer's own certificate is, in DER. */
    readonly issuerUrl: string
    /** The only name beside the subject; with one it is good for both sides of a connection. null: there is none. */
    readonly uri: string | null
  }): Promise<string>
  /** Of a request that is signed by its own key, which is strong enough. */
  readRequest(pem: string): Promise<RequestFacts | RequestFlaw>
  readCertificate(pem: string): Promise<CertificateFacts | null>
  /** DER (RFC 5280, section 5); rebuilt only when its content changed, or half of its week is over. */
  makeRevocationList(list: {
    readonly signer: Signer
    /** Of the certificates that name it: it says no more than of those (RFC 5280, section 5.2.5). null: of all of the signer's. */
    readonly url: string | null
    /** Is another when the entries are. */
    readonly content: string
    readonly entries: () => Promise<readonly { readonly serial: string; readonly revokedAt: number }[]>
    readonly now: number
  }): Promise<Uint8Array<ArrayBuffer>>
}
