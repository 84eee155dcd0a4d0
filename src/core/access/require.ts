import type { Cause } from '../ledger/records.ts'
import { type Fault, refuse } from '../outcome.ts'
import type { Actor, Permission } from './permission.ts'

/** An operator's request: who, and by what. Every management use case takes one. */
export type Operation = { readonly actor: Actor; readonly request: Cause['request'] }

/** null when the actor may; every use case asks first, whatever its edge asked before. */
export function denied(
  operation: Operation,
  permission: Permission,
): { readonly ok: false; readonly fault: Fault } | null {
  return operation.actor.permissions.has(permission) ? null : refuse({ kind: 'permission_missing' })
}

export function causeOf({ actor, request }: Operation): Cause {
  const { principal: id, name, apiKey } = actor
  return { actor: { kind: 'principal', id, name, apiKey }, request }
}
