import type { Cause } from '../../kernel/cause.ts'
import { type CommonFault, type Fault, type Outcome, type Refusal, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { Actor, Scope } from '../actor.ts'
import type { Permission } from '../permission.ts'
import { type AskedPermission, type UseCase, useCase } from './use-case.ts'

/** An operator's request: who, and by what. Every management use case takes one. */
export type Operation = { readonly actor: Actor; readonly request: Cause['request'] }

/** A permission that is enough within some labels: the use case holds the operator to them (reach.ts). */
export type Within = { readonly within: Permission }

export function within(permission: Permission): Within {
  return { within: permission }
}

/** A permission, asked for everywhere or within some labels. */
export type Asked = Permission | Within

/** A use case for operators who have a permission. It is asked before anything else happens, whatever the edge asked before. */
export function operatorCase<Input extends readonly unknown[], T, F extends Fault>(
  asked: Asked,
  run: (ports: Ports, operation: Operation, ...input: Input) => Promise<Outcome<T, F>>,
): UseCase<[Operation, ...Input], Promise<Outcome<T, F | CommonFault>>> {
  return useCase(
    { who: 'operator', asks: permissionIn(asked) },
    async (ports, operation, ...input) => denialOf(operation, asked) ?? run(ports, operation, ...input),
  )
}

/** The same where the permission follows from what the use case is about; null: no permission is needed. */
export function operatorCaseBy<Subject, Input extends readonly unknown[], T, F extends Fault>(
  askedFor: (operation: Operation, subject: Subject) => Asked | null,
  run: (ports: Ports, operation: Operation, subject: Subject, ...input: Input) => Promise<Outcome<T, F>>,
): UseCase<[Operation, Subject, ...Input], Promise<Outcome<T, F | CommonFault>>> {
  return useCase({ who: 'operator', asks: 'by input' }, async (ports, operation, subject, ...input) => {
    const asked = askedFor(operation, subject)
    return (asked && denialOf(operation, asked)) ?? run(ports, operation, subject, ...input)
  })
}

/** A use case for every authenticated principal: it decides by itself what of it is the principal's. */
export function memberCase<Input extends readonly unknown[], Result>(
  run: (ports: Ports, operation: Operation, ...input: Input) => Result,
): UseCase<[Operation, ...Input], Result> {
  return useCase({ who: 'member' }, run)
}

/** null when the actor has the permission. A permission within some labels does not hold everywhere. */
export function denialOf({ actor }: Operation, asked: Asked): Refusal | null {
  const { permission, isWithin } = permissionIn(asked)
  const isPermitted = actor.permissions.has(permission) && (isWithin || !actor.scopes.has(permission))
  return isPermitted ? null : refuse({ kind: 'permission_missing' })
}

function permissionIn(asked: Asked): AskedPermission {
  return typeof asked === 'string'
    ? { permission: asked, isWithin: false }
    : { permission: asked.within, isWithin: true }
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
