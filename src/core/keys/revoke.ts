import { causeOf, denied, type Operation } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { AndKey, Revocation } from '../ledger/port.ts'
import type { EnrollmentKey } from '../ledger/records.ts'
import type { Outcome } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** Ends a key for good. Its agents stay. */
export async function revoke(
  ports: Ports,
  operation: Operation,
  id: EntityId,
): Promise<Outcome<EnrollmentKey>> {
  return (
    denied(operation, 'keys.revoke') ??
    atLedger(ports, operation, id, 'key', (ledger, organization) =>
      ledger.revokeKey(organization, id.n, causeOf(operation)),
    )
  )
}

/** Ends every key of a profile; the number of those that were not ended before. */
export async function revokeAll(
  ports: Ports,
  operation: Operation,
  profile: EntityId,
): Promise<Outcome<number>> {
  return (
    denied(operation, 'keys.revoke') ??
    atLedger(ports, operation, profile, 'profile', (ledger, organization) =>
      ledger.revokeKeys(organization, profile.n, causeOf(operation)),
    )
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
  return (
    denied(operation, 'agents.revoke') ??
    (andKey === 'disable' ? denied(operation, 'keys.write') : null) ??
    atLedger(ports, operation, id, 'key', (ledger, organization) =>
      ledger.revokeAgents(organization, id.n, since, andKey, isDryRun, causeOf(operation)),
    )
  )
}
