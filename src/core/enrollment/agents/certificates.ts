/** Certificates of native agents: further ones by the agent's access token, and what operators see and end. */
import { openCase } from '../../access/cases/open-case.ts'
import { causeOf, operatorCase } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
import { type ClientCertificate, signClient } from '../../issuers/client-certificate.ts'
import { openSigner } from '../../issuers/issuance.ts'
import type { DistinguishedName } from '../../issuers/pki.ts'
import { readNamelessRequest, thumbprint } from '../../issuers/request.ts'
import { formatSerial } from '../../issuers/serial.ts'
import type { Cause } from '../../kernel/cause.ts'
import type { AgentName } from '../../kernel/ids.ts'
import { invalid, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { Agent } from '../ledger/agent.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { IssuedCertificate } from '../ledger/certificate.ts'
import { findAgent } from './manage.ts'
import type { Self } from './self.ts'

const MAX_TRIES = 3

const DENIED = {
  no_certificates: 'The agent’s profile issues no certificates',
  other_key:
    'must be of the public key that the agent enrolled with: to change it, enroll with the same claim',
} as const

/** A further certificate for the public key that the agent enrolled with. */
export const certifyAgent = openCase(
  async (
    ports,
    self: Self,
    certificateRequest: string,
    request: Cause['request'],
    subject: (agent: Agent, tenant: string) => DistinguishedName,
  ): Promise<Outcome<ClientCertificate>> => {
    const read = await readNamelessRequest(ports, certificateRequest)
    if (!read.ok) return read
    const { publicKey } = read.value
    const ring = await ports.keyring()
    const hash = await thumbprint(publicKey)
    const ledger = ports.ledgers.forAgents(self.id.ledger)
    let issuer: number | null = null
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const signer = issuer === null ? null : await openSigner(ports, issuer)
      const isUnavailable = issuer !== null && signer === null
      const binding = { hash, issuer, ringVersion: ring.current, isUnavailable }
      const result = await ledger.certify({ agent: self.id.n, binding, request })
      if (!result.ok) return result.fault.kind === 'busy' ? result : refuse({ kind: 'credential_invalid' })
      const { value } = result
      if (value.kind === 'refused') return refuse({ kind: 'credential_invalid' })
      if (value.kind === 'denied') return invalid('csr', DENIED[value.because])
      if (value.kind === 'unavailable') break
      if (value.kind === 'renewed' && signer) {
        const named = (tenant: string) => subject(value.agent, tenant)
        return ok(await signClient(ports, signer, value.certificate, value.agent, publicKey, named))
      }
      if (value.kind === 'issuer_needed') issuer = value.issuer
    }
    return refuse({ kind: 'busy', retryAfterSeconds: 1 })
  },
)

export type ShownCertificate = Pick<IssuedCertificate, 'issuer' | 'issuedAt' | 'expiresAt' | 'revokedAt'> & {
  /** Lower-case hexadecimal; null: the ring version that it was made with is gone. */
  readonly serial: string | null
}

/** The newest first, at most a hundred. */
export const listCertificates = operatorCase(
  'agents.read',
  async (ports, operation, id: AgentName): Promise<Outcome<readonly ShownCertificate[]>> =>
    atLedger(ports, operation, id, 'agent', async (ledger) => {
      const found = await findAgent(ledger, id)
      if (!found.ok) return found
      const listed = await ledger.certificatesOf(id.n)
      return listed.ok ? ok(await shown(ports, id.ledger, listed.value)) : listed
    }),
)

/** All of them; the agent stays, and may show another public key with its claim, once. */
export const revokeCertificates = reachCase(
  'agents.revoke',
  async (ports, operation, reach, id: AgentName): Promise<Outcome<readonly ShownCertificate[]>> =>
    atLedger(ports, operation, id, 'agent', async (ledger) => {
      const found = await findAgent(ledger, id)
      if (!found.ok) return found
      const revoked = await ledger.revokeCertificates(id.n, causeOf(operation), reach)
      return revoked.ok ? ok(await shown(ports, id.ledger, revoked.value)) : revoked
    }),
)

async function shown(
  ports: Ports,
  ledger: number,
  certificates: readonly IssuedCertificate[],
): Promise<readonly ShownCertificate[]> {
  const ring = await ports.keyring()
  return Promise.all(
    certificates.map(async ({ n, ringVersion, serial, issuer, issuedAt, expiresAt, revokedAt }) => ({
      serial: serial ?? (await formatSerial(ring, ringVersion, { ledger, n }).catch(() => null)),
      ...{ issuer, issuedAt, expiresAt, revokedAt },
    })),
  )
}
