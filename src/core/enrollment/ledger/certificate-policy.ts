/** The certificates that a profile's agents get. */
export type CertificatePolicy = {
  /** Of the organization. */
  readonly issuer: number
  /** The SPIFFE trust domain in which each has a name; null: in none. */
  readonly trustDomain: string | null
  readonly lifetimeSeconds: number
}
