/** The core's one list of what a principal may do. Each dialect maps its roles onto it in one table. */
export const PERMISSIONS = [
  'settings.read',
  'labels.read',
  'labels.write',
  'profiles.read',
  'profiles.write',
  'keys.read',
  'keys.write',
  'keys.revoke',
  'agents.read',
  'agents.write',
  'agents.revoke',
  'organizations.write',
  'roles.read',
  'roles.write',
  'key_pairs.read',
  'key_pairs.write',
  'things.read',
  'things.write',
] as const

export type Permission = (typeof PERMISSIONS)[number]

/** Role, as `dialect:role`, → what it may do. */
export type RoleTable = Readonly<Record<string, readonly Permission[]>>

/** An authenticated principal in its organization. */
export type Actor = {
  readonly principal: number
  readonly name: string
  readonly organization: number
  readonly apiKey: string
  readonly permissions: ReadonlySet<Permission>
}
