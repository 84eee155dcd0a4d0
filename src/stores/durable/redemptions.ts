/**
 * Promises 1 to 3: N uses means N; a use is spent exactly when an agent exists; a retry is free. The redemptions of a
 * flush are decided one after the other, each on what the ledger holds and what those before it were granted. Then all
 * are written by a few statements in the flush's transaction: count, agents and audit commit together or not at all.
 */
import { agentUuid, formatId, MAX_AGENT } from '../../core/ids.ts'
import { type DecisionState, decide, type RefusalReason } from '../../core/ledger/decide.ts'
import type { Identity, RedemptionRequest, RedemptionResult } from '../../core/ledger/port.ts'
import { type Outcome, ok, refuse } from '../../core/outcome.ts'
import { resolveGrant } from '../../core/profiles/grant.ts'
import type { Book, Note } from './book.ts'
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

type Prior = Omit<AgentRow, 'body'>

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
    const { key, profile, prior, state } = this.gather(request.key, request.claimHash, request.codeHash)
    const decision = decide(state, request, now)
    if (decision.kind === 'refused') {
      this.#refused.push({ key, request, reason: decision.reason })
      return ok(decision)
    }
    if (decision.kind === 'repeat' && prior && profile) {
      return ok({ kind: 'repeat', ...identity(this.#book, profile, reviveFamily(this.#book, prior)) })
    }
    if (!key || !profile) throw new Error('a redemption was granted without a key')
    return this.#grant(key, profile, request, now)
  }

  /** What a redemption is decided on. */
  gather(n: number, claimHash: string | null, codeHash: string | null): Facts {
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
        key: known && {
          ...known,
          isRevoked: known.revokedAt !== null,
          isSuspended: known.suspendedAt !== null,
        },
        prior: prior && { agent: prior.n, isRevoked: prior.state === 'revoked' },
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

  #grant(key: KeyRow, profile: Policy, request: RedemptionRequest, now: number): Outcome<RedemptionResult> {
    const book = this.#book
    this.#last ??= book.sql
      .exec<{ last: number }>(
        'SELECT max(coalesce(max(n), 0), (SELECT last_agent FROM ledger)) AS last FROM agents',
      )
      .one().last
    const n = this.#last + 1
    if (n > MAX_AGENT) return refuse({ kind: 'limit_reached', what: 'agent' })
    const use = key.uses + 1
    const body: AgentBody = {
      organization: book.organization,
      dialect: profile.dialect,
      hostname: request.hostname,
      facts: request.facts,
      grant: resolveGrant(profile.grant, request.wishes),
      enrolledFrom: request.address,
    }
    const uuid = agentUuid({ ledger: book.ledger, n }, crypto.getRandomValues(new Uint8Array(8)))
    const cause = {
      actor: { kind: 'agent', id: formatId({ ledger: book.ledger, n }) },
      request: request.request,
    } as const
    const subject = { kind: 'agent', id: uuid, name: request.hostname }
    const detail = { key: formatId({ ledger: book.ledger, n: key.n }), use }
    const event = book.event(now, 'agent.enroll', cause, subject, detail)
    const agent: Prior = {
      n,
      key: key.n,
      profile: profile.n,
      use_number: use,
      uuid,
      claim_hash: request.claimHash,
      state: 'active',
      ended_at: null,
      revoked_at: null,
      enrolled_at: now,
      seen_at: now,
      family: 1,
      generation: 1,
      is_family_revoked: 0,
      family_fence: null,
      ring_version: null,
      version: 1,
    }
    // Nothing below fails: a redemption counts for those after it whole, or not at all.
    this.#last = n
    key.uses = use
    this.#spent.set(key, (this.#spent.get(key) ?? 0) + 1)
    this.#agents.push({ ...agent, body })
    this.#notes.push({ kind: 'agent', n, event })
    if (request.claimHash !== null) this.#claims.set(claimName(key.n, request.claimHash), agent)
    return ok({ kind: 'new', ...identity(book, profile, agent) })
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
    return found[0] ?? null
  }
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

/** A restored family may have gone on since the backup: its successor's number is none of those that followed. */
const FAMILIES_SKIPPED = 1_000

/** A family that was revoked or came from a backup is succeeded by a new one: the claim is the better proof. */
function reviveFamily(book: Book, agent: Prior): Prior {
  if (!agent.is_family_revoked && agent.family_fence === null) return agent
  book.sql.exec(
    `UPDATE agents SET family = family + ?, generation = 1, is_family_revoked = 0, family_fence = NULL WHERE n = ?`,
    agent.family_fence === null ? 1 : FAMILIES_SKIPPED,
    agent.n,
  )
  return selectAgent(book.sql, agent.n) ?? agent
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
