/**
 * A permission that holds within some labels is decided where the change is made: the reach goes along into the ledger's
 * commit, which asks it of the labels that it holds at that moment.
 */
import type { Grant } from '../enrollment/ledger/records.ts'
import { type Outcome, ok, type Refusal, refuse } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { denied, type Operation, scopesOf } from './operator-case.ts'
import type { Permission } from './permission.ts'

/** A label of a scope. A machine may have wished for it by key and value; value null: it is deleted, and no wish means it. */
export type ReachLabel = { readonly id: string; readonly key: string; readonly value: string | null }

/** Sets of labels, all of one of which a thing must have; null: everywhere; empty: nowhere. */
export type Reach = readonly (readonly ReachLabel[])[] | null

/** Of an actor who has the permission somewhere at least. */
export async function reachOf(
  ports: Ports,
  operation: Operation,
  permission: Permission,
): Promise<Outcome<Reach>> {
  const refusal = denied(operation, permission, 'within labels')
  if (refusal) return refusal
  const scopes = scopesOf(operation, permission)
  if (!scopes) return ok(null)
  const found = await ports.labels.findMany(operation.actor.organization, scopes.flat())
  const labels = new Map(found.map((label) => [label.id, label]))
  const named = (id: string): ReachLabel => {
    const label = labels.get(id)
    return { id, key: label?.key ?? '', value: label?.deletedAt === null ? label.value : null }
  }
  return ok(scopes.map((scope) => scope.map(named)))
}

/** null when a thing with these labels is within reach. */
export function outside(reach: Reach, { labels }: Pick<Grant, 'labels'>): Refusal | null {
  const has = ({ id, key, value }: ReachLabel) =>
    labels.some((label) => ('id' in label ? label.id === id : label.key === key && label.value === value))
  const isWithin = reach === null || reach.some((scope) => scope.every(has))
  return isWithin ? null : refuse({ kind: 'permission_missing' })
}
