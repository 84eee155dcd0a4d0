import * as z from 'zod'
import type { Enrolled } from '../../../core/enrollment/redemption/redeem.ts'
import { formatId } from '../../../core/kernel/ids.ts'
import { ok, refuse } from '../../../core/kernel/outcome.ts'
import { illumioRoute } from '../edge/edge.ts'
import { Href, hrefOf } from '../edge/hrefs.ts'
import { Activation } from './activation-schemas.ts'
import { factsOf, wishesOf } from './activation-wire.ts'
import { CODES, parseCode } from './pairing-key-wire.ts'

const Activated = z.object({
  agent: Href,
  ven: Href,
  workload: Href,
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().meta({ description: 'Seconds' }),
  refresh_token: z.string(),
})

/** The VEN's own protocol is private: this is ours, and pair.sh speaks it. The body is all checked before the code. */
export const activate = illumioRoute({
  method: 'post',
  path: '/api/v2/agents/activate',
  access: 'public',
  isShort: true,
  operation: {
    id: 'agents_activate_post',
    summary: 'Redeem a pairing key: become a workload',
    description:
      'The code is the credential; every refusal of it is the same 401. With the same claim a repeat answers the ' +
      'same agent and spends nothing. Overrides that the profile locks are ignored.',
  },
  body: { schema: Activation, encoding: 'json' },
  replies: {
    201: { description: 'A new workload; a use is spent', schema: Activated },
    200: { description: 'The workload that this claim made before; nothing is spent', schema: Activated },
  },
  handle: async ({ core, body, request }) => {
    const input = await body()
    if (!input.ok) return input
    const { activation_code, claim = null, hostname = '' } = input.value
    const code = parseCode(activation_code)
    if (!code) return refuse({ kind: 'redemption_refused', reason: 'code_unknown' })
    const enrolled = await core.keys.redeemKey(CODES, {
      code,
      claim,
      hostname,
      facts: factsOf(input.value),
      wishes: wishesOf(input.value),
      address: request.address,
      request,
    })
    if (!enrolled.ok) return enrolled
    return ok({ status: enrolled.value.isNew ? 201 : 200, json: formatActivated(enrolled.value) })
  },
})

function formatActivated({ identity, tokens }: Enrolled): z.output<typeof Activated> {
  const { agent } = identity
  return {
    agent: { href: hrefOf(agent.organization, 'agents', formatId(agent)) },
    ven: { href: hrefOf(agent.organization, 'vens', agent.id) },
    workload: { href: hrefOf(agent.organization, 'workloads', agent.id) },
    access_token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: tokens.expiresInSeconds,
    refresh_token: tokens.refreshToken,
  }
}
