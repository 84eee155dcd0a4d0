/**
 * Promises 1 to 3: N uses means N; a use is spent exactly when an agent exists; a retry is free. Everything here
 * runs inside one synchronous transaction: check, count, agent and audit commit together or not at all.
 */
import { agentUuid, formatId, MAX_AGENT } from '../../core/ids.ts'
import { type DecisionState, decide } from '../../core/ledger/decide.ts'
import type { Explanation, Identity, RedemptionRequest, RedemptionResult } from '../../core/ledger/port.ts'
import { type Cause, usesLeft } from '../../core/ledger/records.ts'
import { notFound, type Outcome, ok, refuse } from '../../core/outcome.ts'
import { resolveGrant } from '../../core/profiles/grant.ts'
import type { Book } from './book.ts'
import { countRefusal, refusalsOf } from './refusals.ts'
import {
  type AgentBody,
  type AgentRow,
  type KeyRow,
  type Policy,
  selectAgent,
  selectKey,
  selectPolicy,
  toKey,
} from './rows.ts'

type Facts = {
  readonly key: KeyRow | null
  readonly profile: Policy | null
  readonly prior: AgentRow | null
  readonly state: DecisionState
}

export function redeem(book: Book, request: RedemptionRequest, now: number): Outcome<RedemptionResult> {
  const { key, profile, prior, state } = gather(book, request.key, request.claimHash, request.codeHash)
  const decision = decide(state, request, now)
  if (decision.kind === 'refused') {
    countRefusal(book, key, request, decision.reason, now)
    return ok(decision)
  }
  if (decision.kind === 'repeat' && prior && profile) {
    return ok({ kind: 'repeat', ...identity(book, profile, reviveFamily(book, prior)) })
  }
  if (!key || !profile) throw new Error('a redemption was granted without a key')
  return spend(book, key, profile, request, now)
}

/** What `redeem` would do now; nothing is changed, nothing counted. */
export function explain(
  book: Book,
  n: number,
  claimHash: string | null,
  address: string | null,
  now: number,
): Outcome<Explanation> {
  const { key, prior, state } = gather(book, n, claimHash, null)
  if (!key) return notFound('key')
  const decision = decide(state, { address }, now)
  return ok({
    decision: decision.kind,
    reason: decision.kind === 'refused' ? decision.reason : null,
    agent: prior?.uuid ?? null,
    usesLeft: usesLeft(toKey(book.ledger, key)),
    refusals: refusalsOf(book, n),
  })
}

function gather(book: Book, n: number, claimHash: string | null, codeHash: string | null): Facts {
  const row = selectKey(book.sql, n)
  const key = row && (codeHash === null || row.code_hash === codeHash) ? row : null
  const profile = key && selectPolicy(book.sql, key.profile)
  const prior = key && claimHash !== null ? agentOfClaim(book, key.n, claimHash) : null
  const known = key && toKey(book.ledger, key)
  return {
    key,
    profile,
    prior,
    state: {
      profile,
      key: known && { ...known, isRevoked: known.revokedAt !== null },
      prior: prior && { agent: prior.n, isRevoked: prior.state === 'revoked' },
    },
  }
}

function agentOfClaim(book: Book, key: number, claimHash: string): AgentRow | null {
  const found = book.sql
    .exec<AgentRow>(
      'SELECT * FROM agents WHERE key = ? AND claim_hash = ? AND ended_at IS NULL',
      key,
      claimHash,
    )
    .toArray()
  return found[0] ?? null
}

function spend(
  book: Book,
  key: KeyRow,
  profile: Policy,
  request: RedemptionRequest,
  now: number,
): Outcome<RedemptionResult> {
  const { next } = book.sql.exec<{ next: number }>('SELECT coalesce(max(n), 0) + 1 AS next FROM agents').one()
  if (next > MAX_AGENT) return refuse({ kind: 'limit_reached', what: 'agent' })
  const [spent] = book.sql
    .exec<{ uses: number }>(
      `UPDATE keys SET uses = uses + 1, last_redeemed_at = ?, version = version + 1
       WHERE n = ? AND (max_uses IS NULL OR uses < max_uses) RETURNING uses`,
      now,
      key.n,
    )
    .toArray()
  if (!spent) throw new Error('a key that has uses left could not be used')
  const body: AgentBody = {
    organization: book.organization,
    dialect: profile.dialect,
    hostname: request.hostname,
    facts: request.facts,
    grant: resolveGrant(profile.grant, request.wishes),
    enrolledFrom: request.address,
  }
  const uuid = agentUuid({ ledger: book.ledger, n: next }, crypto.getRandomValues(new Uint8Array(8)))
  book.sql.exec(
    `INSERT INTO agents (n, key, profile, use_number, uuid, claim_hash, enrolled_at, seen_at, body)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)`,
    next,
    key.n,
    profile.n,
    spent.uses,
    uuid,
    request.claimHash,
    now,
    JSON.stringify(body),
  )
  const cause: Cause = {
    actor: { kind: 'agent', id: formatId({ ledger: book.ledger, n: next }) },
    request: request.request,
  }
  const event = book.event(
    now,
    'agent.enroll',
    cause,
    { kind: 'agent', id: uuid, name: request.hostname },
    {
      key: formatId({ ledger: book.ledger, n: key.n }),
      use: spent.uses,
    },
  )
  book.note(now, 'agent', next, event)
  return ok({
    kind: 'new',
    ...identity(book, profile, { n: next, uuid, key: key.n, family: 1, generation: 1 }),
  })
}

/** A family that was revoked for a replayed token is succeeded by a new one: the claim is the better proof. */
function reviveFamily(book: Book, agent: AgentRow): AgentRow {
  if (!agent.is_family_revoked) return agent
  book.sql.exec(
    'UPDATE agents SET family = family + 1, generation = 1, is_family_revoked = 0 WHERE n = ?',
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
