/** Refresh families: which one an agent's tokens are of, and how the next one begins. */
import type { Identity } from '../../../../core/enrollment/ledger/redemption.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'
import { type Policy, selectAgent } from '../tables/queries.ts'
import type { AgentRow, ClaimedAgent } from '../tables/rows.ts'

export function identity(
  store: LedgerStore,
  profile: Pick<Policy, 'n' | 'dialect'>,
  agent: Pick<AgentRow, 'n' | 'uuid' | 'key' | 'family' | 'generation' | 'ring_version'>,
): Identity {
  const { ledger, organization } = store
  const { n, uuid: id, key, family, generation, ring_version: ringVersion } = agent
  return {
    agent: { ledger, n, id, organization, dialect: profile.dialect, profile: profile.n, key },
    family,
    generation,
    ringVersion,
  }
}

/**
 * The claim is the better proof here, too: where no version as new as the agent's is made, because an isolate does not know
 * it yet or D1 was set back, it goes on with an older one.
 */
export function adoptRingVersion(store: LedgerStore, agent: ClaimedAgent, ringVersion: number): ClaimedAgent {
  if (ringVersion >= (agent.ring_version ?? 0)) return agent
  store.sql.exec('UPDATE agents SET ring_version = ? WHERE n = ?', ringVersion, agent.n)
  return { ...agent, ring_version: ringVersion }
}

/** A restored family may have gone on since the backup: its successor's number is none of those that followed. */
const FAMILIES_SKIPPED = 1_000

/** A family that was revoked or came from a backup is succeeded by a new one: the claim is the better proof. */
export function reviveFamily(store: LedgerStore, agent: ClaimedAgent): ClaimedAgent {
  if (!agent.is_family_revoked && agent.family_fence === null) return agent
  store.sql.exec(
    `UPDATE agents SET family = family + ?, generation = 1, is_family_revoked = 0, family_fence = NULL WHERE n = ?`,
    agent.family_fence === null ? 1 : FAMILIES_SKIPPED,
    agent.n,
  )
  return { ...agent, ...selectAgent(store.sql, agent.n) }
}
