import { allowsAddress } from '../kernel/address.ts'
import { type Outcome, ok, refuse } from '../kernel/outcome.ts'
import type { Actor, CredentialKind, Scope } from './actor.ts'
import { type Permission, type RoleTable, SCOPED } from './permission.ts'
import type { KnownPrincipal } from './port.ts'

/**
 * The principal as who it is in a request. While it is disabled, and from an address that its restriction does not list, or
 * from none that is known, its credential is no credential.
 */
export function actAs(
  roles: RoleTable,
  principal: KnownPrincipal,
  by: Actor['by'],
  address: string | null,
): Outcome<Actor> {
  if (!principal.isEnabled || !admits(principal.restriction, by.kind, address))
    return refuse({ kind: 'credential_invalid' })
  const { id, uuid, kind, name, organization, user, grants } = principal
  return ok({
    principal: id,
    kind,
    publicId: user === null ? uuid : String(user),
    name,
    organization,
    by,
    roles: [...new Set(grants.map(({ role }) => role))],
    ...permitted(roles, grants),
  })
}

/** Whether a credential of that kind may come from there. A restriction without ranges allows no address. */
export function admits(
  restriction: KnownPrincipal['restriction'],
  by: CredentialKind,
  address: string | null,
): boolean {
  if (restriction === null || restriction.exclusions.includes(by)) return true
  return restriction.ranges.length > 0 && allowsAddress(restriction.ranges, address)
}

function permitted(
  roles: RoleTable,
  grants: KnownPrincipal['grants'],
): Pick<Actor, 'permissions' | 'scopes'> {
  const everywhere = new Set<Permission>()
  const scopes = new Map<Permission, readonly Scope[]>()
  for (const { role, scope } of grants) {
    for (const permission of roles[role] ?? []) {
      if (scope.length === 0 || !SCOPED.has(permission)) everywhere.add(permission)
      else scopes.set(permission, [...(scopes.get(permission) ?? []), scope])
    }
  }
  for (const permission of everywhere) scopes.delete(permission)
  return { permissions: new Set([...everywhere, ...scopes.keys()]), scopes }
}
