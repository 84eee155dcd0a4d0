import * as z from 'zod'
import type { Core } from '../../../core/core.ts'
import { MAX_IDENTITY_TOKEN_CHARACTERS } from '../../../core/enrollment/identity/token.ts'
import { type Held, MAX_FACTS_BYTES } from '../../../core/enrollment/ledger/redemption.ts'
import { MAX_HOLD_SECONDS } from '../../../core/enrollment/ledger/rules/key-rules.ts'
import type { Certified } from '../../../core/enrollment/redemption/enroll.ts'
import {
  APPROVAL_POLL_SECONDS,
  type Redeemed,
  type Attempt as RedemptionAttempt,
} from '../../../core/enrollment/redemption/redeem.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { type Faults, map, type Outcome, refuse } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import type { Reply } from '../../../http/route.ts'
import { Claim, text } from '../../../http/text.ts'
import { formatTime } from '../../../http/time.ts'
import { CODES, parseCode, Time } from '../../../http/words/wire.ts'
import { CertificateReply, formatCertificate, SigningRequest } from '../certificates/certificate-wire.ts'
import { agentName } from '../certificates/default-issuers.ts'
import { nativeRoute } from '../edge/edge.ts'
import { ProblemDetails } from '../edge/problem.ts'
import { AgentIdentity, formatIdentity, formatTokens, TokenReply } from './agent-wire.ts'

const IdentityToken = z
  .string()
  .min(1)
  .max(MAX_IDENTITY_TOKEN_CHARACTERS)
  .describe(
    'For keys with `identity`: a JWT of the platform that the client runs on. It needs a claim, which goes with the identity ' +
      'from then on. Other keys do not look at it',
  )

const Attempt = z.strictObject({ code: z.string(), claim: Claim, identity_token: IdentityToken.optional() })

const Confirmation = Attempt.extend({ csr: SigningRequest.optional() })

const Enrollment = z
  .strictObject({
    code: z.string(),
    claim: Claim.optional(),
    identity_token: IdentityToken.optional(),
    csr: SigningRequest.optional().describe(
      'As in a certificate request of `POST /v1/agents/self/certificate`; the claim then goes with its public key',
    ),
    hostname: text(255).default(''),
    hold: z
      .int()
      .min(1)
      .max(MAX_HOLD_SECONDS)
      .optional()
      .describe('Seconds for which a use is kept for the claim, until it is confirmed: no agent is made yet'),
    facts: z
      // What comes from JSON.parse is JSON: no need to walk it.
      .record(z.string(), z.unknown())
      .default({})
      .transform((facts) => facts as JsonObject)
      .describe(
        `What the agent says of itself; at most ${MAX_FACTS_BYTES} bytes as JSON. \`serial\`, a string, is the serial number of the ` +
          'machine, which slots of a key can match',
      ),
  })
  .refine(hasClaimOfIdentity, { path: ['claim'], message: 'An identity token needs a claim beside it' })

function hasClaimOfIdentity(input: {
  claim?: string | undefined
  identity_token?: string | undefined
}): boolean {
  return input.identity_token === undefined || input.claim !== undefined
}

const Enrolled = TokenReply.extend({
  agent: AgentIdentity,
  certificate: CertificateReply.optional().describe('Where a `csr` was sent'),
}).meta({ id: 'Enrolled' })
const HeldReply = z
  .object({
    status: z
      .enum(['held', 'approval_pending'])
      .describe(
        '`held`: until it is confirmed; `approval_pending`: until an operator decides. Ask again the same way.',
      ),
    expires_at: Time.describe('When the use goes back'),
    comparison_code: z.string().describe('For people: the approver sees the same'),
  })
  .meta({ id: 'Held' })
const contentType = 'application/problem+json'

const refusals = {
  401: { description: 'Refused; the reason is not given', schema: ProblemDetails, contentType },
  429: {
    description:
      'Too many refusals of this code from this address, or the key makes no further agent at this moment',
    schema: ProblemDetails,
    contentType,
    headers: { 'Retry-After': 'Seconds' },
  },
} as const
const enrolled = {
  201: { description: 'A new agent; a use is spent', schema: Enrolled },
  200: { description: 'The agent that this claim made before; nothing is spent', schema: Enrolled },
} as const
const held = {
  202: {
    description: 'A use is kept for the claim, and no agent is made yet',
    schema: HeldReply,
    headers: { 'Retry-After': 'Seconds, while an operator is to decide' },
  },
} as const

const enroll = nativeRoute({
  method: 'post',
  path: '/v1/enroll',
  access: 'anyone',
  isShort: true,
  operation: {
    id: 'enroll',
    summary: 'Redeem a key: become an agent',
    description:
      'The code is the credential. The same claim again answers with the same agent and spends nothing; without a ' +
      'claim every call spends a use. With `hold`, or where the key needs approval, a use is kept for the claim first; the ' +
      'same call without `hold` makes its agent.',
  },
  body: { schema: Enrollment, encoding: 'json' },
  replies: { ...enrolled, ...held, ...refusals },
  handle: async ({ core, body, request }) => {
    const input = await body()
    if (!input.ok) return input
    const { hostname, facts, claim = null, hold, csr, identity_token } = input.value
    const intent = hold === undefined ? ('enroll' as const) : ('hold' as const)
    const about = {
      claim,
      hostname,
      facts,
      intent,
      ...given({ holdSeconds: hold, identityToken: identity_token }),
    }
    return attempt(core, input.value.code, about, request, csr)
  },
})

const confirm = nativeRoute({
  method: 'post',
  path: '/v1/enroll/confirm',
  access: 'anyone',
  isShort: true,
  operation: {
    id: 'enroll_confirm',
    summary: 'Become the agent for which a use is held',
    description: 'Refused when nothing is held for the claim: it never becomes a redemption of its own.',
  },
  body: { schema: Confirmation, encoding: 'json' },
  replies: { ...enrolled, ...held, ...refusals },
  handle: async ({ core, body, request }) => {
    const input = await body()
    if (!input.ok) return input
    const { code, csr } = input.value
    return attempt(core, code, { ...aboutClaim(input.value), intent: 'confirm' }, request, csr)
  },
})

const cancel = nativeRoute({
  method: 'post',
  path: '/v1/enroll/cancel',
  access: 'anyone',
  isShort: true,
  operation: { id: 'enroll_cancel', summary: 'Return the use that is held for a claim' },
  body: { schema: Attempt, encoding: 'json' },
  replies: {
    204: { description: 'Nothing is held for the claim' },
    409: {
      description: 'The claim has made its agent already; its credentials come from an enrollment',
      schema: z.object({ agent: AgentIdentity }),
    },
    ...refusals,
  },
  handle: async ({ core, body, request }) => {
    const input = await body()
    if (!input.ok) return input
    const about = { ...aboutClaim(input.value), intent: 'cancel' } as const
    const done = await attempt(core, input.value.code, about, request)
    return map(done, (reply) => (reply.status === 200 ? withoutTokens(reply) : reply))
  },
})

/** A refusal carries no credentials: bodies of errors are logged. */
function withoutTokens({ json }: Reply): Reply {
  const { agent } = json as z.output<typeof Enrolled>
  return { status: 409, json: { agent } }
}

type About = Pick<RedemptionAttempt, 'claim' | 'hostname' | 'facts'> &
  Required<Pick<RedemptionAttempt, 'intent'>> &
  Pick<RedemptionAttempt, 'holdSeconds' | 'identityToken'>

function aboutClaim({ claim, identity_token }: z.output<typeof Attempt>) {
  return { claim, hostname: '', facts: {}, ...given({ identityToken: identity_token }) }
}

async function attempt(
  core: Core,
  codeText: string,
  about: About,
  request: Cause['request'],
  csr?: string,
): Promise<Outcome<Reply, Faults<'redemption_refused'>>> {
  const code = parseCode(codeText)
  if (!code) return refuse({ kind: 'redemption_refused', reason: 'code_unknown' })
  const attempted = {
    ...about,
    code,
    wishes: { values: {}, labels: {} },
    address: request.address,
    request,
  }
  if (csr === undefined) return map(await core.keys.attemptRedemption(CODES, attempted), replyOf)
  const wanted = { ...attempted, certificateRequest: csr }
  return map(await core.keys.attemptCertified(CODES, wanted, ({ agent }) => agentName(agent.id)), replyOf)
}

function replyOf(redeemed: Redeemed & Partial<Pick<Certified, 'certificate'>>): Reply {
  if (redeemed.kind === 'cancelled') return { status: 204 }
  if (redeemed.kind === 'held') return heldReply(redeemed)
  const { isNew, identity, tokens, certificate } = redeemed
  return {
    status: isNew ? 201 : 200,
    json: {
      agent: formatIdentity(identity.agent),
      ...formatTokens(tokens),
      ...(certificate && { certificate: formatCertificate(certificate) }),
    } satisfies z.output<typeof Enrolled>,
  }
}

function heldReply({ hold, isApproved, endsAt, comparison }: Held): Reply {
  const isPending = hold === 'approval' && !isApproved
  const json: z.output<typeof HeldReply> = {
    status: isPending ? 'approval_pending' : 'held',
    expires_at: formatTime(endsAt),
    comparison_code: comparison,
  }
  return {
    status: 202,
    json,
    ...(isPending && { headers: { 'Retry-After': String(APPROVAL_POLL_SECONDS) } }),
  }
}

export const enrollRoutes = [enroll, confirm, cancel]
