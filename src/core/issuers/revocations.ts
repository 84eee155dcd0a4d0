import { notFound, type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { openAuthority } from './issuance.ts'
import { formatSerial } from './serial.ts'

/** The issuer's list of revoked certificates, DER (RFC 5280 §5), for anybody. */
export async function revocationList(ports: Ports, id: number): Promise<Outcome<Uint8Array<ArrayBuffer>>> {
  const opened = await openAuthority(ports, id)
  if (!opened) return notFound('issuer')
  const { issuer, signer } = opened
  const { organization, dialect } = issuer
  const ledger = await ports.ledgers.shared(organization, dialect)
  const revoked = await ports.ledgers.open(ledger).revokedCertificates(organization, id)
  // A ledger that nobody made has revoked nothing.
  if (!revoked.ok && revoked.fault.kind !== 'not_found') return revoked
  const ring = await ports.keyring()
  const entries = await Promise.all(
    (revoked.ok ? revoked.value : []).map(async ({ n, ringVersion, serial, revokedAt }) => ({
      serial: serial ?? (await formatSerial(ring, ringVersion, { ledger, n })),
      revokedAt,
    })),
  )
  return ok(await ports.pki.makeRevocationList({ signer, entries, now: ports.now() }))
}

/** Where it stands: in every certificate that the issuer signs. */
export function revocationListUrl(ports: Ports, id: number): string {
  return `${ports.publicUrl}/crl/${id}.crl`
}
