import { invalid, type Refusal } from '../../../kernel/outcome.ts'
import type { EnrollmentKey } from '../key.ts'

/** The most that a profile lets a key ask for; null: any. */
export type Ceilings = {
  readonly maxUses: number | null
  /** From when the key is made until it expires. */
  readonly lifetimeSeconds: number | null
}

export const NO_CEILINGS: Ceilings = { maxUses: null, lifetimeSeconds: null }

/** null: it has none. */
export function ceilingsOf(given: Ceilings | null): Ceilings | null {
  return given === null || Object.values(given).every((ceiling) => ceiling === null) ? null : given
}

type Limits = Pick<EnrollmentKey, 'maxUses' | 'expiresAt' | 'createdAt'>

/**
 * Why a key may not be as it is wanted; null: it may. Unlimited uses, and no expiry, are beyond any ceiling.
 * @param before what it is: a limit beyond a ceiling may stay, or be lowered; null: it is made, or comes from another profile
 */
export function beyondCeilings(
  ceilings: Ceilings | null,
  before: Limits | null,
  after: Limits,
): Refusal | null {
  if (ceilings === null) return null
  const { maxUses, lifetimeSeconds } = ceilings
  if (exceeds(after.maxUses, maxUses) && (!before || exceeds(after.maxUses, orAny(before.maxUses)))) {
    return invalid('maxUses', `The profile allows at most ${maxUses}`)
  }
  const end = lifetimeSeconds === null ? null : after.createdAt + lifetimeSeconds * 1_000
  if (exceeds(after.expiresAt, end) && (!before || exceeds(after.expiresAt, orAny(before.expiresAt)))) {
    return invalid(
      'expiresAt',
      `The profile allows at most ${lifetimeSeconds} seconds from when the key is made`,
    )
  }
  return null
}

/** null: unlimited, or never. */
function exceeds(limit: number | null, ceiling: number | null): boolean {
  return ceiling !== null && orAny(limit) > ceiling
}

function orAny(limit: number | null): number {
  return limit ?? Number.POSITIVE_INFINITY
}
