/** The core's one list of what a principal may do. Each dialect maps its roles onto it in one table. */
export const PERMISSIONS = [
  'settings.read',
  'events.read',
  'settings.write',
  /** Users, accounts, their keys and roles, and from where they may come. */
  'access.read',
  'access.write',
  'labels.read',
  'labels.write',
  'profiles.read',
  'profiles.write',
  'keys.read',
  /** Make keys, and nothing else. */
  'keys.mint',
  'keys.write',
  'keys.revoke',
  'agents.read',
  'agents.write',
  'agents.revoke',
  /** Decide on claims that wait for it. */
  'agents.approve',
  'organizations.write',
  'roles.read',
  'roles.write',
  'key_pairs.read',
  'key_pairs.write',
  'things.read',
  'things.write',
  'issuers.read',
  'issuers.write',
  'api_clients.read',
  'api_clients.write',
] as const

export type Permission = (typeof PERMISSIONS)[number]

/** What a role with a scope has within that alone. Whatever else it may, it may everywhere. */
export const SCOPED: ReadonlySet<Permission> = new Set([
  'profiles.read',
  'profiles.write',
  'keys.read',
  'keys.mint',
  'keys.write',
  'keys.revoke',
  'agents.write',
  'agents.revoke',
  'agents.approve',
])

/** Role, as `dialect:role`, → what it may do. */
export type RoleTable = Readonly<Record<string, readonly Permission[]>>
