/** Certificates of issuers, which are public: whoever verifies a client's needs those above it. */
import { openCase } from '../access/cases/open-case.ts'
import { notFound, type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { Issuer } from './port.ts'

/** Deeper than any hierarchy that is made here. */
const MAX_CHAIN = 8

/** PEM, from an issuer's own to the root's. */
export const issuerChain = openCase(async (ports, id: number): Promise<Outcome<readonly string[]>> => {
  const found = await ports.issuers.findSigner(id)
  const own = found?.issuer.certificate
  return own ? ok([own, ...(await chainAbove(ports, found.issuer))]) : notFound('issuer')
})

/** PEM, from the issuer's parent to the root. */
export async function chainAbove(ports: Pick<Ports, 'issuers'>, issuer: Issuer): Promise<string[]> {
  const chain: string[] = []
  for (let { parent } = issuer; parent !== null && chain.length < MAX_CHAIN - 1; ) {
    const above = await ports.issuers.findSigner(parent)
    if (!above?.issuer.certificate) break
    chain.push(above.issuer.certificate)
    parent = above.issuer.parent
  }
  return chain
}

/** Of the one certificate in DER, as RFC 5280, section 4.2.2.1, wants it. */
export function certificateUrl(ports: Pick<Ports, 'publicUrl'>, id: number): string {
  return `${ports.publicUrl}/ca/${id}.cer`
}
