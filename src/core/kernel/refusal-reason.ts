export type RefusalReason =
  | 'key_unknown'
  | 'profile_disabled'
  | 'key_revoked'
  | 'key_disabled'
  | 'suspended_by_restore'
  | 'address_not_allowed'
  | 'agent_revoked'
  | 'agent_disabled'
  | 'claim_bound'
  | 'key_expired'
  | 'key_spent'
  /** Of the key; nothing is signed now in its name. Whatever else refuses comes first. */
  | 'issuer_unavailable'
