import type { Cause } from '../kernel/cause.ts'
import { type Refusal, refuse } from '../kernel/outcome.ts'
import type { Actor, Scope } from './actor.ts'
import type { Permission } from './permission.ts'

/** An operator's request: who, and by what. Every management use case takes one. */
export type Operation = { readonly actor: Actor; readonly request: Cause['request'] }

/**
 * null when the actor may; every use case asks first, whatever its edge asked before.
 * @param where who may only within some labels may not everywhere; `within labels`: their reach is asked later (reach.ts)
 */
export function denialOf(
  { actor }: Operation,
  permission: Permission,
  where: 'everywhere' | 'within labels' = 'everywhere',
): Refusal | null {
  const isPermitted =
    actor.permissions.has(permission) && (where === 'within labels' || !actor.scopes.has(permission))
  return isPermitted ? null : refuse({ kind: 'permission_missing' })
}

/** Within which labels the actor has the permission: any of the scopes; undefined: everywhere, or it has it not at all. */
export function scopesOf({ actor }: Operation, permission: Permission): readonly Scope[] | undefined {
  return actor.scopes.get(permission)
}

export function causeOf({ actor, request }: Operation): Cause {
  const { principal: id, name, kind, publicId, by } = actor
  const apiKey = by.kind === 'api_key' ? by.id : null
  return { actor: { kind: 'principal', id, name, apiKey, as: { kind, id: publicId } }, request }
}
