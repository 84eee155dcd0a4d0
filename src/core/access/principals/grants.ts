import { type Faults, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { type Reference, resolveScope } from '../reference.ts'
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
  for (const { of, role, scope } of inputs) {
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
