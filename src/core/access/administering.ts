import type { Ports } from '../ports.ts'

/** The owners' roles that let one say who may come: an organization without anybody who has one would be locked. */
export function administering({ ownerRoles, roles }: Pick<Ports, 'ownerRoles' | 'roles'>): readonly string[] {
  return ownerRoles.filter((role) => roles[role]?.includes('access.write'))
}
