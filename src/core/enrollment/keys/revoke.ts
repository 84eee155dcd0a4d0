import { causeOf, type Operation } from '../../access/operator-case.ts'
import type { Reach } from '../../access/reach.ts'
import { reachOf } from '../../access/reach-of.ts'
import type { EntityId } from '../../kernel/ids.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { AndKey, MassRevocation } from '../ledger/agent.ts'
import type { EnrollmentKey } from '../ledger/key.ts'
import { atKey, atProfile } from '../profiles/in-scope.ts'

/** Ends a key for good. Its agents stay. */
export async function revokeKey(
  ports: Ports,
  operation: Operation,
  id: EntityId,
): Promise<Outcome<EnrollmentKey>> {
  return atKey(ports, operation, 'keys.revoke', id, (ledger, reach) =>
    ledger.revokeKey(id.n, causeOf(operation), reach),
  )
}

/** Ends every key of a profile; the number of those that were not ended before. */
export async function revokeKeysOfProfile(
  ports: Ports,
  operation: Operation,
  profile: EntityId,
): Promise<Outcome<number>> {
  return atProfile(ports, operation, 'keys.revoke', profile, (ledger, reach) =>
    ledger.revokeKeys(profile.n, causeOf(operation), reach),
  )
}

/**
 * Revokes every active agent that a key enrolled at or after an instant: what to do when a key leaked. Agents that are outside
 * the operator's reach, whatever their key's labels, stay as they are, and are counted.
 * @param since Unix milliseconds
 * @param isDryRun only says which they are
 */
export async function revokeAgentsOfKey(
  ports: Ports,
  operation: Operation,
  id: EntityId,
  since: number,
  andKey: AndKey,
  isDryRun: boolean,
): Promise<Outcome<MassRevocation>> {
  const keys = await reachOfKeys(ports, operation, andKey)
  if (!keys.ok) return keys
  return atKey(ports, operation, 'agents.revoke', id, (ledger, agents) => {
    const reach = { agents, keys: keys.value }
    return ledger.revokeAgents(id.n, since, andKey, isDryRun, causeOf(operation), reach)
  })
}

/** Within which labels a revocation may disable keys. */
export async function reachOfKeys(
  ports: Ports,
  operation: Operation,
  andKey: AndKey,
): Promise<Outcome<Reach>> {
  return andKey === 'disable' ? reachOf(ports, operation, 'keys.write') : ok([])
}
