import type { CertificateGrant } from '../enrollment/ledger/certificate.ts'
import type { Ports } from '../ports.ts'
import { certificateUrl, chainAbove } from './chain.ts'
import type { ReadySigner } from './issuance.ts'
import type { DistinguishedName } from './pki.ts'
import { revocationListUrl } from './revocations.ts'
import { formatSerial } from './serial.ts'

export type ClientCertificate = {
  /** Its number in its ledger. */
  readonly n: number
  /** Lower-case hexadecimal. */
  readonly serial: string
  /** Unix milliseconds. */
  readonly expiresAt: number
  readonly issuer: { readonly id: number; readonly name: string }
  /** PEM. */
  readonly certificate: string
  /** PEM, from its issuer's to the root's. */
  readonly chain: readonly string[]
  /** Its name in a SPIFFE trust domain; null: it has none. */
  readonly spiffeId: string | null
}

/** Signs what the ledger granted. */
export async function signClient(
  ports: Ports,
  { issuer, certificate: own, signer }: ReadySigner,
  grant: CertificateGrant,
  agent: { readonly ledger: number; readonly id: string },
  publicKey: Uint8Array,
  subject: (tenant: string) => DistinguishedName,
): Promise<ClientCertificate> {
  const ring = await ports.keyring()
  const id = { ledger: agent.ledger, n: grant.n }
  const serial = await formatSerial(ring, grant.ringVersion, id)
  const expiresAt = Math.min(grant.expiresAt, issuer.validTo)
  const spiffeId = spiffeIdOf(grant, agent.id)
  const certificate = await ports.pki.makeClient({
    subject: subject(String(issuer.attributes.tenant ?? '')),
    serial,
    validity: { from: grant.issuedAt, to: expiresAt },
    publicKey,
    signer,
    revocationListUrl: revocationListUrl(ports, issuer, id),
    issuerUrl: certificateUrl(ports, issuer.id),
    uri: spiffeId,
  })
  const chain = [own, ...(await chainAbove(ports, issuer))]
  return {
    n: grant.n,
    serial,
    expiresAt,
    issuer: { id: issuer.id, name: issuer.name },
    certificate,
    chain,
    spiffeId,
  }
}

/** SPIFFE-ID, section 2. The agent's id is unique in the deployment, and never given out again. */
function spiffeIdOf({ trustDomain }: CertificateGrant, agent: string): string | null {
  return trustDomain === null ? null : `spiffe://${trustDomain}/agent/${agent}`
}
