/** A user's keys, which are for that user alone, whatever their roles. */

import { notFound, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import { mintApiKey } from '../api-key.ts'
import { causeOf, memberCase } from '../operator-case.ts'
import { operatorEvent } from '../operator-event.ts'
import type { ApiKey } from './port.ts'

/** The most keys that a user may have in an organization. */
const MAX_KEYS = 500

export type CreatedKey = { readonly key: ApiKey; readonly secret: string }

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

/** Never expires. */
export const createOwnApiKey = memberCase(
  async (ports, operation, input: Pick<ApiKey, 'name' | 'description'>): Promise<Outcome<CreatedKey>> => {
    const { kind, principal, organization } = operation.actor
    if (kind !== 'user') return refuse({ kind: 'permission_missing' })
    const minted = await mintApiKey(await ports.keyring(), ports.random)
    const now = ports.now()
    const made = { ...input, expiresAt: null, createdAt: now, createdBy: causeOf(operation).actor }
    const subject = { kind: 'api_key', id: minted.id, name: input.name }
    const event = operatorEvent('api_key.create', operation, subject, now)
    const owner = { id: principal, organization }
    const result = await ports.apiKeys.create(owner, { ...minted, ...made }, MAX_KEYS, event)
    if (result === 'limit') return refuse({ kind: 'limit_reached', what: 'api_key' })
    return ok({
      key: { ...made, id: minted.id, organization, principal, usedAt: null, suspendedAt: null },
      secret: minted.secret,
    })
  },
)

export const changeOwnApiKey = memberCase(
  async (
    ports,
    operation,
    id: string,
    change: Partial<Pick<ApiKey, 'name' | 'description'>>,
  ): Promise<Outcome<null>> => {
    const found = await getOwnApiKey(ports, operation, id)
    if (!found.ok) return found
    const subject = { kind: 'api_key', id, name: change.name ?? found.value.name }
    const event = operatorEvent('api_key.update', operation, subject, ports.now())
    await ports.apiKeys.update(found.value, change, event)
    return ok(null)
  },
)

export const deleteOwnApiKey = memberCase(async (ports, operation, id: string): Promise<Outcome<null>> => {
  const found = await getOwnApiKey(ports, operation, id)
  if (!found.ok) return found
  const subject = { kind: 'api_key', id, name: found.value.name }
  await ports.apiKeys.remove(found.value, operatorEvent('api_key.delete', operation, subject, ports.now()))
  return ok(null)
})
