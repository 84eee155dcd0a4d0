import { causeOf, type Operation } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
import type { Reach } from '../../access/reach/reach.ts'
import { reachOf } from '../../access/reach/reach-of.ts'
import type { EntityId } from '../../kernel/ids.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { AndKey, MassRevocation } from '../ledger/agent.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { EnrollmentKey } from '../ledger/key.ts'

/** Ends a key for good. Its agents stay. */
export const revokeKey = reachCase(
  'keys.revoke',
  async (ports, operation, reach, id: EntityId): Promise<Outcome<EnrollmentKey>> =>
    atLedger(ports, operation, id, 'key', (ledger) => ledger.revokeKey(id.n, causeOf(operation), reach)),
)

/** Ends every key of a profile; the number of those that were not ended before. */
export const revokeKeysOfProfile = reachCase(
  'keys.revoke',
  async (ports, operation, reach, profile: EntityId): Promise<Outcome<number>> =>
    atLedger(ports, operation, profile, 'profile', (ledger) =>
      ledger.revokeKeys(profile.n, causeOf(operation), reach),
    ),
)

/**
 * Revokes every active agent that a key enrolled at or after an instant: what to do when a key leaked. Agents that are outside
 * the operator's reach, whatever their key's labels, stay as they are, and are counted.
 * @param since Unix milliseconds
 * @param isDryRun only says which they are
 */
export const revokeAgentsOfKey = reachCase(
  'agents.revoke',
  async (
    ports,
    operation,
    agents,
    id: EntityId,
    since: number,
    andKey: AndKey,
    isDryRun: boolean,
  ): Promise<Outcome<MassRevocation>> => {
    const keys = await reachOfKeys(ports, operation, andKey)
    if (!keys.ok) return keys
    return atLedger(ports, operation, id, 'key', (ledger) => {
      const reach = { agents, keys: keys.value }
      return ledger.revokeAgents(id.n, since, andKey, isDryRun, causeOf(operation), reach)
    })
  },
)

/** Within which labels a revocation may disable keys. */
export async function reachOfKeys(
  ports: Ports,
  operation: Operation,
  andKey: AndKey,
): Promise<Outcome<Reach>> {
  return andKey === 'disable' ? reachOf(ports, operation, 'keys.write') : ok([])
}
