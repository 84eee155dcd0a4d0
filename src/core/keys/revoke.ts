import { causeOf, type Operation } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import type { EnrollmentKey } from '../ledger/records.ts'
import type { AndKey, Revocation } from '../ledger/requests.ts'
import { type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { atKey, atProfile } from '../profiles/in-scope.ts'

/** Ends a key for good. Its agents stay. */
export async function revoke(
  ports: Ports,
  operation: Operation,
  id: EntityId,
): Promise<Outcome<EnrollmentKey>> {
  return atKey(ports, operation, 'keys.revoke', id, (ledger, organization) =>
    ledger.revokeKey(organization, id.n, causeOf(operation)),
  )
}

/** Ends every key of a profile; the number of those that were not ended before. */
export async function revokeAll(
  ports: Ports,
  operation: Operation,
  profile: EntityId,
): Promise<Outcome<number>> {
  return atProfile(ports, operation, 'keys.revoke', profile, (ledger, organization) =>
    ledger.revokeKeys(organization, profile.n, causeOf(operation)),
  )
}

/**
 * Revokes every active agent that a key enrolled at or after an instant: what to do when a key leaked.
 * @param since Unix milliseconds
 * @param isDryRun only says which they are
 */
export async function revokeAgents(
  ports: Ports,
  operation: Operation,
  id: EntityId,
  since: number,
  andKey: AndKey,
  isDryRun: boolean,
): Promise<Outcome<Revocation>> {
  const mayDisable =
    andKey === 'keep' ? ok(null) : await atKey(ports, operation, 'keys.write', id, async () => ok(null))
  if (!mayDisable.ok) return mayDisable
  return atKey(ports, operation, 'agents.revoke', id, (ledger, organization) =>
    ledger.revokeAgents(organization, id.n, since, andKey, isDryRun, causeOf(operation)),
  )
}
