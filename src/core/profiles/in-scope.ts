import type { Permission } from '../access/permission.ts'
import { denied, type Operation, scopesOf, subjectOf } from '../access/require.ts'
import type { EntityId } from '../ids.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { Ledger } from '../ledger/port.ts'
import type { Grant } from '../ledger/records.ts'
import type { Outcome, Refusal } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** Runs something at the ledger of a profile that the operator has the permission for: within its labels, if only there. */
export async function atProfile<T>(
  ports: Ports,
  operation: Operation,
  permission: Permission,
  id: EntityId,
  run: (ledger: Ledger, organization: number) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  return (
    denied(operation, permission, 'looked up later') ??
    atLedger(ports, operation, id, 'profile', async (ledger, organization) => {
      const refusal = await outOfScope(operation, permission, ledger, id.n)
      return refusal ?? run(ledger, organization)
    })
  )
}

/** The same of a key, whose labels are its profile's. */
export async function atKey<T>(
  ports: Ports,
  operation: Operation,
  permission: Permission,
  id: EntityId,
  run: (ledger: Ledger, organization: number) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  return (
    denied(operation, permission, 'looked up later') ??
    atLedger(ports, operation, id, 'key', async (ledger, organization) => {
      if (!scopesOf(operation, permission)) return run(ledger, organization)
      const key = await ledger.getKey(organization, id.n)
      if (!key.ok) return key
      const refusal = await outOfScope(operation, permission, ledger, key.value.profile)
      return refusal ?? run(ledger, organization)
    })
  )
}

/**
 * null when the permission holds for what has this grant. A label that was wished for by its value counts as the label that
 * has it.
 */
export async function deniedWithin(
  ports: Ports,
  operation: Operation,
  permission: Permission,
  grant: Pick<Grant, 'labels'>,
): Promise<Refusal | null> {
  if (!scopesOf(operation, permission)) return denied(operation, permission)
  const wished = grant.labels.flatMap((label) => ('value' in label ? [label] : []))
  const { organization } = operation.actor
  const known = wished.length === 0 ? [] : await ports.labels.findByValues(organization, wished)
  const labels = [...subjectOf(grant).labels, ...known.map(({ id }) => id)]
  return denied(operation, permission, { labels })
}

async function outOfScope(
  operation: Operation,
  permission: Permission,
  ledger: Ledger,
  profile: number,
): Promise<Refusal | null> {
  if (!scopesOf(operation, permission)) return null
  const found = await ledger.getProfile(operation.actor.organization, profile)
  return found.ok ? denied(operation, permission, subjectOf(found.value.grant)) : found
}
