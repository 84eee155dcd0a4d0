import type { Permission, RoleTable } from '../../../core/access/permission.ts'

const READER = [
  'profiles.read',
  'keys.read',
  'agents.read',
  'issuers.read',
  'api_clients.read',
] as const satisfies readonly Permission[]

const ADMIN = [
  ...READER,
  'events.read',
  'profiles.write',
  'keys.write',
  'keys.revoke',
  'agents.write',
  'agents.revoke',
  'agents.approve',
  'issuers.write',
  'api_clients.write',
] as const satisfies readonly Permission[]

/** What each role of an API client may do, in the core's words. */
export const roles = {
  'zpa:admin': ADMIN,
  'zpa:read_only': READER,
} as const satisfies RoleTable

/** `roleId` on the wire. */
export const ROLE_IDS = { '1': 'zpa:admin', '2': 'zpa:read_only' } as const
