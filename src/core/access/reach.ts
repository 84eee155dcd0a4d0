import type { Grant } from '../enrollment/ledger/profile.ts'
import { type Refusal, refuse } from '../kernel/outcome.ts'

/** A label of a scope. A machine may have wished for it by key and value; value null: it is deleted, and no wish means it. */
export type ReachLabel = { readonly id: string; readonly key: string; readonly value: string | null }

/** Sets of labels, all of one of which a thing must have; null: everywhere; empty: nowhere. */
export type Reach = readonly (readonly ReachLabel[])[] | null

/** null when a thing with these labels is within reach. */
export function outside(reach: Reach, { labels }: Pick<Grant, 'labels'>): Refusal | null {
  const has = ({ id, key, value }: ReachLabel) =>
    labels.some((label) => ('id' in label ? label.id === id : label.key === key && label.value === value))
  const isWithin = reach === null || reach.some((scope) => scope.every(has))
  return isWithin ? null : refuse({ kind: 'permission_missing' })
}
