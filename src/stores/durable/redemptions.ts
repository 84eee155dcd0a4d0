/**
 * Promises 1 to 3: N uses means N; a use is spent exactly when an agent exists; a retry is free. The redemptions of a
 * flush are decided one after the other, each on what the ledger holds and what those before it were granted. Then all
 * are written by a few statements in the flush's transaction: count, agents and audit commit together or not at all.
 */
import { agentUuid, formatId, MAX_AGENT } from '../../core/ids.ts'
import { type DecisionState, decide, type RefusalReason } from '../../core/ledger/decide.ts'
import type {
  Binding,
  CertificateGrant,
  Identity,
  RedemptionRequest,
  RedemptionResult,
} from '../../core/ledger/port.ts'
import { type Outcome, ok, refuse } from '../../core/outcome.ts'
import { resolveGrant } from '../../core/profiles/grant.ts'
import type { Book, Note } from './book.ts'
import { allotCertificate, noteNewest, revokeCertificatesOf } from './certificates.ts'
import { countRefusal } from './refusals.ts'
import {
  type AgentBody,
  type AgentRow,
  insertAgents,
  type KeyRow,
  type NewAgent,
  type Policy,
  selectAgent,
  selectKey,
  selectPolicy,
  toKey,
} from './rows.ts'

type Prior = Omit<AgentRow, 'body'> & { readonly hostname: string }

type Facts = {
  readonly key: KeyRow | null
  readonly profile: Policy | null
  readonly prior: Prior | null
  readonly state: DecisionState
}

type Refused = {
  readonly key: KeyRow | null
  readonly request: RedemptionRequest
  readonly reason: RefusalReason
}

/** Of one flush, and of no other: what it has read stays true only while nobody else writes. */
export class Redemptions {
  readonly #book: Book
  readonly #keys = new Map<number, KeyRow | null>()
  readonly #policies = new Map<number, Policy | null>()
  readonly #spent = new Map<KeyRow, number>()
  readonly #agents: NewAgent[] = []
  readonly #notes: Note[] = []
  readonly #claims = new Map<string, Prior>()
  readonly #refused: Refused[] = []
  #last: number | null = null

  constructor(book: Book) {
    this.#book = book
  }

  redeem(request: RedemptionRequest, now: number): Outcome<RedemptionResult> {
    const { key, profile, prior, state } = this.gather(request, request.codeHash)
    const decision = decide(state, request, now)
    if (decision.kind === 'refused') {
      this.#refused.push({ key, request, reason: decision.reason })
      return ok(decision)
    }
    if (!key || !profile) throw new Error('a redemption was granted without a key')
    const { issuer } = toKey(this.#book.ledger, key)
    if (request.binding && issuer !== null && issuer !== request.binding.issuer) {
      return ok({ kind: 'issuer_needed', issuer })
    }
    if (decision.kind === 'new') return this.#grant(key, profile, issuer, request, now)
    if (!prior) throw new Error('a redemption was repeated that nobody made')
    return ok(this.#repeat(prior, profile, issuer, request, now))
  }

  /** What a redemption is decided on. */
  gather(asked: Pick<RedemptionRequest, 'key' | 'claimHash' | 'binding'>, codeHash: string | null): Facts {
    const { key: n, claimHash, binding } = asked
    const row = remembered(this.#keys, n, () => selectKey(this.#book.sql, n))
    const key = row && (codeHash === null || row.code_hash === codeHash) ? row : null
    const profile =
      key && remembered(this.#policies, key.profile, () => selectPolicy(this.#book.sql, key.profile))
    const prior = key && claimHash !== null ? this.#agentOfClaim(key.n, claimHash) : null
    const known = key && toKey(this.#book.ledger, key)
    return {
      key,
      profile,
      prior,
      state: {
        profile,
        key: known && { ...known, isRevoked: known.revokedAt !== null },
        prior: prior && {
          agent: prior.n,
          isRevoked: prior.state === 'revoked',
          isBoundElsewhere: binding !== undefined && prior.binding !== binding.hash && prior.may_rebind === 0,
        },
      },
    }
  }

  /** Writes down all that was decided; then this is done with. */
  write(now: number): void {
    for (const [key, times] of this.#spent) spend(this.#book, key, times, now)
    insertAgents(this.#book.sql, this.#agents)
    this.#book.noteAll(now, this.#notes)
    for (const { key, request, reason } of this.#refused) countRefusal(this.#book, key, request, reason, now)
  }

  /** The same agent; a further certificate when its public key asks for one. */
  #repeat(
    prior: Prior,
    profile: Policy,
    issuer: number | null,
    request: RedemptionRequest,
    now: number,
  ): RedemptionResult {
    const { binding } = request
    const book = this.#book
    const { hostname } = prior
    const known = reviveFamily(book, prior)
    if (binding && prior.binding !== binding.hash) rebind(book, prior, binding.hash, request, now)
    const certificate = this.#certify(prior.n, issuer, binding, now)
    if (certificate) noteNewest(book, prior.n, certificate.n, now)
    return { kind: 'repeat', ...identity(book, profile, known), hostname, certificate }
  }

  #certify(
    agent: number,
    issuer: number | null,
    binding: Binding | undefined,
    now: number,
  ): CertificateGrant | null {
    if (!binding || issuer === null) return null
    return allotCertificate(this.#book, { agent, issuer, binding }, now)
  }

  #grant(
    key: KeyRow,
    profile: Policy,
    issuer: number | null,
    request: RedemptionRequest,
    now: number,
  ): Outcome<RedemptionResult> {
    const book = this.#book
    this.#last ??= book.sql
      .exec<{ last: number }>('SELECT coalesce(max(n), 0) AS last FROM agents')
      .one().last
    const n = this.#last + 1
    if (n > MAX_AGENT) return refuse({ kind: 'limit_reached', what: 'agent' })
    const use = key.uses + 1
    const hostname = request.hostname ?? `${toKey(book.ledger, key).name}-${use}`
    const body: AgentBody = {
      organization: book.organization,
      dialect: profile.dialect,
      hostname,
      facts: request.facts,
      grant: resolveGrant(profile.grant, request.wishes),
      attributes: {},
      enrolledFrom: request.address,
      updatedAt: null,
      updatedBy: null,
    }
    const uuid = agentUuid({ ledger: book.ledger, n }, crypto.getRandomValues(new Uint8Array(8)))
    const cause = {
      actor: { kind: 'agent', id: formatId({ ledger: book.ledger, n }) },
      request: request.request,
    } as const
    const subject = { kind: 'agent', id: uuid, name: hostname }
    const detail = { key: formatId({ ledger: book.ledger, n: key.n }), use }
    const event = book.event(now, 'agent.enroll', cause, subject, detail)
    const certificate = this.#certify(n, issuer, request.binding, now)
    const agent: Prior = {
      n,
      key: key.n,
      profile: profile.n,
      use_number: use,
      uuid,
      claim_hash: request.claimHash,
      hostname,
      binding: request.binding?.hash ?? null,
      may_rebind: 0,
      certificate: certificate?.n ?? null,
      state: 'active',
      ended_at: null,
      revoked_at: null,
      enrolled_at: now,
      seen_at: now,
      family: 1,
      generation: 1,
      is_family_revoked: 0,
      version: 1,
    }
    // Nothing below fails: a redemption counts for those after it whole, or not at all.
    this.#last = n
    key.uses = use
    this.#spent.set(key, (this.#spent.get(key) ?? 0) + 1)
    const { hostname: _, ...row } = agent
    this.#agents.push({ ...row, body })
    this.#notes.push({ kind: 'agent', n, event })
    if (request.claimHash !== null) this.#claims.set(claimName(key.n, request.claimHash), agent)
    return ok({ kind: 'new', ...identity(book, profile, agent), hostname, certificate })
  }

  #agentOfClaim(key: number, claimHash: string): Prior | null {
    const made = this.#claims.get(claimName(key, claimHash))
    if (made) return made
    const found = this.#book.sql
      .exec<AgentRow>(
        'SELECT * FROM agents WHERE key = ? AND claim_hash = ? AND ended_at IS NULL',
        key,
        claimHash,
      )
      .toArray()
    return found[0] ? priorOf(found[0]) : null
  }
}

function priorOf({ body, ...row }: AgentRow): Prior {
  return { ...row, hostname: (JSON.parse(body) as AgentBody).hostname }
}

/** What was decided must be what the storage holds: anything else fails the whole flush, loudly. */
function spend(book: Book, key: KeyRow, times: number, now: number): void {
  const [spent] = book.sql
    .exec<{ uses: number }>(
      `UPDATE keys SET uses = uses + ?1, last_redeemed_at = ?2, version = version + ?1
       WHERE n = ?3 AND (max_uses IS NULL OR uses + ?1 <= max_uses) RETURNING uses`,
      times,
      now,
      key.n,
    )
    .toArray()
  if (spent?.uses !== key.uses) throw new Error('a key was not used as often as was decided')
}

/** A family that was revoked for a replayed token is succeeded by a new one: the claim is the better proof. */
function reviveFamily(book: Book, agent: Prior): Prior {
  if (!agent.is_family_revoked) return agent
  book.sql.exec(
    'UPDATE agents SET family = family + 1, generation = 1, is_family_revoked = 0 WHERE n = ?',
    agent.n,
  )
  const after = selectAgent(book.sql, agent.n)
  return after ? priorOf(after) : agent
}

/** As an operator allowed, once: what the public key before was given, ends. */
function rebind(book: Book, agent: Prior, hash: string, { request }: RedemptionRequest, now: number): void {
  revokeCertificatesOf(book, agent.n, now)
  book.sql.exec(
    'UPDATE agents SET binding = ?, may_rebind = 0, version = version + 1 WHERE n = ?',
    hash,
    agent.n,
  )
  const cause = {
    actor: { kind: 'agent', id: formatId({ ledger: book.ledger, n: agent.n }) },
    request,
  } as const
  const subject = { kind: 'agent', id: agent.uuid, name: agent.hostname }
  book.note(now, 'agent', agent.n, book.event(now, 'agent.rebind', cause, subject))
}

export function identity(
  book: Book,
  profile: Pick<Policy, 'n' | 'dialect'>,
  agent: Pick<AgentRow, 'n' | 'uuid' | 'key' | 'family' | 'generation'>,
): Identity {
  const { ledger, organization } = book
  const { n, uuid: id, key, family, generation } = agent
  return {
    agent: { ledger, n, id, organization, dialect: profile.dialect, profile: profile.n, key },
    family,
    generation,
  }
}

function claimName(key: number, claimHash: string): string {
  return `${key} ${claimHash}`
}

function remembered<T>(known: Map<number, T>, n: number, read: () => T): T {
  if (!known.has(n)) known.set(n, read())
  return known.get(n) as T
}
