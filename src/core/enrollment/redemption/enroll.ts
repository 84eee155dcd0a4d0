/**
 * A redemption for which a certificate is asked: all that can fail is tried before a use is spent. The code's tag comes
 * first, since junk costs nothing (docs/concepts.md#promises), and no signature is verified for it; the request is
 * checked, then the ledger says whose private key it takes, and only with that at hand it decides. Signing comes after;
 * a repeat signs again.
 */

import { openCase } from '../../access/cases/open-case.ts'
import { type ClientCertificate, signClient } from '../../issuers/client-certificate.ts'
import { openSigner } from '../../issuers/issuance.ts'
import type { DistinguishedName } from '../../issuers/pki.ts'
import { toHex } from '../../kernel/encoding.ts'
import { invalid, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { CodeShape } from '../codes/code.ts'
import type { Identity } from '../ledger/redemption.ts'
import {
  type Attempt,
  ask,
  type Opened,
  openAttempt,
  type PendingFault,
  pendingFault,
  type RedemptionFault,
} from './redeem.ts'

export type EnrolledClient = {
  readonly isNew: boolean
  readonly identity: Identity
  readonly hostname: string
  /** null: none was asked for, or the key's agents get none. */
  readonly certificate: ClientCertificate | null
}

/** A key's issuer may change while it is asked for. */
const MAX_TRIES = 3

/** @param subject of the certificate, whatever the request says */
export const enrollClient = openCase(
  async (
    ports,
    shape: CodeShape,
    attempt: Attempt & { readonly certificateRequest: string | null },
    subject: (identity: Identity, tenant: string) => DistinguishedName,
  ): Promise<Outcome<EnrolledClient, RedemptionFault | PendingFault>> => {
    const { certificateRequest, ...rest } = attempt
    const opened = await openAttempt(ports, shape, rest)
    if (!opened.ok) return opened
    const publicKey = certificateRequest === null ? null : await ports.pki.readRequest(certificateRequest)
    if (certificateRequest !== null && !publicKey) return invalid('csr')
    const hash = publicKey && (await thumbprint(publicKey))
    const decided = await decide(ports, opened.value, hash)
    if (!decided.ok) return decided
    const { result, signer } = decided.value
    if (result.kind === 'held' || result.kind === 'cancelled') return refuse(pendingFault(result))
    const { kind, hostname, certificate: grant, ...identity } = result
    const certificate =
      grant && signer && publicKey
        ? await signClient(ports, signer, grant, identity.agent.ledger, publicKey, (tenant) =>
            subject(identity, tenant),
          )
        : null
    return ok({ isNew: kind === 'new', identity, hostname, certificate })
  },
)

async function decide(ports: Ports, opened: Opened, hash: string | null) {
  const { ledger, request } = opened
  let issuer = hash === null ? null : ports.issuers.hint(ledger, request.key)
  const { current: ringVersion } = await ports.keyring()
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const signer = issuer === null ? null : await openSigner(ports, issuer)
    const isUnavailable = issuer !== null && signer === null
    const binding = hash === null ? null : { hash, issuer, ringVersion, isUnavailable }
    const result = await ask(ports, { ...opened, request: { ...request, ...(binding && { binding }) } })
    if (!result.ok) return result
    if (result.value.kind === 'identity_needed') throw new Error('no identity was shown')
    if (result.value.kind !== 'issuer_needed') return ok({ result: result.value, signer })
    issuer = result.value.issuer
    ports.issuers.saveHint(ledger, request.key, issuer)
  }
  return refuse({ kind: 'busy', retryAfterSeconds: 1 })
}

/** SHA-256 of a public key (SPKI), hexadecimal. */
export async function thumbprint(publicKey: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', publicKey as Uint8Array<ArrayBuffer>)
  return toHex(new Uint8Array(digest))
}
