/** Why a redemption is refused, in the order in which the reasons are asked (docs/concepts.md#how-a-redemption-is-decided). */
export const REFUSAL_REASONS = [
  'key_unknown',
  'profile_disabled',
  'key_revoked',
  /** To its clients it is a revoked key. */
  'key_decoy',
  'key_disabled',
  'suspended_by_restore',
  'address_not_allowed',
  'identity_missing',
  /** Its signature, its times, its issuer or its audience. */
  'identity_invalid',
  'identity_not_allowed',
  'agent_revoked',
  'agent_disabled',
  'claim_denied',
  'claim_bound',
  /** A confirmation of what is not held any more. */
  'hold_lapsed',
  'hold_not_allowed',
  'hold_required',
  'claim_required',
  'key_paused',
  'key_not_started',
  'outside_window',
  'key_expired',
  /** The key expects certain machines, and this is none of them. */
  'not_listed',
  /** Another claim has, or holds, the slot of this machine. */
  'slot_filled',
  'rate_limited',
  'key_spent',
  /** What is left of it is held for others. */
  'key_held',
  'approvals_full',
  /** The client's network holds as much as one network may. */
  'holds_full',
  /** Of the key; nothing is signed now in its name. Whatever else refuses comes first. */
  'issuer_unavailable',
] as const

export type RefusalReason = (typeof REFUSAL_REASONS)[number]
