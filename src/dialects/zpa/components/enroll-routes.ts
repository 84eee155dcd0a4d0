/** Enrollment: the vendor's own protocol is private, and this is ours (docs/dialects/zpa.md#enrollment). */
import * as z from 'zod'
import type { ClientCertificate } from '../../../core/issuers/client-certificate.ts'
import type { EntityId } from '../../../core/kernel/ids.ts'
import { ok, refuse } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { Claim, text } from '../../../http/text.ts'
import { clientName } from '../certificates/default-issuers.ts'
import { zpaRoute } from '../edge/edge.ts'
import { formatGid } from '../edge/ids.ts'
import { CODES, parseProvisioningKey } from '../keys/provisioning-key.ts'

const Pem = z.string().max(16_384)

const Enrollment = z.object({
  provisioningKey: z.string().max(1_024),
  fingerprint: Claim.optional().meta({
    description: 'base64 of a SHA-256; without it each call is a new use',
  }),
  csr: Pem.optional().meta({ description: 'PKCS #10, PEM; without it there is no certificate' }),
  privateIp: text(64).optional(),
  platform: text(64).optional(),
  currentVersion: text(64).optional(),
})

const Renewal = z.object({ certificate: Pem.meta({ description: 'A live one' }), csr: Pem })

const Enrolled = z.object({
  id: z.string(),
  name: z.string(),
  certificate: z.string().optional(),
  chain: z.array(z.string()).optional(),
  issuedCertId: z.string().optional(),
  enrollmentCertId: z.string().optional(),
})

const enroll = zpaRoute({
  method: 'post',
  path: '/enroll',
  access: 'public',
  operation: {
    id: 'zpa_enroll',
    summary: 'Redeem a provisioning key: become an App Connector or a Private Service Edge',
    description:
      'The key is the credential; every refusal of it is the same 401. With the same fingerprint and the same public ' +
      'key a repeat answers the same component, with a fresh certificate, and spends nothing; with another public key ' +
      'it is refused until an operator allows that once.',
  },
  body: { schema: Enrollment, encoding: 'json' },
  replies: {
    201: { description: 'A new component; a use is spent', schema: Enrolled },
    200: { description: 'The component that this fingerprint made before', schema: Enrolled },
  },
  handle: async ({ core, body, request }) => {
    const input = await body()
    if (!input.ok) return input
    const { provisioningKey, fingerprint = null, csr = null, ...about } = input.value
    const code = parseProvisioningKey(provisioningKey)
    if (!code) return refuse({ kind: 'redemption_refused', reason: 'code_unknown' })
    const attempt = {
      code,
      claim: fingerprint,
      certificateRequest: csr,
      hostname: null,
      facts: given({ ...about, fingerprint: fingerprint ?? undefined }),
      wishes: { values: {}, labels: {} },
      address: request.address,
      request,
    }
    const enrolled = await core.keys.enrollClient(CODES, attempt, ({ agent }, customer) =>
      clientName(formatGid('component', agent), customer),
    )
    if (!enrolled.ok) return enrolled
    const { isNew, identity, hostname, certificate } = enrolled.value
    return ok({ status: isNew ? 201 : 200, json: format(identity.agent, hostname, certificate) })
  },
})

const renew = zpaRoute({
  method: 'post',
  path: '/enroll/renew',
  access: 'public',
  operation: {
    id: 'zpa_enroll_renew',
    summary: 'A further certificate for the public key of a live one',
    description:
      'The request must be signed by that key. Every refusal is the same 401. Past ten in an hour it is the newest ' +
      'again, with a new signature.',
  },
  body: { schema: Renewal, encoding: 'json' },
  replies: { 200: { description: 'The component and its certificate', schema: Enrolled } },
  handle: async ({ core, body, request }) => {
    const input = await body()
    if (!input.ok) return input
    const { certificate, csr } = input.value
    const shown = { certificate, certificateRequest: csr }
    const renewed = await core.agents.renewCertificate(shown, request, 'zpa', (agent, customer) =>
      clientName(formatGid('component', agent), customer),
    )
    if (!renewed.ok) return renewed
    const { agent, certificate: fresh } = renewed.value
    return ok({ status: 200, json: format(agent, agent.hostname, fresh) })
  },
})

function format(
  agent: EntityId,
  name: string,
  certificate: ClientCertificate | null,
): z.output<typeof Enrolled> {
  return {
    id: formatGid('component', agent),
    name,
    ...(certificate && {
      certificate: certificate.certificate,
      chain: [...certificate.chain],
      issuedCertId: String(certificate.n),
      enrollmentCertId: String(certificate.issuer.id),
    }),
  }
}

export const enrollRoutes = [enroll, renew]
