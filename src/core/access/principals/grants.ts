import { type Faults, type Outcome, ok, type Refusal, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { type Reference, resolveScope } from '../reach/reference.ts'
import { profileOfScope } from '../reach/scope.ts'
import type { RoleGrant } from './port.ts'

export type GrantInput = {
  /** The one that it is to become of; null: a new one. */
  readonly of: Reference | null
  readonly role: string
  readonly scope: readonly Reference[]
}

/** All that a principal shall have: of what it has, those that are named keep their id. */
export async function resolveGrants(
  ports: Ports,
  organization: number,
  inputs: readonly GrantInput[],
  present: readonly RoleGrant[],
): Promise<Outcome<readonly RoleGrant[], Faults<'label_key_repeated'>>> {
  const grants: RoleGrant[] = []
  for (const [index, { of, role, scope }] of inputs.entries()) {
    if (!Object.hasOwn(ports.roles, role)) return refuse({ kind: 'reference_unknown', reference: role })
    const refusal = refuseScope(ports, role, scope, index)
    if (refusal) return refusal
    const kept = of && present.find(({ id }) => id === of.id)
    if (of && (!kept || grants.some(({ id }) => id === of.id))) {
      return refuse({ kind: 'reference_unknown', reference: of.text })
    }
    const resolved = await resolveScope(ports, organization, scope)
    if (!resolved.ok) return resolved
    const { id, createdAt } = kept ?? { id: ports.uuid(), createdAt: ports.now() }
    grants.push({ id, role, scope: resolved.value, createdAt })
  }
  return ok(grants)
}

/** null when the role may have a scope like that. */
function refuseScope(ports: Ports, role: string, scope: readonly Reference[], index: number): Refusal | null {
  const may = ports.roleScopes[role]
  const isFitting = scope.every(({ id }) => (profileOfScope(id) === null ? 'labels' : 'profiles') === may)
  if (isFitting) return null
  const message = may === undefined ? 'this role has no scope' : `the scope of this role is of ${may}`
  return refuse({
    kind: 'input_invalid',
    problems: [{ path: ['roles', index], code: 'other', message }],
  })
}
