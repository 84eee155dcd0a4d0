import { outside, type Reach } from '../../../core/enrollment/ledger/reach.ts'
import { type Agent, usesLeft } from '../../../core/enrollment/ledger/records.ts'
import type {
  AgentChange,
  AndKey,
  Identity,
  MassRevocation,
  RefreshRequest,
  Revocation,
  RevocationReach,
} from '../../../core/enrollment/ledger/requests.ts'
import type { EventType } from '../../../core/events/event.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import { formatId } from '../../../core/kernel/ids.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { map, notFound, type Outcome, ok, type Refusal } from '../../../core/kernel/outcome.ts'
import { revokeCertificatesOf } from './certificates.ts'
import { identity } from './families.ts'
import { changeKey, readKey } from './keys.ts'
import { type Book, differences } from './ledger-store.ts'
import { selectAgent, selectAgents, selectKey } from './queries.ts'
import { outsideAgent } from './reach.ts'
import { type AgentBody, toAgent, toKey } from './rows.ts'

export function readAgent(book: Book, n: number): Outcome<Agent> {
  const row = selectAgent(book.sql, n)
  return row ? ok(toAgent(book.ledger, row)) : notFound('agent')
}

export function readAgents(book: Book, ns: readonly number[]): readonly Agent[] {
  return selectAgents(book.sql, ns).map((row) => toAgent(book.ledger, row))
}

/**
 * Generation g answers g+1; g again, while g+1 was never presented, answers the same g+1, so that a lost reply locks
 * nobody out; an older one is a replay and revokes the family. One of an older version of the ring than the agent has
 * shown may be forged with a version that got out: it gets nothing, and ends nothing. null: refused.
 */
export function refresh(book: Book, request: RefreshRequest, now: number): Identity | null {
  const row = selectAgent(book.sql, request.agent)
  if (row?.state !== 'active' || row.family !== request.family || row.is_family_revoked) return null
  if (row.family_fence === 'suspended') return null
  const { generation, ringVersion } = request
  if (ringVersion < (row.ring_version ?? 0)) return null
  const isAdopted = row.family_fence === 'adopting' && generation > row.generation
  if (generation === row.generation || isAdopted) {
    book.sql.exec(
      'UPDATE agents SET generation = ?, ring_version = ?, family_fence = NULL WHERE n = ?',
      generation + 1,
      ringVersion,
      row.n,
    )
    row.ring_version = ringVersion
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

/** Of an active agent. */
export function changeAgent(
  book: Book,
  n: number,
  { hostname, attributes, values, labels }: AgentChange,
  cause: Cause,
  reach: Reach,
  now: number,
): Outcome<Agent> {
  const row = selectAgent(book.sql, n)
  if (row?.state !== 'active') return notFound('agent')
  const before = toAgent(book.ledger, row)
  const { grant } = before
  const denied = outside(reach, grant) ?? outside(reach, { labels: labels ?? grant.labels })
  if (denied) return denied
  const changed = {
    ...(hostname !== undefined && { hostname }),
    attributes: { ...before.attributes, ...attributes },
    grant: { ...grant, values: { ...grant.values, ...values }, labels: labels ?? grant.labels },
  }
  const changes = differences(before, changed)
  if (Object.keys(changes).length === 0) return ok(before)
  const body = { ...(JSON.parse(row.body) as AgentBody), ...changed, updatedAt: now, updatedBy: cause.actor }
  book.sql.exec(
    'UPDATE agents SET body = ?, version = version + 1 WHERE n = ?',
    JSON.stringify(body satisfies AgentBody),
    n,
  )
  return noted(book, n, 'agent.update', cause, now, { changes })
}

export function allowRebinding(book: Book, n: number, cause: Cause, now: number): Outcome<Agent> {
  const row = selectAgent(book.sql, n)
  if (row?.state !== 'active') return notFound('agent')
  book.sql.exec('UPDATE agents SET may_rebind = 1, version = version + 1 WHERE n = ?', n)
  return noted(book, n, 'agent.allow_rebinding', cause, now)
}

function noted(
  book: Book,
  n: number,
  type: EventType,
  cause: Cause,
  now: number,
  detail: JsonObject = {},
): Outcome<Agent> {
  const after = readAgent(book, n)
  if (after.ok) book.note(now, 'agent', n, book.event(now, type, cause, subject(after.value), detail))
  return after
}

/** The agent ends its claim: the next use of the key by that claim is a new one. */
export function leave(book: Book, n: number, cause: Cause, now: number): Outcome<Agent> {
  const row = selectAgent(book.sql, n)
  if (row?.state !== 'active') return notFound('agent')
  book.sql.exec("UPDATE agents SET state = 'left', ended_at = ?, version = version + 1 WHERE n = ?", now, n)
  revokeCertificatesOf(book, n, now)
  return noted(book, n, 'agent.leave', cause, now)
}

/** One that is not active is as wanted. */
export function leaveMany(
  book: Book,
  ns: readonly number[],
  cause: Cause,
  reach: Reach,
  now: number,
): Outcome<null> {
  for (const row of selectAgents(book.sql, ns)) {
    const denied = row.state === 'active' ? outsideAgent(row, reach) : null
    if (denied) return denied
  }
  for (const n of ns) leave(book, n, cause, now)
  return ok(null)
}

export function revokeAgent(
  book: Book,
  n: number,
  andKey: AndKey,
  cause: Cause,
  reach: RevocationReach,
  now: number,
): Outcome<Revocation> {
  const row = selectAgent(book.sql, n)
  if (!row || row.state === 'left') return notFound('agent')
  const denied = outsideAgent(row, reach.agents) ?? mayNot(book, andKey, row.key, reach)
  if (denied) return denied
  if (row.state === 'active') revokeOne(book, n, cause, now)
  return revocation(book, [row.uuid], row.key, andKey, cause, now)
}

export function revokeMany(book: Book, ns: readonly number[], cause: Cause, now: number): Outcome<null> {
  const rows = ns.map((n) => selectAgent(book.sql, n))
  if (rows.some((row) => !row || row.state === 'left')) return notFound('agent')
  for (const row of rows) if (row?.state === 'active') revokeOne(book, row.n, cause, now)
  return ok(null)
}

/** Every active agent that the key enrolled at or after `since`, but for those that are outside the reach. */
export function revokeAgents(
  book: Book,
  key: number,
  since: number,
  andKey: AndKey,
  isDryRun: boolean,
  cause: Cause,
  reach: RevocationReach,
  now: number,
): Outcome<MassRevocation> {
  const known = readKey(book, key, reach.agents)
  if (!known.ok) return known
  const denied = mayNot(book, andKey, key, reach)
  if (denied) return denied
  const found = book.sql
    .exec<{ n: number; uuid: string; body: string }>(
      "SELECT n, uuid, body FROM agents WHERE key = ? AND enrolled_at >= ? AND state = 'active' ORDER BY n",
      key,
      since,
    )
    .toArray()
  const rows = found.filter((row) => outsideAgent(row, reach.agents) === null)
  const leftOut = found.length - rows.length
  const agents = rows.map((row) => row.uuid)
  if (isDryRun) {
    const { isEnabled, revokedAt } = known.value
    const staysEnabled = isEnabled && revokedAt === null && andKey === 'keep'
    const keyState = { isEnabled: staysEnabled, usesLeft: usesLeft(known.value) }
    return ok({ agents, keyState, leftOut })
  }
  for (const { n } of rows) revokeOne(book, n, cause, now)
  return map(revocation(book, agents, key, andKey, cause, now), (revoked) => ({ ...revoked, leftOut }))
}

/** null when what becomes of the key is the operator's to say. */
function mayNot(book: Book, andKey: AndKey, n: number, { keys }: RevocationReach): Refusal | null {
  const key = andKey === 'disable' ? readKey(book, n, keys) : null
  return key && !key.ok ? key : null
}

/** A revoked agent's claim is not ended: it stays as a tombstone, and does not come back. */
function revokeOne(book: Book, n: number, cause: Cause, now: number): void {
  book.sql.exec(
    `UPDATE agents SET state = 'revoked', revoked_at = ?, is_family_revoked = 1, version = version + 1
     WHERE n = ?`,
    now,
    n,
  )
  revokeCertificatesOf(book, n, now)
  noted(book, n, 'agent.revoke', cause, now)
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
  if (andKey === 'disable') changeKey(book, n, { isEnabled: false }, cause, null, now)
  const row = selectKey(book.sql, n)
  if (!row) return notFound('key')
  const key = toKey(book.ledger, row)
  const isEnabled = key.isEnabled && key.revokedAt === null
  return ok({ agents, keyState: { isEnabled, usesLeft: usesLeft(key) } })
}

function subject(agent: Agent) {
  return { kind: 'agent', id: agent.id, name: agent.hostname || formatId(agent) }
}
