import { openCase } from '../../access/cases/open-case.ts'
import { type ClientCertificate, signClient } from '../../issuers/client-certificate.ts'
import { openSigner } from '../../issuers/issuance.ts'
import type { DistinguishedName } from '../../issuers/pki.ts'
import { readRequest, thumbprint } from '../../issuers/request.ts'
import { parseSerial } from '../../issuers/serial.ts'
import type { Cause, Dialect } from '../../kernel/cause.ts'
import { invalid, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Agent } from '../ledger/agent.ts'

export type Renewed = { readonly agent: Agent; readonly certificate: ClientCertificate }

const MAX_TRIES = 2

/**
 * A further certificate for the public key of one that is live, by a request that this key signed. A certificate that
 * is none of ours costs no storage.
 */
export const renewCertificate = openCase(
  async (
    ports,
    shown: { readonly certificate: string; readonly certificateRequest: string },
    request: Cause['request'],
    dialect: Dialect,
    subject: (agent: Agent, tenant: string) => DistinguishedName,
  ): Promise<Outcome<Renewed>> => {
    const read = await readRequest(ports, shown.certificateRequest)
    if (!read.ok) return read
    const { publicKey } = read.value
    const facts = await ports.pki.readCertificate(shown.certificate)
    if (!facts) return invalid('certificate')
    const ring = await ports.keyring()
    const id = await parseSerial(ring, facts.serial)
    if (!id) return refuse({ kind: 'credential_invalid' })
    const ledger = ports.ledgers.forAgents(id.ledger)
    const hash = await thumbprint(publicKey)
    let issuer: number | null = null
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const signer = issuer === null ? null : await openSigner(ports, issuer)
      // Agents of other dialects have other names in their certificates, and another way to a further one.
      if (signer && signer.issuer.dialect !== dialect) return refuse({ kind: 'credential_invalid' })
      const isUnavailable = issuer !== null && signer === null
      const binding = { hash, issuer, ringVersion: ring.current, isUnavailable }
      const result = await ledger.renew({ certificate: id.n, binding, request })
      if (!result.ok) return result.fault.kind === 'busy' ? result : refuse({ kind: 'credential_invalid' })
      if (result.value.kind === 'refused') return refuse({ kind: 'credential_invalid' })
      if (result.value.kind === 'renewed' && signer) {
        const { agent, certificate: grant } = result.value
        const named = (tenant: string) => subject(agent, tenant)
        const certificate = await signClient(ports, signer, grant, agent, publicKey, named)
        return ok({ agent, certificate })
      }
      if (result.value.kind === 'renewed') break
      issuer = result.value.issuer
    }
    return refuse({ kind: 'busy', retryAfterSeconds: 1 })
  },
)
