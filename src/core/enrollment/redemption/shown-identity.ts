/**
 * A redemption with an identity token. The ledger says by which rules it is verified, and decides again on its own; what it
 * said is kept as a hint, so that it is asked once. An issuer that is away spends nothing: the ledger is not asked.
 */
import { type Faults, type Outcome, refuse } from '../../kernel/outcome.ts'
import type { RedeemPorts } from '../../ports.ts'
import { hashIdentity } from '../codes/code.ts'
import { subjectOf } from '../identity/match.ts'
import { audienceOfKey, type IdentityRule } from '../identity/rule.ts'
import { verifyToken } from '../identity/verify.ts'
import type { RedemptionRequest, RedemptionResult } from '../ledger/redemption.ts'
import { rulesText, type ShownIdentity } from '../ledger/rules/identity.ts'

/** A key's rules may change while its ledger is asked. */
const MAX_TRIES = 3
const RETRY_SECONDS = 5

type Attempted = {
  readonly ledger: number
  readonly request: RedemptionRequest
  /** Of the ring, which the code was made with. */
  readonly codeVersion: number
}

type Granted = Exclude<RedemptionResult, { readonly kind: 'refused' }>
type Answer = Outcome<Granted, Faults<'redemption_refused'>>

/** @param ask the ledger */
export async function withIdentity(
  ports: RedeemPorts,
  { ledger, request, codeVersion }: Attempted,
  token: string,
  ask: (request: RedemptionRequest) => Promise<Answer>,
): Promise<Answer> {
  let rules = ports.identities.hint(ledger, request.key)
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const shown =
      rules === null ? UNVERIFIED : await show(ports, { ledger, request, codeVersion }, token, rules)
    if (shown === 'unavailable') return busy(RETRY_SECONDS)
    const answer = await ask({ ...request, ...shown })
    if (!answer.ok || answer.value.kind !== 'identity_needed') return answer
    rules = answer.value.rules
    ports.identities.saveHint(ledger, request.key, rules)
  }
  return busy(1)
}

function busy(retryAfterSeconds: number) {
  return refuse({ kind: 'busy', retryAfterSeconds })
}

type Shown = { readonly identity: ShownIdentity; readonly claimHash?: string }

const UNVERIFIED: Shown = { identity: { kind: 'unverified' } }

async function show(
  ports: RedeemPorts,
  { ledger, request, codeVersion }: Attempted,
  token: string,
  rules: readonly IdentityRule[],
): Promise<Shown | 'unavailable'> {
  // The key lets in who has its code, as far as is known.
  if (rules.length === 0) return UNVERIFIED
  const { key, claimHash: bindingHash } = request
  if (bindingHash === null) throw new Error('an identity is shown with a claim')
  const audience = audienceOfKey(ports.publicUrl, { ledger, n: key })
  const now = Math.floor(ports.now() / 1_000)
  const verified = await verifyToken(ports.identities, rules, token, audience, now)
  const against = rulesText(rules)
  if (verified.kind === 'unavailable') return 'unavailable'
  if (verified.kind !== 'verified') {
    const reason = verified.kind === 'invalid' ? 'identity_invalid' : 'identity_not_allowed'
    return { identity: { kind: 'refused', against, reason, why: verified.why } }
  }
  const rule = rules[verified.rule]
  if (!rule) throw new Error('a token was verified by no rule')
  const ring = await ports.keyring()
  const subject = subjectOf(rule, verified.values)
  const claimHash = await hashIdentity(ring, codeVersion, { ledger, key }, subject)
  return { identity: { ...verified, against, bindingHash }, claimHash }
}
