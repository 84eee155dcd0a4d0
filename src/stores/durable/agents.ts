import { formatId } from '../../core/ids.ts'
import type { AndKey, Identity, RefreshRequest, Revocation } from '../../core/ledger/port.ts'
import { type Agent, type Cause, usesLeft } from '../../core/ledger/records.ts'
import { notFound, type Outcome, ok } from '../../core/outcome.ts'
import type { Book } from './book.ts'
import { changeKey, readKey } from './keys.ts'
import { identity } from './redemptions.ts'
import { selectAgent, selectKey, toAgent, toKey } from './rows.ts'

export function readAgent(book: Book, n: number): Outcome<Agent> {
  const row = selectAgent(book.sql, n)
  return row ? ok(toAgent(book.ledger, row)) : notFound('agent')
}

/**
 * Generation g answers g+1; g again, while g+1 was never presented, answers the same g+1, so that a lost reply locks
 * nobody out; an older one is a replay and revokes the family. null: refused.
 */
export function refresh(book: Book, request: RefreshRequest, now: number): Identity | null {
  const row = selectAgent(book.sql, request.agent)
  if (row?.state !== 'active' || row.family !== request.family || row.is_family_revoked) return null
  if (row.family_fence === 'suspended') return null
  const { generation, ringVersion } = request
  const isAdopted = row.family_fence === 'adopting' && generation > row.generation
  if (generation === row.generation || isAdopted) {
    book.sql.exec(
      'UPDATE agents SET generation = ?, ring_version = ?, family_fence = NULL WHERE n = ?',
      generation + 1,
      ringVersion,
      row.n,
    )
  } else if (generation !== row.generation - 1) {
    revokeFamily(book, toAgent(book.ledger, row), request, now)
    return null
  }
  const { dialect } = toAgent(book.ledger, row)
  return identity(book, { n: row.profile, dialect }, { ...row, generation: generation + 1 })
}

function revokeFamily(book: Book, agent: Agent, request: RefreshRequest, now: number): void {
  book.sql.exec('UPDATE agents SET is_family_revoked = 1 WHERE n = ?', agent.n)
  const cause: Cause = { actor: { kind: 'system' }, request: request.request }
  const detail = { family: request.family, generation: request.generation }
  const event = book.event(now, 'agent.refresh_reused', cause, subject(agent), detail, false)
  book.note(now, 'agent', agent.n, event)
}

/** The agent ends its claim: the next use of the key by that claim is a new one. */
export function leave(book: Book, n: number, cause: Cause, now: number): Outcome<Agent> {
  const row = selectAgent(book.sql, n)
  if (row?.state !== 'active') return notFound('agent')
  book.sql.exec("UPDATE agents SET state = 'left', ended_at = ?, version = version + 1 WHERE n = ?", now, n)
  const after = readAgent(book, n)
  if (after.ok) book.note(now, 'agent', n, book.event(now, 'agent.leave', cause, subject(after.value)))
  return after
}

export function revokeAgent(
  book: Book,
  n: number,
  andKey: AndKey,
  cause: Cause,
  now: number,
): Outcome<Revocation> {
  const row = selectAgent(book.sql, n)
  if (!row || row.state === 'left') return notFound('agent')
  if (row.state === 'active') revokeOne(book, n, cause, now)
  return revocation(book, [row.uuid], row.key, andKey, cause, now)
}

/** Every active agent that the key enrolled at or after `since`. */
export function revokeAgents(
  book: Book,
  key: number,
  since: number,
  andKey: AndKey,
  isDryRun: boolean,
  cause: Cause,
  now: number,
): Outcome<Revocation> {
  const known = readKey(book, key)
  if (!known.ok) return known
  const rows = book.sql
    .exec<{ n: number; uuid: string }>(
      "SELECT n, uuid FROM agents WHERE key = ? AND enrolled_at >= ? AND state = 'active' ORDER BY n",
      key,
      since,
    )
    .toArray()
  const agents = rows.map((row) => row.uuid)
  if (isDryRun) {
    const { isEnabled, revokedAt } = known.value
    const staysEnabled = isEnabled && revokedAt === null && andKey === 'keep'
    const keyState = { isEnabled: staysEnabled, usesLeft: usesLeft(known.value) }
    return ok({ agents, keyState })
  }
  for (const { n } of rows) revokeOne(book, n, cause, now)
  return revocation(book, agents, key, andKey, cause, now)
}

/** A revoked agent's claim is not ended: it stays as a tombstone, and does not come back. */
function revokeOne(book: Book, n: number, cause: Cause, now: number): void {
  book.sql.exec(
    `UPDATE agents SET state = 'revoked', revoked_at = ?, is_family_revoked = 1, version = version + 1
     WHERE n = ?`,
    now,
    n,
  )
  const after = readAgent(book, n)
  if (after.ok) book.note(now, 'agent', n, book.event(now, 'agent.revoke', cause, subject(after.value)))
}

function revocation(
  book: Book,
  agents: readonly string[],
  n: number,
  andKey: AndKey,
  cause: Cause,
  now: number,
): Outcome<Revocation> {
  // A key that is revoked already, or went with its profile, needs no disabling.
  if (andKey === 'disable') changeKey(book, n, { isEnabled: false }, cause, now)
  const row = selectKey(book.sql, n)
  if (!row) return notFound('key')
  const key = toKey(book.ledger, row)
  const isEnabled = key.isEnabled && key.revokedAt === null
  return ok({ agents, keyState: { isEnabled, usesLeft: usesLeft(key) } })
}

function subject(agent: Agent) {
  return { kind: 'agent', id: agent.id, name: agent.hostname || formatId(agent) }
}
