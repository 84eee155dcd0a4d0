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
  'keys.mint',
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

/** As `/roles` lists them (docs/dialects/zpa.md#api-keys). */
export const ROLES = [
  {
    id: '1',
    name: 'Administrator',
    description: 'Reads and writes everything that this API has.',
    customRole: false,
    systemRole: true,
  },
  {
    id: '2',
    name: 'Read Only Administrator',
    description: 'Reads everything but secrets and the audit log.',
    customRole: false,
    systemRole: true,
  },
] as const

/** `roleId` on the wire. */
export const ROLE_IDS = { '1': 'zpa:admin', '2': 'zpa:read_only' } as const
