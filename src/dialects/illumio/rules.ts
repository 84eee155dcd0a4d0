import type { RulesOfDialect } from '../../core/deployment/dialect-rules.ts'
import { GLOBAL_ROLES, roles } from './edge/roles.ts'
import { newProfile } from './pairing/profile-input.ts'

/** The PCE's rules for every organization. */
export const rules: RulesOfDialect = {
  roles,
  roleScopes: Object.fromEntries(
    Object.keys(roles).flatMap((role) => (GLOBAL_ROLES.includes(role) ? [] : [[role, 'labels' as const]])),
  ),
  ownerRoles: ['illumio:owner'],
  labelKeys: ['role', 'app', 'env', 'loc'],
  // A policy reads them as "every label of that key".
  reservedLabelValues: ['All Applications', 'All Environments', 'All Locations', 'All Roles'],
  defaultProfiles: [newProfile({ name: 'Default', enabled: true }, [])],
}
