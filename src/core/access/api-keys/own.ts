/** A user's keys, which are for that user alone, whatever their roles. */

import { invalid, notFound, type Outcome, ok, type Refusal, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { mintApiKey, type NewApiKey } from '../api-key.ts'
import { causeOf, memberCase, type Operation } from '../cases/operator-case.ts'
import { operatorEvent } from '../cases/operator-event.ts'
import type { Principal } from '../principals/port.ts'
import type { ApiKey } from './port.ts'

/** The most keys that a user may have in an organization. */
const MAX_KEYS = 500

export type CreatedKey = { readonly key: ApiKey; readonly secret: string }

/** @property expiresAt null: never; a time that has passed ends the key */
export type ApiKeyChange = Partial<Pick<ApiKey, 'name' | 'description' | 'expiresAt'>> & {
  readonly isEnabled?: boolean
}

export const listOwnApiKeys = memberCase(async (ports, operation): Promise<Outcome<readonly ApiKey[]>> => {
  const { actor } = operation
  if (actor.kind !== 'user') return refuse({ kind: 'permission_missing' })
  return ok(await ports.apiKeys.ofPrincipals([actor.principal]))
})

export const getOwnApiKey = memberCase(async (ports, operation, id: string): Promise<Outcome<ApiKey>> => {
  const { actor } = operation
  if (actor.kind !== 'user') return refuse({ kind: 'permission_missing' })
  const found = await ports.apiKeys.find(actor.organization, id)
  return found?.principal === actor.principal ? ok(found) : notFound('api_key')
})

/** A key that makes another is not outlived by it. */
export const createOwnApiKey = memberCase(
  async (
    ports,
    operation,
    { expiresAt = null, ...input }: Pick<ApiKey, 'name' | 'description'> & Partial<Pick<ApiKey, 'expiresAt'>>,
  ): Promise<Outcome<CreatedKey>> => {
    const { kind, principal, organization } = operation.actor
    if (kind !== 'user') return refuse({ kind: 'permission_missing' })
    const now = ports.now()
    if (expiresAt !== null && expiresAt <= now) return expiredAlready()
    const outlives = await outlivesItsMaker(ports, operation, expiresAt)
    if (outlives) return outlives
    const minted = await mintApiKey(await ports.keyring(), ports.random)
    const made = { ...input, expiresAt, createdAt: now, createdBy: causeOf(operation).actor }
    const subject = { kind: 'api_key', id: minted.id, name: input.name }
    const event = operatorEvent('api_key.create', operation, subject, now)
    const owner = { id: principal, organization }
    const result = await ports.apiKeys.create(owner, { ...minted, ...made }, MAX_KEYS, event)
    if (result === 'limit') return refuse({ kind: 'limit_reached', what: 'api_key' })
    return ok(createdKey(minted, made, owner))
  },
)

export const changeOwnApiKey = memberCase(
  async (ports, operation, id: string, change: ApiKeyChange): Promise<Outcome<ApiKey>> => {
    const found = await getOwnApiKey(ports, operation, id)
    if (!found.ok) return found
    const { expiresAt } = change
    const outlives = expiresAt === undefined ? null : await outlivesItsMaker(ports, operation, expiresAt)
    return outlives ?? changeKey(ports, operation, found.value, change)
  },
)

export const deleteOwnApiKey = memberCase(async (ports, operation, id: string): Promise<Outcome<null>> => {
  const found = await getOwnApiKey(ports, operation, id)
  if (!found.ok) return found
  const subject = { kind: 'api_key', id, name: found.value.name }
  await ports.apiKeys.remove(found.value, operatorEvent('api_key.delete', operation, subject, ports.now()))
  return ok(null)
})

export async function changeKey(
  ports: Ports,
  operation: Operation,
  key: ApiKey,
  { isEnabled, ...members }: ApiKeyChange,
): Promise<Outcome<ApiKey>> {
  const now = ports.now()
  const change = {
    ...members,
    ...(isEnabled !== undefined && { disabledAt: isEnabled ? null : (key.disabledAt ?? now) }),
  }
  const detail = {
    ...(isEnabled !== undefined && { enabled: isEnabled }),
    ...(members.expiresAt !== undefined && { expiresAt: members.expiresAt }),
  }
  const subject = { kind: 'api_key', id: key.id, name: members.name ?? key.name }
  await ports.apiKeys.update(key, change, operatorEvent('api_key.update', operation, subject, now, detail))
  return ok({ ...key, ...change })
}

export function createdKey(
  { id, secret }: NewApiKey,
  made: Pick<ApiKey, 'name' | 'description' | 'expiresAt' | 'createdAt' | 'createdBy'>,
  { id: principal, organization }: Pick<Principal, 'id' | 'organization'>,
): CreatedKey {
  const unused = { usedAt: null, suspendedAt: null, disabledAt: null }
  return { key: { ...made, ...unused, id, organization, principal }, secret }
}

export function expiredAlready(): Refusal {
  return invalid('expiresAt', 'a new key can not have expired already')
}

/** Who has a key for an hour has no key for longer by it. */
async function outlivesItsMaker(
  ports: Ports,
  { actor: { by, organization } }: Operation,
  expiresAt: number | null,
): Promise<Refusal | null> {
  if (by.kind !== 'api_key') return null
  const maker = await ports.apiKeys.find(organization, by.id)
  if (!maker || maker.expiresAt === null) return null
  const isWithin = expiresAt !== null && expiresAt <= maker.expiresAt
  return isWithin ? null : invalid('expiresAt', 'the key would outlive the one that asks for it')
}
