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
import { hashRequest, readNamelessRequest, readRequest, thumbprint } from '../../issuers/request.ts'
import { type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { CodeShape } from '../codes/code.ts'
import type { Identity } from '../ledger/redemption.ts'
import {
  type Attempt,
  askAs,
  issueTokens,
  type Opened,
  openAttempt,
  type PendingFault,
  pendingFault,
  type Redeemed,
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
    const read = certificateRequest === null ? ok(null) : await readRequest(ports, certificateRequest)
    if (!read.ok) return read
    const publicKey = read.value?.publicKey ?? null
    const hash = publicKey && (await thumbprint(publicKey))
    const decided = await decide(ports, opened.value, hash, 'optional')
    if (!decided.ok) return decided
    const { result, signer } = decided.value
    if (result.kind === 'held' || result.kind === 'cancelled') return refuse(pendingFault(result))
    const { kind, hostname, certificate: grant, ...identity } = result
    const certificate =
      grant && signer && publicKey
        ? await signClient(ports, signer, grant, identity.agent, publicKey, (tenant) =>
            subject(identity, tenant),
          )
        : null
    return ok({ isNew: kind === 'new', identity, hostname, certificate })
  },
)

/** A redemption that is refused where its certificate cannot be had. */
export type Certified = Redeemed & { readonly certificate: ClientCertificate | null }

/** The same for clients that know of holds and want tokens, too; the certificate has no names but ours. */
export const attemptCertified = openCase(
  async (
    ports,
    shape: CodeShape,
    { certificateRequest, ...attempt }: Attempt & { readonly certificateRequest: string },
    subject: (identity: Identity, tenant: string) => DistinguishedName,
  ): Promise<Outcome<Certified, RedemptionFault>> => {
    const opened = await openAttempt(ports, shape, attempt)
    if (!opened.ok) return opened
    const read = await readNamelessRequest(ports, certificateRequest)
    if (!read.ok) return read
    const { publicKey } = read.value
    const csrSha256 = await hashRequest(certificateRequest)
    const request = { ...opened.value.request, ...(csrSha256 !== null && { csrSha256 }) }
    const decided = await decide(
      ports,
      { ...opened.value, request },
      await thumbprint(publicKey),
      'required',
      attempt.identityToken,
    )
    if (!decided.ok) return decided
    const { result, signer } = decided.value
    if (result.kind === 'held' || result.kind === 'cancelled') return ok({ ...result, certificate: null })
    const { kind, hostname: _, certificate: grant, ...identity } = result
    if (!grant || !signer) throw new Error('a redemption was granted without its certificate')
    const named = (tenant: string) => subject(identity, tenant)
    const certificate = await signClient(ports, signer, grant, identity.agent, publicKey, named)
    const tokens = await issueTokens(ports, await ports.keyring(), identity)
    return ok({ kind: 'enrolled', isNew: kind === 'new', identity, tokens, certificate })
  },
)

/** @param want `required`: nothing is spent where no certificate comes of it */
async function decide(
  ports: Ports,
  opened: Opened,
  hash: string | null,
  want: 'optional' | 'required',
  identityToken?: string,
) {
  const { ledger, request } = opened
  let issuer = hash === null ? null : ports.issuers.hint(ledger, request.key)
  const { current: ringVersion } = await ports.keyring()
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const signer = issuer === null ? null : await openSigner(ports, issuer)
    const isUnavailable = signer === null && (issuer !== null || want === 'required')
    const binding = hash === null ? null : { hash, issuer, ringVersion, isUnavailable }
    const its = { ...opened, request: { ...request, ...(binding && { binding }) } }
    const result = await askAs(ports, its, identityToken)
    if (!result.ok) return result
    if (result.value.kind === 'identity_needed') throw new Error('no identity was shown')
    if (result.value.kind !== 'issuer_needed') return ok({ result: result.value, signer })
    issuer = result.value.issuer
    ports.issuers.saveHint(ledger, request.key, issuer)
  }
  return refuse({ kind: 'busy', retryAfterSeconds: 1 })
}
