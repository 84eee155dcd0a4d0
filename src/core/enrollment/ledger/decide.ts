/**
 * Promises 2 and 4 (docs/concepts.md#promises): whether a use of a key is spent is decided here and nowhere else, from
 * what the ledger holds at this instant. The order of the checks is fixed:
 * docs/concepts.md#how-a-redemption-is-decided.
 */
import { allowsAddress } from '../../kernel/address.ts'
import type { RefusalReason } from '../../kernel/refusal-reason.ts'

export type DecisionState = {
  readonly profile: { readonly isEnabled: boolean; readonly allowedAddresses: readonly string[] } | null
  readonly key: {
    readonly isEnabled: boolean
    readonly isRevoked: boolean
    /** It comes from a backup, and no operator released it yet. */
    readonly isSuspended: boolean
    /** Unix milliseconds; null: never. */
    readonly expiresAt: number | null
    /** null: unlimited. */
    readonly maxUses: number | null
    readonly uses: number
    readonly allowedAddresses: readonly string[]
  } | null
  /** The agent that this claim made on this key, unless it left. */
  readonly prior: {
    readonly agent: number
    readonly isRevoked: boolean
    readonly isDisabled: boolean
    /** Its claim goes with another public key than this attempt shows, and no operator allowed that. */
    readonly isBoundElsewhere: boolean
  } | null
}

export type DecisionRequest = {
  /** The client's address, or null when this deployment does not know it. */
  readonly address: string | null
}

export type Decision =
  | { readonly kind: 'new' }
  | { readonly kind: 'repeat'; readonly agent: number }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }

/** Pure. A deleted key, and the key of a deleted profile, come in as null. */
export function decide(state: DecisionState, request: DecisionRequest, now: number): Decision {
  const { profile, key, prior } = state
  if (!profile || !key) return refused('key_unknown')
  if (!profile.isEnabled) return refused('profile_disabled')
  if (key.isRevoked) return refused('key_revoked')
  if (!key.isEnabled) return refused('key_disabled')
  if (key.isSuspended) return refused('suspended_by_restore')
  if (!allowsAddress(profile.allowedAddresses, request.address)) return refused('address_not_allowed')
  if (!allowsAddress(key.allowedAddresses, request.address)) return refused('address_not_allowed')
  if (prior?.isRevoked) return refused('agent_revoked')
  if (prior?.isDisabled) return refused('agent_disabled')
  if (prior?.isBoundElsewhere) return refused('claim_bound')
  if (prior) return { kind: 'repeat', agent: prior.agent }
  if (key.expiresAt !== null && now >= key.expiresAt) return refused('key_expired')
  if (key.maxUses !== null && key.uses >= key.maxUses) return refused('key_spent')
  return { kind: 'new' }
}

function refused(reason: RefusalReason): Decision {
  return { kind: 'refused', reason }
}
