import type { Cause, Grant } from '../ledger/records.ts'
import { type Refusal, refuse } from '../outcome.ts'
import type { Actor, Scope } from './actor.ts'
import type { Permission } from './permission.ts'

/** An operator's request: who, and by what. Every management use case takes one. */
export type Operation = { readonly actor: Actor; readonly request: Cause['request'] }

/** What a permission is asked for: a thing with these labels, by id; or one that the use case is about to look up. */
export type Subject = { readonly labels: readonly string[] } | 'looked up later'

/**
 * null when the actor may; every use case asks first, whatever its edge asked before. Without a subject, who may only
 * within some labels may not.
 */
export function denied({ actor }: Operation, permission: Permission, subject?: Subject): Refusal | null {
  const scopes = actor.scopes.get(permission)
  const isPermitted =
    actor.permissions.has(permission) &&
    (scopes === undefined ||
      subject === 'looked up later' ||
      (subject !== undefined && scopes.some((scope) => isWithin(scope, subject.labels))))
  return isPermitted ? null : refuse({ kind: 'permission_missing' })
}

/** Within which labels the actor has the permission: any of the scopes; undefined: everywhere, or it has it not at all. */
export function scopesOf({ actor }: Operation, permission: Permission): readonly Scope[] | undefined {
  return actor.scopes.get(permission)
}

/** What of a grant a scope can be about: the labels that exist. */
export function subjectOf({ labels }: Pick<Grant, 'labels'>): { readonly labels: readonly string[] } {
  return { labels: labels.flatMap((label) => ('id' in label ? [label.id] : [])) }
}

function isWithin(scope: Scope, labels: readonly string[]): boolean {
  return scope.every((id) => labels.includes(id))
}

export function causeOf({ actor, request }: Operation): Cause {
  const { principal: id, name, kind, publicId, by } = actor
  const apiKey = by.kind === 'api_key' ? by.id : null
  return { actor: { kind: 'principal', id, name, apiKey, as: { kind, id: publicId } }, request }
}
