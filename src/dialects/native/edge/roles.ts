import type { RoleTable } from '../../../core/access/permission.ts'

/** For programs that hand out keys and do nothing else. All other roles are those of the vendors' dialects. */
export const roles = { 'native:minter': ['keys.mint'] } as const satisfies RoleTable
