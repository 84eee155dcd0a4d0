import type { PrincipalKind } from '../../kernel/cause.ts'
import { map, type Outcome, refuse } from '../../kernel/outcome.ts'
import { fold } from '../../kernel/text.ts'
import type { Ports } from '../../ports.ts'
import { mintApiKey } from '../api-key.ts'
import { expiryOf, type KeyLifetime } from '../api-keys/lifetime.ts'
import { causeOf, type Operation, operatorCase } from '../cases/operator-case.ts'
import { operatorEvent } from '../cases/operator-event.ts'
import { type Reference, resolveRestriction } from '../reach/reference.ts'
import { type GrantInput, resolveGrants } from './grants.ts'
import type { KeyOfPrincipal, Principal } from './port.ts'
import { type GrantFault, written } from './written.ts'

export type NewPrincipal = Pick<Principal, 'name' | 'displayName' | 'description'> & {
  readonly kind: PrincipalKind
  readonly restriction: Reference | null
  readonly grants: readonly GrantInput[]
  /** Of its first key; null: it gets none. */
  readonly key: { readonly lifetime: KeyLifetime } | null
}

export type CreatedPrincipal = {
  readonly principal: Omit<Principal, 'id' | 'user'>
  readonly key: { readonly id: string; readonly secret: string } | null
}

/** @param limit the most of its kind that the organization may have */
export const createPrincipal = operatorCase(
  'access.write',
  async (
    ports,
    operation,
    input: NewPrincipal,
    limit: number,
  ): Promise<Outcome<CreatedPrincipal, GrantFault>> => {
    const { organization } = operation.actor
    const { kind, name, displayName, description } = input
    const restriction = await resolveRestriction(ports, organization, input.restriction)
    if (!restriction.ok) return restriction
    const grants = await resolveGrants(ports, organization, input.grants, [])
    if (!grants.ok) return grants
    const now = ports.now()
    const { actor } = causeOf(operation)
    const principal = {
      uuid: ports.uuid(),
      organization,
      kind,
      name,
      displayName,
      description,
      restriction: restriction.value,
      disabledAt: null,
      grants: grants.value,
      createdAt: now,
      createdBy: actor,
      updatedAt: now,
      updatedBy: actor,
    }
    const key = input.key === null ? null : await newKey(ports, organization, input.key.lifetime, now, actor)
    const events = [operatorEvent('principal.create', operation, subjectOf(principal), now)]
    if (key) {
      const subject = { kind: 'api_key', id: key.id, name }
      events.push(operatorEvent('api_key.create', operation, subject, now))
    }
    const failure = await ports.principals.create(principal, key, limit, events)
    if (failure === 'name' && kind === 'user') return adoptPrincipal(ports, operation, principal)
    return map(written(failure, 'principal'), () => ({ principal, key }))
  },
)

/**
 * A user who was made came with a principal. Who then makes it, as the vendor's documents say, gets that one, as long as
 * nothing was done to it.
 */
async function adoptPrincipal(
  ports: Ports,
  operation: Operation,
  wanted: CreatedPrincipal['principal'],
): Promise<Outcome<CreatedPrincipal, GrantFault>> {
  const { organization, name, displayName, restriction, updatedAt, updatedBy } = wanted
  const found = await ports.principals.findByName(organization, 'user', fold(name))
  const isUntouched =
    found !== null &&
    found.user !== null &&
    found.grants.length === 0 &&
    found.restriction === null &&
    found.createdAt === found.updatedAt
  if (!isUntouched) return refuse({ kind: 'name_taken' })
  // Of two at once the later one is the change; a clock that stands still must not hide it.
  const change = {
    ...(displayName !== '' && { displayName }),
    restriction,
    updatedAt: Math.max(updatedAt, found.createdAt + 1),
    updatedBy,
  }
  const event = operatorEvent('principal.update', operation, subjectOf(found), ports.now())
  const failure = await ports.principals.update(found, change, null, null, event)
  const { id: _, user: __, ...adopted } = { ...found, ...change }
  return map(written(failure, 'principal'), () => ({ principal: adopted, key: null }))
}

async function newKey(
  ports: Ports,
  organization: number,
  lifetime: KeyLifetime,
  now: number,
  createdBy: KeyOfPrincipal['createdBy'],
): Promise<KeyOfPrincipal & { readonly secret: string }> {
  return {
    ...(await mintApiKey(await ports.keyring(), ports.random)),
    name: '',
    description: '',
    expiresAt: await expiryOf(ports, organization, lifetime, now),
    createdAt: now,
    createdBy,
  }
}

export function subjectOf({ kind, uuid, name }: Pick<Principal, 'kind' | 'uuid' | 'name'>) {
  return { kind, id: uuid, name }
}
