import { outside, type Reach } from '../../../core/access/reach/reach.ts'
import type {
  Agent,
  AgentChange,
  AndKey,
  MassRevocation,
  NumberedChange,
  Revocation,
  RevocationReach,
} from '../../../core/enrollment/ledger/agent.ts'
import { usesLeft } from '../../../core/enrollment/ledger/key.ts'
import type { Identity, RefreshRequest } from '../../../core/enrollment/ledger/redemption.ts'
import type { EventType } from '../../../core/events/event.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import { formatId } from '../../../core/kernel/ids.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { map, notFound, type Outcome, ok, type Refusal } from '../../../core/kernel/outcome.ts'
import { revokeCertificatesOf } from './certificates.ts'
import { returnHolds } from './holds/holds.ts'
import { changeKey, readKey } from './keys.ts'
import { type Counted, count } from './outbox/counters.ts'
import { outsideAgent } from './reach.ts'
import { identity } from './redemption/families.ts'
import { differences, type LedgerStore } from './tables/ledger-store.ts'
import { selectAgent, selectAgents, selectKey } from './tables/queries.ts'
import { type AgentBody, toAgent, toKey } from './tables/rows.ts'

const EVERYWHERE: RevocationReach = { agents: null, keys: null }

export function readAgent(store: LedgerStore, n: number): Outcome<Agent> {
  const row = selectAgent(store.sql, n)
  return row ? ok(toAgent(store.ledger, row)) : notFound('agent')
}

export function readAgents(store: LedgerStore, ns: readonly number[]): readonly Agent[] {
  return selectAgents(store.sql, ns).map((row) => toAgent(store.ledger, row))
}

type Refresh = { readonly outcome: 'new' | 'repeat'; readonly identity: Identity } | 'refused' | 'reused'

/** Those of a flush, one after the other; they are counted together. null: refused. */
export function refreshAll(
  store: LedgerStore,
  now: number,
  requests: readonly RefreshRequest[],
): PromiseSettledResult<Outcome<Identity | null>>[] {
  const refreshes = requests.map((request) => refresh(store, now, request))
  count(
    store,
    refreshes.map((one): Counted => `refreshes.${typeof one === 'string' ? one : one.outcome}`),
  )
  return refreshes.map((one) => ({
    status: 'fulfilled',
    value: ok(typeof one === 'string' ? null : one.identity),
  }))
}

/**
 * Generation g answers g+1; g again, while g+1 was never presented, answers the same g+1, so that a lost reply locks
 * no agent out; an older one is a replay and revokes the family. One of an older version of the ring than the agent has
 * shown may be forged with a version that got out: it gets nothing, and ends nothing.
 */
function refresh(store: LedgerStore, now: number, request: RefreshRequest): Refresh {
  const row = selectAgent(store.sql, request.agent)
  if (row?.state !== 'active' || row.family !== request.family || row.is_family_revoked) return 'refused'
  if (row.family_fence === 'suspended') return 'refused'
  const { generation, ringVersion } = request
  if (ringVersion < (row.ring_version ?? 0)) return 'refused'
  const isAdopted = row.family_fence === 'adopting' && generation > row.generation
  const isNew = generation === row.generation || isAdopted
  if (isNew) {
    store.sql.exec(
      'UPDATE agents SET generation = ?, ring_version = ?, family_fence = NULL WHERE n = ?',
      generation + 1,
      ringVersion,
      row.n,
    )
    row.ring_version = ringVersion
  } else if (generation !== row.generation - 1) {
    revokeFamily(store, now, toAgent(store.ledger, row), request)
    return 'reused'
  }
  const { dialect } = toAgent(store.ledger, row)
  return {
    outcome: isNew ? 'new' : 'repeat',
    identity: identity(store, { n: row.profile, dialect }, { ...row, generation: generation + 1 }),
  }
}

function revokeFamily(store: LedgerStore, now: number, agent: Agent, request: RefreshRequest): void {
  store.sql.exec('UPDATE agents SET is_family_revoked = 1 WHERE n = ?', agent.n)
  const cause: Cause = { actor: { kind: 'system' }, request: request.request }
  const detail = { family: request.family, generation: request.generation }
  const event = store.event(now, 'agent.refresh_reused', cause, subject(agent), detail, false)
  store.enqueue(now, 'agent', agent.n, event)
}

/** Of an active agent. */
export function changeAgent(
  store: LedgerStore,
  now: number,
  n: number,
  { hostname, isEnabled, attributes, values, labels, tags }: AgentChange,
  cause: Cause,
  reach: Reach = null,
): Outcome<Agent> {
  const row = selectAgent(store.sql, n)
  if (row?.state !== 'active') return notFound('agent')
  const before = toAgent(store.ledger, row)
  const { grant } = before
  const denied = outside(reach, grant) ?? outside(reach, { labels: labels ?? grant.labels })
  if (denied) return denied
  const changed = {
    ...(hostname !== undefined && { hostname }),
    ...(isEnabled !== undefined && { isEnabled }),
    ...(tags !== undefined && { tags }),
    attributes: { ...before.attributes, ...attributes },
    grant: { ...grant, values: { ...grant.values, ...values }, labels: labels ?? grant.labels },
  }
  const changes = differences(before, changed)
  if (Object.keys(changes).length === 0) return ok(before)
  const body = { ...(JSON.parse(row.body) as AgentBody), ...changed, updatedAt: now, updatedBy: cause.actor }
  store.sql.exec(
    'UPDATE agents SET body = ?, version = version + 1 WHERE n = ?',
    JSON.stringify(body satisfies AgentBody),
    n,
  )
  return noted(store, now, n, 'agent.update', cause, { changes })
}

export function changeAgents(
  store: LedgerStore,
  now: number,
  changes: readonly NumberedChange[],
  cause: Cause,
  reach: Reach = null,
): Outcome<readonly Outcome<Agent>[]> {
  return ok(changes.map(({ n, change }) => changeAgent(store, now, n, change, cause, reach)))
}

export function allowRebinding(store: LedgerStore, now: number, n: number, cause: Cause): Outcome<Agent> {
  const row = selectAgent(store.sql, n)
  if (row?.state !== 'active') return notFound('agent')
  store.sql.exec('UPDATE agents SET may_rebind = 1, version = version + 1 WHERE n = ?', n)
  return noted(store, now, n, 'agent.allow_rebinding', cause)
}

function noted(
  store: LedgerStore,
  now: number,
  n: number,
  type: EventType,
  cause: Cause,
  detail: JsonObject = {},
): Outcome<Agent> {
  const after = readAgent(store, n)
  if (after.ok) store.enqueue(now, 'agent', n, store.event(now, type, cause, subject(after.value), detail))
  return after
}

/** The agent ends its claim: the next use of the key by that claim is a new one. */
export function leave(store: LedgerStore, now: number, n: number, cause: Cause): Outcome<Agent> {
  const row = selectAgent(store.sql, n)
  if (row?.state !== 'active') return notFound('agent')
  store.sql.exec("UPDATE agents SET state = 'left', ended_at = ?, version = version + 1 WHERE n = ?", now, n)
  revokeCertificatesOf(store, now, n)
  return noted(store, now, n, 'agent.leave', cause)
}

/** One that is not active is as wanted. */
export function leaveMany(
  store: LedgerStore,
  now: number,
  ns: readonly number[],
  cause: Cause,
  reach: Reach = null,
): Outcome<null> {
  for (const row of selectAgents(store.sql, ns)) {
    const denied = row.state === 'active' ? outsideAgent(row, reach) : null
    if (denied) return denied
  }
  for (const n of ns) leave(store, now, n, cause)
  return ok(null)
}

export function revokeAgent(
  store: LedgerStore,
  now: number,
  n: number,
  andKey: AndKey,
  cause: Cause,
  reach: RevocationReach = EVERYWHERE,
): Outcome<Revocation> {
  const row = selectAgent(store.sql, n)
  if (!row || row.state === 'left') return notFound('agent')
  const denied = outsideAgent(row, reach.agents) ?? mayNot(store, andKey, row.key, reach)
  if (denied) return denied
  if (row.state === 'active') revokeOne(store, now, n, cause)
  return revocation(store, now, [row.uuid], row.key, andKey, cause)
}

export function revokeMany(
  store: LedgerStore,
  now: number,
  ns: readonly number[],
  cause: Cause,
): Outcome<null> {
  const rows = ns.map((n) => selectAgent(store.sql, n))
  if (rows.some((row) => !row || row.state === 'left')) return notFound('agent')
  for (const row of rows) if (row?.state === 'active') revokeOne(store, now, row.n, cause)
  return ok(null)
}

/** Every active agent that the key enrolled at or after `since`, but for those that are outside the reach. */
export function revokeAgents(
  store: LedgerStore,
  now: number,
  key: number,
  since: number,
  andKey: AndKey,
  isDryRun: boolean,
  cause: Cause,
  reach: RevocationReach = EVERYWHERE,
): Outcome<MassRevocation> {
  const known = readKey(store, key, reach.agents)
  if (!known.ok) return known
  const denied = mayNot(store, andKey, key, reach)
  if (denied) return denied
  const found = store.sql
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
  for (const { n } of rows) revokeOne(store, now, n, cause)
  returnHolds(store, now, key, 'agents_revoked', cause, { where: 'opened_at >= ?', values: [since] })
  return map(revocation(store, now, agents, key, andKey, cause), (revoked) => ({ ...revoked, leftOut }))
}

/** null when what becomes of the key is the operator's to say. */
function mayNot(store: LedgerStore, andKey: AndKey, n: number, { keys }: RevocationReach): Refusal | null {
  const key = andKey === 'disable' ? readKey(store, n, keys) : null
  return key && !key.ok ? key : null
}

/** A revoked agent's claim is not ended: it stays as a tombstone, and does not come back. */
function revokeOne(store: LedgerStore, now: number, n: number, cause: Cause): void {
  store.sql.exec(
    `UPDATE agents SET state = 'revoked', revoked_at = ?, is_family_revoked = 1, version = version + 1
     WHERE n = ?`,
    now,
    n,
  )
  revokeCertificatesOf(store, now, n)
  noted(store, now, n, 'agent.revoke', cause)
}

function revocation(
  store: LedgerStore,
  now: number,
  agents: readonly string[],
  n: number,
  andKey: AndKey,
  cause: Cause,
): Outcome<Revocation> {
  // A key that is revoked already, or went with its profile, needs no disabling.
  if (andKey === 'disable') changeKey(store, now, n, { isEnabled: false }, cause, null)
  const row = selectKey(store.sql, n)
  if (!row) return notFound('key')
  const key = toKey(store.ledger, row)
  const isEnabled = key.isEnabled && key.revokedAt === null
  return ok({ agents, keyState: { isEnabled, usesLeft: usesLeft(key) } })
}

function subject(agent: Agent) {
  return { kind: 'agent', id: agent.id, name: agent.hostname || formatId(agent) }
}
