import type { Permission, RoleTable } from '../../../core/access/permission.ts'

const ADMIN = [
  'settings.read',
  'roles.read',
  'key_pairs.read',
  'things.read',
  'organizations.write',
  'roles.write',
  'key_pairs.write',
  'things.write',
] as const satisfies readonly Permission[]

/** What users may do; roles of an organization's own are for key pairs (docs/dialects/datonis.md#users). */
export const roles = {
  'datonis:account_admin': ADMIN,
  'datonis:read_only': ['settings.read', 'things.read'],
  'datonis:agent': [],
} as const satisfies RoleTable
