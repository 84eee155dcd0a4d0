import type { Grant } from '../../enrollment/ledger/profile.ts'
import { type Refusal, refuse } from '../../kernel/outcome.ts'

/** A label of a scope. A machine may have wished for it by key and value; value null: it is deleted, and no wish means it. */
export type ReachLabel = { readonly id: string; readonly key: string; readonly value: string | null }

/** The one profile of that number of an entity; what is not asked of profiles is out of its reach. */
export type ReachProfile = { readonly profile: string }

/** Sets of labels, all of one of which a thing must have, or profiles; null: everywhere; empty: nowhere. */
export type Reach = readonly (readonly (ReachLabel | ReachProfile)[])[] | null

/** null when a thing with these labels, or that profile, is within reach. */
export function outside(
  reach: Reach,
  { labels, profile }: Pick<Grant, 'labels'> & Partial<ReachProfile>,
): Refusal | null {
  const hasLabel = ({ id, key, value }: ReachLabel) =>
    labels.some((label) => ('id' in label ? label.id === id : label.key === key && label.value === value))
  const has = (one: ReachLabel | ReachProfile) => ('profile' in one ? one.profile === profile : hasLabel(one))
  const isWithin = reach === null || reach.some((scope) => scope.every(has))
  return isWithin ? null : refuse({ kind: 'permission_missing' })
}
