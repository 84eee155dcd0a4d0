import type { CertificateGrant } from '../enrollment/ledger/certificate.ts'
import type { Ports } from '../ports.ts'
import type { ReadySigner } from './issuance.ts'
import type { DistinguishedName } from './pki.ts'
import { revocationListUrl } from './revocations.ts'
import { formatSerial } from './serial.ts'

export type ClientCertificate = {
  /** Its number in its ledger. */
  readonly n: number
  readonly issuer: { readonly id: number; readonly name: string }
  /** PEM. */
  readonly certificate: string
  /** PEM, from its issuer's to the root's. */
  readonly chain: readonly string[]
}

/** Deeper than any hierarchy that is made here. */
const MAX_CHAIN = 8

/** Signs what the ledger granted. */
export async function signClient(
  ports: Ports,
  { issuer, certificate: own, signer }: ReadySigner,
  grant: CertificateGrant,
  ledger: number,
  publicKey: Uint8Array,
  subject: (tenant: string) => DistinguishedName,
): Promise<ClientCertificate> {
  const ring = await ports.keyring()
  const certificate = await ports.pki.makeClient({
    subject: subject(String(issuer.attributes.tenant ?? '')),
    serial: await formatSerial(ring, grant.ringVersion, { ledger, n: grant.n }),
    validity: { from: grant.issuedAt, to: Math.min(grant.expiresAt, issuer.validTo) },
    publicKey,
    signer,
    revocationListUrl: revocationListUrl(ports, issuer.id, grant.n),
  })
  const chain = [own]
  for (let { parent } = issuer; parent !== null && chain.length < MAX_CHAIN; ) {
    const above = await ports.issuers.findSigner(parent)
    if (!above?.issuer.certificate) break
    chain.push(above.issuer.certificate)
    parent = above.issuer.parent
  }
  return { n: grant.n, issuer: { id: issuer.id, name: issuer.name }, certificate, chain }
}
