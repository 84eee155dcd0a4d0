/**
 * The way of a redemption: the code's tag without I/O, then one call to the ledger that the code names, then a signed
 * token. No D1, no KV. To the outside every refusal is one answer.
 */

import { openCase } from '../../access/cases/open-case.ts'
import { utf8 } from '../../kernel/encoding.ts'
import { formatId } from '../../kernel/ids.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Keyring } from '../../kernel/keyring.ts'
import { type Fault, type Faults, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { RedeemPorts } from '../../ports.ts'
import { ACCESS_TOKEN_LIFETIME_SECONDS, formatRefreshToken } from '../agents/token.ts'
import { type Code, type CodeShape, hashClaim, openCode } from '../codes/code.ts'
import {
  type Held,
  type Identity,
  MAX_FACTS_BYTES,
  type RedemptionRequest,
  type RedemptionResult,
} from '../ledger/redemption.ts'
import type { GuardedAttempt } from './refusal-guard.ts'
import { nameRequest } from './request-name.ts'
import { withIdentity } from './shown-identity.ts'

export type Attempt = Pick<
  RedemptionRequest,
  'address' | 'hostname' | 'wishes' | 'request' | 'intent' | 'holdSeconds'
> & {
  readonly code: Code
  readonly claim: string | null
  /** What the agent says of itself. */
  readonly facts: JsonObject
  /** A JWT of its platform; it needs a claim beside it. Absent: none. */
  readonly identityToken?: string
}

/** What an attempt can be refused for. */
export type RedemptionFault = Faults<'redemption_refused'>

export type PendingFault = Extract<Fault, { readonly kind: 'approval_pending' }>

/** A genuine code's attempt, as its ledger and the guard want it. */
export type Opened = {
  readonly ledger: number
  readonly request: RedemptionRequest
  readonly guarded: GuardedAttempt
  /** Of the ring, which the code was made with. */
  readonly codeVersion: number
}

/** What an agent is handed: who it is, and the tokens with which it says so. */
export type Enrolled = {
  readonly isNew: boolean
  readonly identity: Identity
  readonly tokens: Tokens
}

export type Tokens = {
  readonly accessToken: string
  readonly expiresInSeconds: number
  readonly refreshToken: string
}

/** For clients that know of no hold. */
export const redeemKey = openCase(
  async (
    ports: RedeemPorts,
    shape: CodeShape,
    attempt: Attempt,
  ): Promise<Outcome<Enrolled, RedemptionFault | PendingFault>> => {
    const redeemed = await redeem(ports, shape, attempt)
    if (!redeemed.ok) return redeemed
    if (redeemed.value.kind !== 'enrolled') return refuse(pendingFault(redeemed.value))
    return ok(redeemed.value)
  },
)

/** What an attempt of any intent comes to. */
export type Redeemed =
  | ({ readonly kind: 'enrolled' } & Enrolled)
  | ({ readonly kind: 'held' } & Held)
  | { readonly kind: 'cancelled' }

export const attemptRedemption = openCase(redeem)

async function redeem(
  ports: RedeemPorts,
  shape: CodeShape,
  attempt: Attempt,
): Promise<Outcome<Redeemed, RedemptionFault>> {
  const opened = await openAttempt(ports, shape, attempt)
  if (!opened.ok) return opened
  const result = await askAs(ports, opened.value, attempt.identityToken)
  if (!result.ok) return result
  const { value } = result
  if (value.kind === 'issuer_needed') throw new Error('no certificate was asked for')
  if (value.kind === 'identity_needed') throw new Error('no identity was shown')
  if (value.kind === 'held' || value.kind === 'cancelled') return ok(value)
  const { kind, hostname: _, certificate: __, ...identity } = value
  const ring = await ports.keyring()
  const tokens = await issueTokens(ports, ring, identity)
  return ok({ kind: 'enrolled', isNew: kind === 'new', identity, tokens })
}

/** For clients that know of no hold: they try again later. */
export function pendingFault(
  redeemed: { readonly kind: 'held' | 'cancelled' } & Partial<Held>,
): PendingFault {
  const comparison = redeemed.comparison ?? null
  return { kind: 'approval_pending', retryAfterSeconds: APPROVAL_POLL_SECONDS, comparison }
}

/** How soon a machine that waits for approval may ask again. */
export const APPROVAL_POLL_SECONDS = 5

/** The code's tag and what an isolate remembers of refusals: no storage. */
export async function openAttempt(
  ports: RedeemPorts,
  shape: CodeShape,
  attempt: Attempt,
): Promise<Outcome<Opened, RedemptionFault>> {
  const facts = JSON.stringify(attempt.facts)
  if (utf8(facts).length > MAX_FACTS_BYTES) {
    const message = `what an agent says of itself may have ${MAX_FACTS_BYTES} bytes as JSON`
    return refuse({ kind: 'input_invalid', problems: [{ path: [], code: 'other', message }] })
  }
  const ring = await ports.keyring()
  const opened = await openCode(ring, shape, attempt.code)
  if (!opened) return refuse({ kind: 'redemption_refused', reason: 'code_unknown' })
  const { ledger, key, hash } = opened
  const claimHash =
    attempt.claim === null ? null : await hashClaim(ring, opened.ringVersion, opened, attempt.claim)

  const { address, hostname, wishes, request, intent, holdSeconds } = attempt
  const refusedAs = await nameRequest(ring, { ledger, n: key }, ports.random(7))
  const guarded = { ledger, key, address, claimHash }
  const wait = ports.refusals.blockedSeconds(guarded)
  if (wait !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: wait })

  return ok({
    ledger,
    request: {
      key,
      codeHash: hash,
      claimHash,
      address,
      ...(intent !== undefined && { intent }),
      ...(holdSeconds !== undefined && { holdSeconds }),
      hostname,
      facts,
      wishes,
      ringVersion: ring.current,
      request,
      refusedAs,
    },
    guarded,
    codeVersion: opened.ringVersion,
  })
}

/** What the ledger that the code names decides, of an attempt with that identity token. */
export function askAs(
  ports: RedeemPorts,
  opened: Opened,
  identityToken: string | undefined,
): ReturnType<typeof ask> {
  return identityToken === undefined
    ? ask(ports, opened)
    : withIdentity(ports, opened, identityToken, (request) => ask(ports, { ...opened, request }))
}

/** One call to the ledger. */
async function ask(
  ports: RedeemPorts,
  { ledger, request, guarded }: Opened,
): Promise<Outcome<Exclude<RedemptionResult, { readonly kind: 'refused' }>, RedemptionFault>> {
  const result = await ports.ledgers.forAgents(ledger).redeem(request)
  if (!result.ok) return result
  if (result.value.kind === 'refused') {
    const { reason, retryAfterMilliseconds } = result.value
    const requestId = request.refusedAs ?? request.request.id
    ports.refusals.refused(guarded, reason)
    if (retryAfterMilliseconds !== undefined) {
      const retryAfterSeconds = Math.ceil(retryAfterMilliseconds / 1_000)
      return refuse({ kind: 'rate_limited', retryAfterSeconds, requestId })
    }
    return refuse({ kind: 'redemption_refused', reason, requestId })
  }
  const { kind } = result.value
  if (kind === 'new' || kind === 'repeat' || kind === 'held') ports.refusals.enrolled(guarded)
  return ok(result.value)
}

/**
 * An access token, and the refresh token of the identity's generation: with a newer version of the ring than this isolate's
 * current one, if another isolate is ahead and the agent has such a token already.
 */
export async function issueTokens(ports: RedeemPorts, ring: Keyring, identity: Identity): Promise<Tokens> {
  const { agent, family, generation } = identity
  const { ledger, n, id, organization, dialect } = agent
  const claims = {
    id,
    organization,
    dialect,
    profile: formatId({ ledger, n: agent.profile }),
    key: formatId({ ledger, n: agent.key }),
  }
  const issuedAt = Math.floor(ports.now() / 1_000)
  const version = Math.max(ring.current, identity.ringVersion ?? 0)
  const [accessToken, refreshToken] = await Promise.all([
    ring.signAgentToken(claims, issuedAt),
    formatRefreshToken(ring, { ledger, agent: n, family, generation }, version),
  ])
  return { accessToken, expiresInSeconds: ACCESS_TOKEN_LIFETIME_SECONDS, refreshToken }
}
