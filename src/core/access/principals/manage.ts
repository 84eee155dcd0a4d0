import type { PrincipalKind } from '../../kernel/cause.ts'
import type { PageAfter } from '../../kernel/fairness/list-slices.ts'
import { notFound, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { causeOf, type Operation, operatorCase } from '../cases/operator-case.ts'
import { operatorEvent } from '../cases/operator-event.ts'
import { ownerGuard } from '../last-owner.ts'
import { type Reference, resolveRestriction } from '../reach/reference.ts'
import { subjectOf } from './create.ts'
import { type GrantInput, resolveGrants } from './grants.ts'
import type { Principal, PrincipalQuery } from './port.ts'
import { type GrantFault, type WriteFault, written } from './written.ts'

export type PrincipalUpdate = Partial<Pick<Principal, 'name' | 'displayName' | 'description'>> & {
  readonly restriction?: Reference | null
  readonly isEnabled?: boolean
  /** All that it has from then on. */
  readonly grants?: readonly GrantInput[]
}

type Query = Omit<PrincipalQuery, 'organization'>

/** @param kinds of which it must be one */
export const getPrincipal = operatorCase(
  'access.read',
  async (ports, operation, uuid: string, kinds: readonly PrincipalKind[]): Promise<Outcome<Principal>> =>
    find(ports, operation, uuid, kinds),
)

export const listPrincipals = operatorCase(
  'access.read',
  async (ports, operation, query: Query, page: PageAfter<number>): Promise<Outcome<readonly Principal[]>> =>
    ok(await ports.principals.list({ ...query, organization: operation.actor.organization }, page)),
)

export const countPrincipals = operatorCase(
  'access.read',
  async (ports, operation, query: Query): Promise<Outcome<number>> =>
    ok(await ports.principals.count({ ...query, organization: operation.actor.organization })),
)

/** Changes what is named and nothing else. */
export const changePrincipal = operatorCase(
  'access.write',
  async (
    ports,
    operation,
    uuid: string,
    kinds: readonly PrincipalKind[],
    { restriction: wanted, grants: inputs, isEnabled, ...members }: PrincipalUpdate,
  ): Promise<Outcome<null, GrantFault>> => {
    const found = await find(ports, operation, uuid, kinds)
    if (!found.ok) return found
    const { organization } = operation.actor
    const { user, name } = found.value
    if (user !== null && members.name !== undefined && members.name !== name) {
      const message = 'a user who can sign in is named by their e-mail address'
      return refuse({ kind: 'input_invalid', problems: [{ path: ['name'], code: 'other', message }] })
    }
    const restriction = wanted === undefined ? null : await resolveRestriction(ports, organization, wanted)
    if (restriction && !restriction.ok) return restriction
    const grants = inputs && (await resolveGrants(ports, organization, inputs, found.value.grants))
    if (grants && !grants.ok) return grants
    const now = ports.now()
    const change = {
      ...members,
      ...(restriction && { restriction: restriction.value }),
      ...(isEnabled !== undefined && { disabledAt: isEnabled ? null : (found.value.disabledAt ?? now) }),
      updatedAt: now,
      updatedBy: causeOf(operation).actor,
    }
    const detail = isEnabled === undefined ? {} : { enabled: isEnabled }
    const subject = subjectOf({ ...found.value, ...members })
    const event = operatorEvent('principal.update', operation, subject, now, detail)
    const guard = restriction || grants || isEnabled === false ? await ownerGuard(ports, operation) : null
    const failure = await ports.principals.update(found.value, change, grants?.value ?? null, guard, event)
    return written(failure, 'principal')
  },
)

/** With its permissions and its keys, which are refused from then on. */
export const deletePrincipal = operatorCase(
  'access.write',
  async (
    ports,
    operation,
    uuid: string,
    kinds: readonly PrincipalKind[],
  ): Promise<Outcome<null, WriteFault>> => {
    const found = await find(ports, operation, uuid, kinds)
    if (!found.ok) return found
    const event = operatorEvent('principal.delete', operation, subjectOf(found.value), ports.now())
    const guard = await ownerGuard(ports, operation)
    return written(await ports.principals.remove(found.value, guard, event), 'principal')
  },
)

async function find(
  ports: Ports,
  operation: Operation,
  uuid: string,
  kinds: readonly PrincipalKind[],
): Promise<Outcome<Principal>> {
  const found = await ports.principals.find(operation.actor.organization, uuid)
  return found && kinds.includes(found.kind) ? ok(found) : notFound('principal')
}
