import * as z from 'zod'
import type { ShownCertificate } from '../../../core/enrollment/agents/certificates.ts'
import { map } from '../../../core/kernel/outcome.ts'
import type { Reply } from '../../../http/route.ts'
import { AgentId } from '../../../http/words/wire.ts'
import { nativeRoute, operationOf, selfOf } from '../edge/edge.ts'
import {
  CertificateReply,
  formatCertificate,
  formatIssued,
  IssuedReply,
  SigningRequest,
} from './certificate-wire.ts'
import { agentName } from './default-issuers.ts'

const params = z.object({ agent: AgentId })
const replies = {
  200: {
    description: 'The newest first, at most a hundred',
    schema: z.object({ items: z.array(IssuedReply) }),
  },
}

const certify = nativeRoute({
  method: 'post',
  path: '/v1/agents/self/certificate',
  access: 'agent',
  operation: {
    id: 'agents_certify',
    summary: 'A further certificate for the public key that the agent enrolled with',
    description:
      'Earlier ones stay good until they expire. Past ten in an hour it is the newest again, with a new signature. ' +
      'For another public key the agent enrolls again, once an operator has revoked its certificates.',
  },
  body: { schema: z.strictObject({ csr: SigningRequest }), encoding: 'json' },
  replies: { 200: { description: 'The certificate', schema: CertificateReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { agents } = call.core
    const made = await agents.certifyAgent(selfOf(call), input.value.csr, call.request, ({ id }) =>
      agentName(id),
    )
    return map(made, (certificate) => ({ status: 200, json: formatCertificate(certificate) }))
  },
})

const list = nativeRoute({
  method: 'get',
  path: '/v1/agents/:agent/certificates',
  access: 'agents.read',
  operation: { id: 'agents_certificates', summary: 'The certificates that an agent was given' },
  params,
  subject: 'agent',
  replies,
  handle: async (call) =>
    map(await call.core.agents.listCertificates(operationOf(call), call.params.agent), answer),
})

const revoke = nativeRoute({
  method: 'post',
  path: '/v1/agents/:agent/certificates/revoke',
  access: 'agents.revoke',
  operation: {
    id: 'agents_revoke_certificates',
    summary: 'Revoke all certificates of an active agent, such as when its private key got out',
    description:
      'The agent stays, with its tokens. Once, it may enroll with its claim and another public key. The lists of revoked ' +
      'certificates have them within a minute.',
  },
  params,
  subject: 'agent',
  replies,
  handle: async (call) =>
    map(await call.core.agents.revokeCertificates(operationOf(call), call.params.agent), answer),
})

function answer(certificates: readonly ShownCertificate[]): Reply {
  return { status: 200, json: { items: certificates.map(formatIssued) } }
}

/** `certify` before those of `:agent`: `self` is no agent’s id. */
export const certificateRoutes = [certify, list, revoke]
