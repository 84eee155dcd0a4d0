/**
 * Revoked certificates, which are public. An issuer has a list for each range of a ledger's certificates, and each
 * certificate names its own: none grows without end, and none has to leave one out.
 */

import { openCase } from '../access/cases/open-case.ts'
import type { EntityId } from '../kernel/ids.ts'
import { notFound, type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { openAuthority } from './issuance.ts'
import type { Issuer } from './port.ts'
import { formatSerial } from './serial.ts'

/** The length of a list. It is signed in a quarter of a second when all are revoked. */
const CERTIFICATES_A_LIST = 1_024

export type ListName = {
  readonly issuer: number
  /** null: the one that all profiles of the issuer's dialect share. */
  readonly ledger: number | null
  readonly part: number
}

/** DER (RFC 5280, section 5). */
export const revocationList = openCase(
  async (ports, { issuer: id, ledger: named, part }: ListName): Promise<Outcome<Uint8Array<ArrayBuffer>>> => {
    const opened = await openAuthority(ports, id)
    if (!opened) return notFound('issuer')
    const { issuer, signer } = opened
    const { organization } = issuer
    if (signsAuthoritiesOnly(issuer)) {
      if (named !== null || part > 0) return notFound('issuer')
      const none = { signer, url: null, content: '', entries: async () => [], now: ports.now() }
      return ok(await ports.pki.makeRevocationList(none))
    }
    const ledger = await ledgerOf(ports, issuer, named)
    if (ledger === null) return notFound('issuer')
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
      url: revocationListUrl(ports, issuer, { ledger, n: first }),
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

/** Where the list stands that a certificate would be on: it is in the certificate. @param id its ledger and its number there */
export function revocationListUrl(
  ports: Pick<Ports, 'publicUrl'>,
  issuer: Issuer,
  { ledger, n }: EntityId,
): string {
  const part = Math.floor(n / CERTIFICATES_A_LIST)
  const name = signsForEachLedger(issuer) ? `${issuer.id}.${ledger}` : issuer.id
  return `${ports.publicUrl}/crl/${name}${part === 0 ? '' : `-${part}`}.crl`
}

/** Where the list of authorities that an issuer signed is; null: it has none. */
export function authorityListUrl(ports: Pick<Ports, 'publicUrl'>, issuer: Issuer): string | null {
  return signsAuthoritiesOnly(issuer) ? `${ports.publicUrl}/crl/${issuer.id}.crl` : null
}

/** null: no list of this issuer is named so. A ledger of another organization is not even opened. */
async function ledgerOf(ports: Ports, issuer: Issuer, named: number | null): Promise<number | null> {
  const { organization, dialect } = issuer
  if (signsForEachLedger(issuer) !== (named !== null)) return null
  if (named === null) return ports.ledgerDirectory.shared(organization, dialect)
  return (await ports.ledgerDirectory.isOwned(organization, named)) ? named : null
}

/** A verifier that checks a whole chain wants its list, too; no authority is ever revoked. */
function signsAuthoritiesOnly({ attributes }: Issuer): boolean {
  return attributes.signsAuthoritiesOnly === true
}

/** Where each profile has a ledger of its own, an issuer signs for several. */
function signsForEachLedger({ attributes }: Issuer): boolean {
  return attributes.signsForEachLedger === true
}
