import type { Faults } from '../../core/kernel/outcome.ts'

/** What the console's routes can be refused for. */
export type ConsoleFault = Faults<
  | 'already_decided'
  | 'external_reference_taken'
  | 'host_foreign'
  | 'in_use'
  | 'key_revoked'
  | 'label_key_repeated'
  | 'last_owner'
  | 'master_key_missing'
  | 'password_weak'
  | 'permission_duplicate'
  | 'profile_is_default'
  | 'ring_version_in_use'
  | 'session_needed'
  | 'user_active'
>
