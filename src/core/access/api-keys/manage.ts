/** All keys of an organization, and those of accounts, as their administrators see them. */

import type { PrincipalKind } from '../../kernel/cause.ts'
import type { AgePlace, PageAfter } from '../../kernel/fairness/list-slices.ts'
import { notFound, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import { mintApiKey } from '../api-key.ts'
import { causeOf, operatorCase } from '../cases/operator-case.ts'
import { operatorEvent } from '../cases/operator-event.ts'
import type { Principal } from '../principals/port.ts'
import { expiryOf, type KeyLifetime } from './lifetime.ts'
import { type ApiKeyChange, type CreatedKey, changeKey, createdKey, expiredAlready } from './own.ts'
import type { ApiKey, ApiKeyQuery } from './port.ts'

/** The most keys that an account may have. */
const MAX_KEYS = 500

type Query = Omit<ApiKeyQuery, 'organization'>

export const listApiKeys = operatorCase(
  'access.read',
  async (
    ports,
    operation,
    query: Query,
    page: PageAfter<AgePlace>,
  ): Promise<Outcome<readonly { readonly key: ApiKey; readonly principal: Principal }[]>> => {
    const { organization } = operation.actor
    return ok(await ports.apiKeys.list({ ...query, organization }, ports.now(), page))
  },
)

export const countApiKeys = operatorCase(
  'access.read',
  async (ports, operation, query: Query): Promise<Outcome<number>> => {
    const { organization } = operation.actor
    return ok(await ports.apiKeys.count({ ...query, organization }, ports.now()))
  },
)

/** The keys of these principals of the caller's organization, by the number of their principal. */
export const listApiKeysOfPrincipals = operatorCase(
  'access.read',
  async (
    ports,
    operation,
    principals: readonly Principal[],
  ): Promise<Outcome<ReadonlyMap<number, readonly ApiKey[]>>> => {
    const own = principals.filter(({ organization }) => organization === operation.actor.organization)
    const keys = await ports.apiKeys.ofPrincipals(own.map(({ id }) => id))
    return ok(Map.groupBy(keys, ({ principal }) => principal))
  },
)

/** A further key of an account. */
export const createApiKey = operatorCase(
  'access.write',
  async (
    ports,
    operation,
    uuid: string,
    kind: PrincipalKind,
    lifetime: KeyLifetime,
    { name, description }: Pick<ApiKey, 'name' | 'description'> = { name: '', description: '' },
  ): Promise<Outcome<CreatedKey>> => {
    const { organization } = operation.actor
    const principal = await ports.principals.find(organization, uuid)
    if (principal?.kind !== kind) return notFound('principal')
    const now = ports.now()
    const minted = await mintApiKey(await ports.keyring(), ports.random)
    const expiresAt = await expiryOf(ports, organization, lifetime, now)
    if (expiresAt !== null && expiresAt <= now) return expiredAlready()
    const createdBy = causeOf(operation).actor
    const made = { name, description, expiresAt, createdAt: now, createdBy }
    const subject = { kind: 'api_key', id: minted.id, name: name || principal.name }
    const event = operatorEvent('api_key.create', operation, subject, now)
    const result = await ports.apiKeys.create(principal, { ...minted, ...made }, MAX_KEYS, event)
    if (result === 'limit') return refuse({ kind: 'limit_reached', what: 'api_key' })
    return ok(createdKey(minted, made, principal))
  },
)

/** Any key of the organization, and whose it is. */
export const getApiKey = operatorCase(
  'access.read',
  async (
    ports,
    operation,
    id: string,
  ): Promise<Outcome<{ readonly key: ApiKey; readonly principal: Principal }>> => {
    const { organization } = operation.actor
    const key = await ports.apiKeys.find(organization, id)
    const principal = key && (await ports.principals.findByNumber(organization, key.principal))
    return principal ? ok({ key, principal }) : notFound('api_key')
  },
)

/** Any key of the organization. */
export const changeApiKey = operatorCase(
  'access.write',
  async (ports, operation, id: string, change: ApiKeyChange): Promise<Outcome<ApiKey>> => {
    const found = await ports.apiKeys.find(operation.actor.organization, id)
    return found ? changeKey(ports, operation, found, change) : notFound('api_key')
  },
)

/** Any key of the organization. @param account the UUID of whose it must be; null: whosever */
export const deleteApiKey = operatorCase(
  'access.write',
  async (ports, operation, id: string, account: string | null): Promise<Outcome<null>> => {
    const { organization } = operation.actor
    const found = await ports.apiKeys.find(organization, id)
    if (!found) return notFound('api_key')
    if (account !== null) {
      const principal = await ports.principals.find(organization, account)
      if (principal?.id !== found.principal) return notFound('api_key')
    }
    const subject = { kind: 'api_key', id, name: found.name }
    await ports.apiKeys.remove(found, operatorEvent('api_key.delete', operation, subject, ports.now()))
    return ok(null)
  },
)
