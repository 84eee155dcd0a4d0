/**
 * Revoked certificates, which are public. An issuer has a list for each range of its ledger's certificates, and each
 * certificate names its own: none grows without end, and none has to leave one out.
 */

import { openCase } from '../access/cases/open-case.ts'
import { notFound, type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { openAuthority } from './issuance.ts'
import { formatSerial } from './serial.ts'

/** The length of a list. It is signed in a quarter of a second when all are revoked. */
const CERTIFICATES_A_LIST = 1_024

/** DER (RFC 5280, section 5). */
export const revocationList = openCase(
  async (ports, id: number, part: number): Promise<Outcome<Uint8Array<ArrayBuffer>>> => {
    const opened = await openAuthority(ports, id)
    if (!opened) return notFound('issuer')
    const { issuer, signer } = opened
    const { organization, dialect } = issuer
    const ledger = await ports.ledgerDirectory.shared(organization, dialect)
    const first = part * CERTIFICATES_A_LIST
    const range = { first, next: first + CERTIFICATES_A_LIST }
    const found = await ports.ledgers.open(ledger, organization).revokedCertificates(id, range)
    // A ledger that does not exist has revoked nothing.
    const isUnmade = !found.ok && found.fault.kind === 'not_found' && part === 0
    if (!found.ok && !isUnmade) return found
    const revoked = found.ok ? found.value : []
    const ring = await ports.keyring()
    const list = await ports.pki.makeRevocationList({
      signer,
      url: revocationListUrl(ports, id, first),
      content: JSON.stringify(revoked),
      entries: () =>
        Promise.all(
          revoked.map(async ({ n, ringVersion, serial, revokedAt }) => ({
            serial: serial ?? (await formatSerial(ring, ringVersion, { ledger, n })),
            revokedAt,
          })),
        ),
      now: ports.now(),
    })
    return ok(list)
  },
)

/** Where the list stands that a certificate would be on: it is in the certificate. @param n its number in its ledger */
export function revocationListUrl(ports: Ports, id: number, n: number): string {
  const part = Math.floor(n / CERTIFICATES_A_LIST)
  return `${ports.publicUrl}/crl/${id}${part === 0 ? '' : `-${part}`}.crl`
}
