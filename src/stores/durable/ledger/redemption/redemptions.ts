/**
 * Promises 1 to 3 (docs/concepts.md#promises): N uses means N; a use is spent exactly when an agent exists; a retry is
 * free. The redemptions of a flush are decided one after the other, each on what the ledger holds and what those before
 * it were granted. Then all are written by a few statements in the flush's transaction: count, agents and audit commit
 * together or not at all.
 */

import type { Binding, CertificateGrant } from '../../../../core/enrollment/ledger/certificate.ts'
import { type DecisionState, decide } from '../../../../core/enrollment/ledger/decide.ts'
import type { EnrollmentKey } from '../../../../core/enrollment/ledger/key.ts'
import type { RedemptionRequest, RedemptionResult } from '../../../../core/enrollment/ledger/redemption.ts'
import { resolveGrant } from '../../../../core/enrollment/profiles/grant.ts'
import { eventId } from '../../../../core/kernel/event-id.ts'
import { agentUuid, MAX_AGENT } from '../../../../core/kernel/ids.ts'
import { type Outcome, ok, refuse } from '../../../../core/kernel/outcome.ts'
import type { RefusalReason } from '../../../../core/kernel/refusal-reason.ts'
import { allotCertificate, rebind, setNewestCertificate } from '../certificates.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'
import {
  type Claim,
  insertAgents,
  type Policy,
  selectClaims,
  selectKey,
  selectPolicy,
} from '../tables/queries.ts'
import {
  type AgentBody,
  type ClaimedAgent,
  type Enrollment,
  type KeyRow,
  type NewAgent,
  toKey,
} from '../tables/rows.ts'
import { adoptRingVersion, identity, reviveFamily } from './families.ts'
import { countRefusal } from './refusals.ts'

type KeyFacts = NonNullable<DecisionState['key']> & Pick<EnrollmentKey, 'name' | 'issuer'> & { uses: number }

/** A key, what its profile says, and what is decided on. */
type Target = { readonly key: KeyRow; readonly profile: Policy | null; readonly facts: KeyFacts }

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

/** Of one flush, and of no other: what it has read stays true only while nobody else writes. */
export class Redemptions {
  readonly #store: LedgerStore
  readonly #targets = new Map<number, Target | null>()
  readonly #claims = new Map<string, ClaimedAgent>()
  readonly #spent = new Map<Target, number>()
  readonly #agents: NewAgent[] = []
  readonly #refused: Refused[] = []
  #last: number | null = null

  constructor(store: LedgerStore) {
    this.#store = store
  }

  /** Decides all, in their order, then writes down what was decided; then this is done with. */
  redeemAll(
    requests: readonly RedemptionRequest[],
    now: number,
  ): PromiseSettledResult<Outcome<RedemptionResult>>[] {
    this.#recall(requests.map(({ key, claimHash }) => [key, claimHash]))
    const results = requests.map((request): PromiseSettledResult<Outcome<RedemptionResult>> => {
      try {
        return { status: 'fulfilled', value: this.#redeem(request, now) }
      } catch (reason) {
        return { status: 'rejected', reason }
      }
    })
    this.#write(now)
    return results
  }

  /** What a redemption with this claim would be decided on. */
  examine(key: number, claimHash: string | null): Situation {
    this.#recall([[key, claimHash]])
    return this.#situation({ key, claimHash }, null)
  }

  #redeem(request: RedemptionRequest, now: number): Outcome<RedemptionResult> {
    const { target, prior, state } = this.#situation(request, request.codeHash)
    const decision = decide(state, request, now)
    if (decision.kind === 'refused') return ok(this.#refuse(target, request, decision.reason))
    if (!target?.profile) throw new Error('a redemption was granted without a key')
    const { issuer } = target.facts
    if (request.binding && issuer !== null && issuer !== request.binding.issuer) {
      return ok({ kind: 'issuer_needed', issuer })
    }
    if (request.binding?.isUnavailable) return ok(this.#refuse(target, request, 'issuer_unavailable'))
    if (decision.kind === 'new') return this.#grant(target, target.profile, request, now)
    if (!prior) throw new Error('a redemption repeats none')
    return ok(this.#repeat(prior, target.profile, issuer, request, now))
  }

  #refuse(target: Target | null, request: RedemptionRequest, reason: RefusalReason): RedemptionResult {
    this.#refused.push({ key: target?.key ?? null, request, reason })
    return { kind: 'refused', reason }
  }

  #situation(
    { key: n, claimHash, binding }: Pick<RedemptionRequest, 'key' | 'claimHash' | 'binding'>,
    codeHash: string | null,
  ): Situation {
    const named = this.#target(n)
    const target = named && (codeHash === null || named.key.code_hash === codeHash) ? named : null
    const prior = (target && claimHash !== null && this.#claims.get(claimName(n, claimHash))) || null
    const state = {
      profile: target?.profile ?? null,
      key: target?.facts ?? null,
      prior: prior && {
        agent: prior.n,
        isRevoked: prior.state === 'revoked',
        isDisabled: prior.is_enabled === 0,
        isBoundElsewhere: binding !== undefined && prior.binding !== binding.hash && prior.may_rebind === 0,
      },
    }
    return { target, prior, state }
  }

  #target(n: number): Target | null {
    const known = this.#targets.get(n)
    if (known !== undefined) return known
    const key = selectKey(this.#store.sql, n)
    const target = key && {
      key,
      profile: selectPolicy(this.#store.sql, key.profile),
      facts: {
        ...toKey(this.#store.ledger, key),
        isRevoked: key.revoked_at !== null,
        isSuspended: key.suspended_at !== null,
      },
    }
    this.#targets.set(n, target)
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

  #write(now: number): void {
    for (const [{ key, facts }, times] of this.#spent) spend(this.#store, key, times, facts.uses, now)
    insertAgents(this.#store.sql, this.#agents)
    for (const { key, request, reason } of this.#refused) countRefusal(this.#store, now, key, request, reason)
  }

  /** The same agent; a further certificate when its public key asks for one. */
  #repeat(
    prior: ClaimedAgent,
    profile: Policy,
    issuer: number | null,
    request: RedemptionRequest,
    now: number,
  ): RedemptionResult {
    const { binding } = request
    const store = this.#store
    const { hostname } = prior
    const known = adoptRingVersion(store, reviveFamily(store, prior), request.ringVersion)
    // What comes later in this flush finds the family as it is now, and no allowance any more.
    if (known !== prior) this.#remember(known)
    if (binding && prior.binding !== binding.hash) {
      rebind(store, now, prior, binding.hash, request)
      this.#remember({ ...known, binding: binding.hash, may_rebind: 0 })
    }
    const certificate = this.#certify(prior.n, issuer, binding, now)
    if (certificate) setNewestCertificate(store, now, prior.n, certificate.n)
    return { kind: 'repeat', ...identity(store, profile, known), hostname, certificate }
  }

  #certify(
    agent: number,
    issuer: number | null,
    binding: Binding | undefined,
    now: number,
  ): CertificateGrant | null {
    if (!binding || issuer === null) return null
    return allotCertificate(this.#store, now, { agent, issuer, binding })
  }

  #grant(
    target: Target,
    profile: Policy,
    request: RedemptionRequest,
    now: number,
  ): Outcome<RedemptionResult> {
    const store = this.#store
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
      enrolledFrom: request.address,
      updatedAt: null,
      updatedBy: null,
    }
    const certificate = this.#certify(n, target.facts.issuer, request.binding, now)
    const enrollment: Enrollment = { event: eventId(now), request: request.request }
    const agent: NewAgent = {
      n,
      key: target.key.n,
      profile: profile.n,
      use_number: use,
      uuid: agentUuid({ ledger: store.ledger, n }, crypto.getRandomValues(new Uint8Array(8))),
      claim_hash: request.claimHash,
      hostname,
      is_enabled: 1,
      binding: request.binding?.hash ?? null,
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
    }
    // Nothing below fails: a redemption counts for those after it whole, or not at all.
    this.#last = n
    target.facts.uses = use
    this.#spent.set(target, (this.#spent.get(target) ?? 0) + 1)
    this.#agents.push(agent)
    this.#remember(agent)
    return ok({ kind: 'new', ...identity(store, profile, agent), hostname, certificate })
  }
}

/** What was decided must be what the storage holds: anything else fails the whole flush, loudly. */
function spend(store: LedgerStore, key: KeyRow, times: number, uses: number, now: number): void {
  const [spent] = store.sql
    .exec<{ uses: number }>(
      `UPDATE keys SET uses = uses + ?1, last_redeemed_at = ?2, version = version + ?1
       WHERE n = ?3 AND (max_uses IS NULL OR uses + ?1 <= max_uses) RETURNING uses`,
      times,
      now,
      key.n,
    )
    .toArray()
  if (spent?.uses !== uses) throw new Error('a key was not used as often as was decided')
}

function claimName(key: number, claimHash: string): string {
  return `${key} ${claimHash}`
}
