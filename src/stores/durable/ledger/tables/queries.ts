/** How a ledger's rows are read and written; what they are is in rows.ts. */
import type { Profile } from '../../../../core/enrollment/ledger/profile.ts'
import type { AgentRow, ClaimedAgent, KeyRow, NewAgent, ProfileBody, ProfileRow } from './rows.ts'

export type Claim = readonly [key: number, claimHash: string]

const ONE_OF = 'IN (SELECT value FROM json_each(?))'

/**
 * A profile's uses are its keys' uses, tombstones included: nothing is counted twice. Its version moves with theirs,
 * so that D1 sees a newer profile whenever one of its keys was used.
 */
export function selectProfiles(sql: SqlStorage, ns: readonly number[]): ProfileRow[] {
  return sql
    .exec<ProfileRow>(
      `SELECT p.n, p.is_enabled, p.deleted_at, p.updated_at, p.body,
         p.version + coalesce(sum(k.version), 0) AS version, coalesce(sum(k.uses), 0) AS uses,
         max(k.last_redeemed_at) AS last_redeemed_at
       FROM profiles p LEFT JOIN keys k ON k.profile = p.n
       WHERE p.n ${ONE_OF} GROUP BY p.n`,
      JSON.stringify(ns),
    )
    .toArray()
}

/** What a redemption needs of a profile, without its counts, which would cost a look at each of its keys. */
export type Policy = Pick<
  Profile,
  'n' | 'dialect' | 'isEnabled' | 'allowedAddresses' | 'grant' | 'certificates'
>

/** null: there is no such profile, or it was deleted. */
export function selectPolicy(sql: SqlStorage, n: number): Policy | null {
  const [row] = sql
    .exec<{ is_enabled: number; body: string }>(
      'SELECT is_enabled, body FROM profiles WHERE n = ? AND deleted_at IS NULL',
      n,
    )
    .toArray()
  if (!row) return null
  const { dialect, allowedAddresses, grant, certificates = null } = JSON.parse(row.body) as ProfileBody
  return { n, dialect, isEnabled: row.is_enabled === 1, allowedAddresses, grant, certificates }
}

export function selectKeys(sql: SqlStorage, ns: readonly number[]): KeyRow[] {
  return sql.exec<KeyRow>(`SELECT * FROM keys WHERE n ${ONE_OF}`, JSON.stringify(ns)).toArray()
}

export function selectAgents(sql: SqlStorage, ns: readonly number[]): AgentRow[] {
  return sql.exec<AgentRow>(`SELECT * FROM agents WHERE n ${ONE_OF}`, JSON.stringify(ns)).toArray()
}

export function selectKey(sql: SqlStorage, n: number): KeyRow | null {
  return sql.exec<KeyRow>('SELECT * FROM keys WHERE n = ?', n).toArray()[0] ?? null
}

export function selectAgent(sql: SqlStorage, n: number): AgentRow | null {
  return sql.exec<AgentRow>('SELECT * FROM agents WHERE n = ?', n).toArray()[0] ?? null
}

/** Of those claims that are not ended. */
export function selectClaims(sql: SqlStorage, claims: readonly Claim[]): ClaimedAgent[] {
  return sql
    .exec<ClaimedAgent>(
      `SELECT n, agents.key, uuid, claim_hash, binding, may_rebind, state, family, generation, is_family_revoked,
         family_fence, ring_version, body ->> '$.hostname' AS hostname,
         coalesce(body ->> '$.isEnabled', 1) AS is_enabled
       FROM json_each(?) AS wanted CROSS JOIN agents
         ON agents.key = wanted.value ->> 0 AND claim_hash = wanted.value ->> 1
       WHERE ended_at IS NULL`,
      JSON.stringify(claims),
    )
    .toArray()
}

/** Agents after the number, in their order. */
export function selectAgentsAfter(sql: SqlStorage, n: number, limit: number): AgentRow[] {
  return sql.exec<AgentRow>('SELECT * FROM agents WHERE n > ? ORDER BY n LIMIT ?', n, limit).toArray()
}

const NEW_AGENT = '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'
/** A statement may bind 100 values. */
const MAX_INSERTED = 7

export function insertAgents(sql: SqlStorage, agents: readonly NewAgent[]): void {
  for (let from = 0; from < agents.length; from += MAX_INSERTED) {
    const some = agents.slice(from, from + MAX_INSERTED)
    const values = Array(some.length).fill(NEW_AGENT)
    sql.exec(
      `INSERT INTO agents (n, key, profile, use_number, uuid, claim_hash, enrolled_at, seen_at, body, facts, enrollment,
         binding, certificate, ring_version)
       VALUES ${values.join()}`,
      ...some.flatMap((agent) => [
        agent.n,
        agent.key,
        agent.profile,
        agent.use_number,
        agent.uuid,
        agent.claim_hash,
        agent.enrolled_at,
        agent.enrolled_at,
        agent.body,
        agent.facts,
        agent.enrollment,
        agent.binding,
        agent.certificate,
        agent.ring_version,
      ]),
    )
  }
  for (const { n, enrolled_at, limited } of agents) {
    if (limited)
      sql.exec('UPDATE agents SET limited = ?, network = ? WHERE n = ?', enrolled_at, limited.network, n)
  }
}

/** Revokes the keys of that profile, or version of the ring, that were not; their numbers. Their codes are shown no more. */
export function revokeKeysBy(
  sql: SqlStorage,
  column: 'profile' | 'ring_version',
  value: number,
  now: number,
): number[] {
  return sql
    .exec<{ n: number }>(
      `UPDATE keys SET revoked_at = ?1, updated_at = ?1, version = version + 1,
         body = json_set(body, '$.sealed', NULL)
       WHERE ${column} = ?2 AND revoked_at IS NULL RETURNING n`,
      now,
      value,
    )
    .toArray()
    .map(({ n }) => n)
}
