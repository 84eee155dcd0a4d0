/**
 * Promises 1 to 3 (docs/concepts.md#promises): N uses means N; a use is spent exactly when an agent exists; a retry is
 * free. The redemptions of a flush are decided one after the other, each on what the ledger holds and what those before
 * it were granted. Then all are written by a few statements in the flush's transaction: count, agents and audit commit
 * together or not at all.
 */

import type { Binding, CertificateGrant } from '../../../../core/enrollment/ledger/certificate.ts'
import type { RedemptionRequest, RedemptionResult } from '../../../../core/enrollment/ledger/redemption.ts'
import { type Counts, type DecisionState, decide } from '../../../../core/enrollment/ledger/rules/decide.ts'
import { describeIdentity } from '../../../../core/enrollment/ledger/rules/identity.ts'
import type { SlotFacts } from '../../../../core/enrollment/ledger/rules/slots.ts'
import { resolveGrant } from '../../../../core/enrollment/profiles/grant.ts'
import { networkOf } from '../../../../core/kernel/address.ts'
import { agentUuid, MAX_AGENT } from '../../../../core/kernel/ids.ts'
import { type Outcome, ok, refuse } from '../../../../core/kernel/outcome.ts'
import type { RefusalReason } from '../../../../core/kernel/refusal-reason.ts'
import { eventId } from '../../../../core/kernel/time/event-id.ts'
import { allotCertificate, rebind, setNewestCertificate } from '../certificates.ts'
import { comparisonOf, countHolds, enqueueOfKey } from '../holds/holds.ts'
import { NEW_CLAIM_REASONS, pauseIfNeeded } from '../holds/pauses.ts'
import { type Counted, count } from '../outbox/counters.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'
import { type Claim, insertAgents, type Policy, selectClaims, selectKey } from '../tables/queries.ts'
import type { AgentBody, ClaimedAgent, Enrollment, KeyRow, NewAgent } from '../tables/rows.ts'
import { boundTo } from './bound.ts'
import { adoptRingVersion, identity as identityOf, reviveFamily } from './families.ts'
import { causeOf, claimOf, FlushHolds } from './flush-holds.ts'
import { FlushSlots, type SlotAttempt } from './flush-slots.ts'
import { isLimited, limitedFor } from './rates.ts'
import { countRefusal } from './refusals.ts'
import { openTarget, spend, type Target } from './target.ts'

type Situation = {
  readonly target: Target | null
  readonly prior: ClaimedAgent | null
  readonly state: DecisionState
}

type Refused = {
  readonly key: KeyRow | null
  readonly request: RedemptionRequest
  readonly reason: RefusalReason
}

const NO_COUNTS: Counts = {
  heldByNetwork: () => 0,
  pending: () => 0,
  pendingOfNetwork: () => 0,
  limitedFor: () => 0,
  slot: () => 'open',
}

/** Of one flush, and of no other: what it has read stays true only while nothing else writes. */
export class Redemptions {
  readonly #store: LedgerStore
  readonly #now: number
  readonly #holds: FlushHolds
  readonly #slots: FlushSlots
  readonly #targets = new Map<number, Target | null>()
  readonly #claims = new Map<string, ClaimedAgent>()
  readonly #changed = new Set<Target>()
  readonly #agents: NewAgent[] = []
  readonly #refused: Refused[] = []
  #last: number | null = null

  constructor(store: LedgerStore, now: number, mode: 'write' | 'read' = 'write') {
    this.#store = store
    this.#now = now
    this.#slots = new FlushSlots(store, now)
    this.#holds = new FlushHolds(store, now, mode, (target) => this.#changed.add(target))
  }

  /** Decides all, in their order, then writes down what was decided; then this is done with. */
  redeemAll(requests: readonly RedemptionRequest[]): PromiseSettledResult<Outcome<RedemptionResult>>[] {
    this.#recall(requests.map(({ key, claimHash }) => [key, claimHash]))
    const results = requests.map((request): PromiseSettledResult<Outcome<RedemptionResult>> => {
      try {
        return { status: 'fulfilled', value: this.#redeem(request) }
      } catch (reason) {
        return { status: 'rejected', reason }
      }
    })
    this.#write()
    count(this.#store, results.flatMap(countedOf))
    return results
  }

  /** What a redemption with this claim would be decided on. */
  examine(
    key: number,
    claimHash: string | null,
    address: string | null,
    about: SlotFacts & Pick<RedemptionRequest, 'identity'>,
  ): Situation {
    this.#recall([[key, claimHash]])
    return this.#situation({ key, claimHash, address, ...about }, null)
  }

  #redeem(request: RedemptionRequest): Outcome<RedemptionResult> {
    const { target, prior, state } = this.#situation(request, request.codeHash)
    const { address, claimHash, identity, intent = 'enroll' } = request
    const asked = { address, intent, hasClaim: claimHash !== null, ...(identity && { identity }) }
    const decision = decide(state, asked, this.#now)
    if (decision.kind === 'identity_needed') return ok(decision)
    if (decision.kind === 'refused') {
      const { reason, retryAfterMilliseconds } = decision
      return ok({
        ...this.#refuse(target, request, reason),
        ...(retryAfterMilliseconds !== undefined && { retryAfterMilliseconds }),
      })
    }
    if (!target?.profile) throw new Error('a redemption was granted without a key')
    if (decision.kind === 'held') return ok(this.#holds.answer(request, decision.hold))
    if (decision.kind === 'cancelled') return ok(this.#holds.cancel(target, request))
    const { issuer } = target.facts
    if (request.binding && issuer !== null && issuer !== request.binding.issuer) {
      return ok({ kind: 'issuer_needed', issuer })
    }
    if (request.binding?.isUnavailable) return ok(this.#refuse(target, request, 'issuer_unavailable'))
    if (decision.kind === 'hold') {
      this.#slots.hold(target, request)
      return ok(this.#holds.open(target, request, decision.hold))
    }
    if (decision.kind === 'new') return this.#grant(target, target.profile, request)
    if (decision.kind === 'pick_up') return this.#pickUp(target, target.profile, request)
    if (!prior) throw new Error('a redemption repeats none')
    return ok(this.#repeat(prior, target.profile, issuer, request))
  }

  #refuse(
    target: Target | null,
    request: RedemptionRequest,
    reason: RefusalReason,
  ): RedemptionResult & { readonly kind: 'refused' } {
    this.#refused.push({ key: target?.key ?? null, request, reason })
    return { kind: 'refused', reason }
  }

  #pickUp(target: Target, profile: Policy, request: RedemptionRequest): Outcome<RedemptionResult> {
    const granted = this.#grant(target, profile, request)
    if (!granted.ok) return granted
    this.#holds.end(target, request)
    const detail = { comparison: comparisonOf(claimOf(request)), use: target.facts.uses }
    enqueueOfKey(this.#store, this.#now, target.facts, 'use.confirmed', causeOf(request), detail)
    return granted
  }

  /** A key without rules is not counted. */
  #countsOf(target: Target | null, attempt: SlotAttempt & Pick<RedemptionRequest, 'address'>): Counts {
    if (!target?.facts.rules) return NO_COUNTS
    const { facts } = target
    const { address } = attempt
    const { sql } = this.#store
    const { n } = facts
    const inFlush = () => this.#agents.filter((agent) => agent.key === n)
    const network = address === null ? undefined : networkOf(address)
    return {
      heldByNetwork: () => countHolds(sql, n, this.#now, { ...(network !== undefined && { network }) }),
      pending: () => countHolds(sql, n, this.#now, { isPending: true }),
      pendingOfNetwork: () =>
        countHolds(sql, n, this.#now, { isPending: true, ...(network !== undefined && { network }) }),
      limitedFor: () => limitedFor(sql, facts, inFlush(), network ?? null, this.#now),
      slot: () => this.#slots.of(target, attempt),
    }
  }

  #situation(
    attempt: SlotAttempt & Pick<RedemptionRequest, 'key' | 'binding' | 'identity' | 'address'>,
    codeHash: string | null,
  ): Situation {
    const { key: n, claimHash, binding, identity } = attempt
    const named = this.#target(n)
    const target = named && (codeHash === null || named.key.code_hash === codeHash) ? named : null
    const prior = (target && claimHash !== null && this.#claims.get(claimName(n, claimHash))) || null
    const bound = boundTo({ binding, identity })
    const state = {
      profile: target?.profile ?? null,
      key: target?.facts ?? null,
      prior: prior && {
        agent: prior.n,
        isRevoked: prior.state === 'revoked',
        isDisabled: prior.is_enabled === 0,
        isBoundElsewhere: bound !== null && prior.binding !== bound && prior.may_rebind === 0,
      },
      hold: target && this.#holds.of(target, claimHash, bound),
      isDenied: target !== null && this.#holds.isDenied(target, claimHash),
      counts: this.#countsOf(target, attempt),
    }
    return { target, prior, state }
  }

  #target(n: number): Target | null {
    const known = this.#targets.get(n)
    if (known !== undefined) return known
    const key = selectKey(this.#store.sql, n)
    const target = key && openTarget(this.#store, key, this.#now)
    this.#targets.set(n, target)
    if (target) this.#holds.lapse(target)
    return target
  }

  /** Looks up at once what agents the claims have. */
  #recall(claims: readonly (readonly [key: number, claimHash: string | null])[]): void {
    const named = claims.filter((claim): claim is Claim => claim[1] !== null)
    if (named.length === 0) return
    for (const agent of selectClaims(this.#store.sql, named)) this.#remember(agent)
  }

  #remember(agent: ClaimedAgent): void {
    if (agent.claim_hash !== null) this.#claims.set(claimName(agent.key, agent.claim_hash), agent)
  }

  #write(): void {
    for (const target of this.#changed) spend(this.#store, target, this.#now)
    insertAgents(this.#store.sql, this.#agents)
    for (const { key, request, reason } of this.#refused) {
      countRefusal(this.#store, this.#now, key, request, reason)
    }
    this.#pause()
  }

  /** In the flush that saw it; those that it refused, or let in, before are as they are. */
  #pause(): void {
    const named = this.#refused.filter(({ reason }) => NEW_CLAIM_REASONS.has(reason))
    for (const n of new Set(named.map(({ request }) => request.key))) {
      const target = this.#targets.get(n)
      const cause = named.find(({ request }) => request.key === n)?.request
      if (target?.facts.rules && cause) pauseIfNeeded(this.#store, this.#now, target.facts, causeOf(cause))
    }
  }

  /** The same agent; a further certificate when its public key asks for one. */
  #repeat(
    prior: ClaimedAgent,
    profile: Policy,
    issuer: number | null,
    request: RedemptionRequest,
  ): RedemptionResult {
    const { binding } = request
    const store = this.#store
    const now = this.#now
    const { hostname } = prior
    const known = adoptRingVersion(store, reviveFamily(store, prior), request.ringVersion)
    // What comes later in this flush finds the family as it is now, and no allowance any more.
    if (known !== prior) this.#remember(known)
    const bound = boundTo(request)
    if (bound !== null && prior.binding !== bound) {
      rebind(store, now, prior, bound, request)
      this.#remember({ ...known, binding: bound, may_rebind: 0 })
    }
    const certificate = this.#certify(prior.n, issuer, binding, profile)
    if (certificate) setNewestCertificate(store, now, prior.n, certificate.n)
    return { kind: 'repeat', ...identityOf(store, profile, known), hostname, certificate }
  }

  #certify(
    agent: number,
    issuer: number | null,
    binding: Binding | undefined,
    { certificates: policy }: Policy,
  ): CertificateGrant | null {
    if (!binding || issuer === null) return null
    return allotCertificate(this.#store, this.#now, { agent, issuer, binding, policy })
  }

  #grant(target: Target, profile: Policy, request: RedemptionRequest): Outcome<RedemptionResult> {
    const store = this.#store
    const now = this.#now
    this.#last ??= store.lastAgent()
    const n = this.#last + 1
    if (n > MAX_AGENT) return refuse({ kind: 'limit_reached', what: 'agent' })
    const use = target.facts.uses + 1
    const hostname = request.hostname ?? `${target.facts.name}-${use}`
    const body: AgentBody = {
      organization: store.organization,
      dialect: profile.dialect,
      hostname,
      grant: resolveGrant(profile.grant, request.wishes),
      attributes: {},
      tags: target.facts.tags,
      enrolledFrom: request.address,
      updatedAt: null,
      updatedBy: null,
    }
    const certificate = this.#certify(n, target.facts.issuer, request.binding, profile)
    const identity = describeIdentity(target.facts.rules?.identity ?? [], request.identity)
    const enrollment: Enrollment = {
      event: eventId(now),
      request: request.request,
      ...(identity && { identity }),
    }
    const agent: NewAgent = {
      n,
      key: target.key.n,
      profile: profile.n,
      use_number: use,
      uuid: agentUuid({ ledger: store.ledger, n }, crypto.getRandomValues(new Uint8Array(8))),
      claim_hash: request.claimHash,
      hostname,
      is_enabled: 1,
      binding: boundTo(request),
      may_rebind: 0,
      certificate: certificate?.n ?? null,
      state: 'active',
      enrolled_at: now,
      family: 1,
      generation: 1,
      is_family_revoked: 0,
      family_fence: null,
      ring_version: request.ringVersion,
      body: JSON.stringify(body),
      facts: request.facts,
      enrollment: JSON.stringify(enrollment),
      limited: isLimited(target.facts.rules)
        ? { network: request.address === null ? null : networkOf(request.address) }
        : null,
    }
    this.#slots.fill(target, request, n)
    // Nothing below fails: a redemption counts for those after it whole, or not at all.
    this.#last = n
    target.facts.uses = use
    target.written.uses++
    target.written.from = request.address
    this.#changed.add(target)
    this.#agents.push(agent)
    this.#remember(agent)
    return ok({ kind: 'new', ...identityOf(store, profile, agent), hostname, certificate })
  }
}

/** New ones are counted by their agents' numbers. */
function countedOf(result: PromiseSettledResult<Outcome<RedemptionResult>>): Counted[] {
  if (result.status === 'rejected' || !result.value.ok) return []
  const { value } = result.value
  if (value.kind === 'repeat') return ['redemptions.repeat']
  return value.kind === 'refused' ? [`redemptions.refused.${value.reason}`] : []
}

function claimName(key: number, claimHash: string): string {
  return `${key} ${claimHash}`
}
