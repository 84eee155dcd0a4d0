import { PERMISSIONS, type Permission, type RoleTable } from '../../../core/access/permission.ts'

/** Every member may read settings, labels, workloads and VENs (docs/dialects/illumio.md#roles). */
const MEMBER = ['settings.read', 'labels.read', 'agents.read'] as const satisfies readonly Permission[]

/** Who may also look at pairing profiles. */
const READER = [...MEMBER, 'profiles.read', 'keys.read'] as const satisfies readonly Permission[]

/** Who may also look at the events. */
const AUDITOR = [...READER, 'events.read'] as const satisfies readonly Permission[]

const WORKLOAD_MANAGER = [
  ...READER,
  'profiles.write',
  'keys.mint',
  'keys.write',
  'keys.revoke',
  'agents.write',
  'agents.revoke',
  'agents.approve',
] as const satisfies readonly Permission[]

/**
 * Who may come, and as what, is for the owner alone, and so are the settings; and so is what is another
 * vendor's: this is the one place where users are managed, and where it can be taken back.
 */
const ADMIN = [...WORKLOAD_MANAGER, 'labels.write', 'events.read'] as const satisfies readonly Permission[]

/** What each of Illumio's roles may do, in the core's words. */
export const roles = {
  'illumio:owner': PERMISSIONS,
  'illumio:admin': ADMIN,
  'illumio:read_only': AUDITOR,
  'illumio:global_object_provisioner': AUDITOR,
  'illumio:ruleset_manager': MEMBER,
  'illumio:limited_ruleset_manager': MEMBER,
  'illumio:ruleset_provisioner': MEMBER,
  'illumio:ruleset_viewer': MEMBER,
  'illumio:workload_manager': WORKLOAD_MANAGER,
} as const satisfies RoleTable

/** Those that are about all of an organization. */
export const GLOBAL_ROLES: readonly string[] = [
  'illumio:owner',
  'illumio:admin',
  'illumio:read_only',
  'illumio:global_object_provisioner',
]

export const ROLE_PREFIX = 'illumio:'

export function isRole(role: string): role is keyof typeof roles {
  return Object.hasOwn(roles, role)
}

/** As the PCE names them. */
export const ROLE_NAMES: readonly string[] = Object.keys(roles).map((role) => role.slice(ROLE_PREFIX.length))
