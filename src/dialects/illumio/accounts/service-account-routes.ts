/** Accounts of programs (docs/dialects/illumio.md#service-accounts). */

import * as z from 'zod'
import type { ApiKey } from '../../../core/access/api-keys/port.ts'
import type { Principal } from '../../../core/access/principals/port.ts'
import { type PageAfter, slicesOf } from '../../../core/kernel/fairness/list-slices.ts'
import { ok } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { ExactText, maxResults, PartialText } from '../edge/collection.ts'
import { MAX_PRINCIPALS } from '../edge/constants.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { OfOrganization, Uuid } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'
import type { Caller } from '../pairing/profile-of.ts'
import { formatKey, formatNewKey } from './access-wire.ts'
import { RoleFilter, roleOf } from './api-key-routes.ts'
import {
  ChangeAccount,
  CreateAccount,
  grantsOf,
  KeyInput,
  lifetimeOf,
  restrictionOf,
} from './service-account-input.ts'
import { AccountReply, CreatedKeyReply, CreatedReply, formatAccount } from './service-account-wire.ts'

const COLLECTION = '/api/v2/orgs/:org/service_accounts'
const ONE = `${COLLECTION}/:account`
const OneAccount = OfOrganization.extend({ account: Uuid })
const KeyOfAccount = OneAccount.extend({ key: z.string() })
const KINDS = ['service_account'] as const

const Filters = z.strictObject({
  name: PartialText,
  role: RoleFilter,
  managing: ExactText.meta({ description: 'Nothing manages an account here: any value lists nothing' }),
  max_results: maxResults(),
})

const list = listing({
  path: COLLECTION,
  access: 'access.read',
  operation: { id: 'service_accounts_get', summary: 'List service accounts' },
  params: OfOrganization,
  query: Filters,
  item: AccountReply,
  collect: async (call) => {
    const { core, query } = call
    const operation = operationOf(call)
    const role = roleOf(query.role, operation.actor.organization)
    if (!role.ok) return role
    if (query.managing !== undefined) return ok(null)
    const wanted = { kinds: KINDS, ...given({ nameContains: query.name, role: role.value }) }
    return ok({
      count: () => core.principals.countPrincipals(operation, wanted),
      read: slicesOf(
        (page: PageAfter<number>) => core.principals.listPrincipals(operation, wanted, page),
        ({ id }) => id,
        (accounts) => shown(call, accounts),
      ),
    })
  },
})

const get = illumioRoute({
  method: 'get',
  path: ONE,
  access: 'access.read',
  operation: { id: 'service_account_get', summary: 'One service account, with its keys' },
  params: OneAccount,
  replies: { 200: { description: 'The account', schema: AccountReply } },
  handle: async (call) => {
    const found = await call.core.principals.getPrincipal(operationOf(call), call.params.account, KINDS)
    if (!found.ok) return found
    const accounts = await shown(call, [found.value])
    return accounts.ok ? ok({ status: 200, json: accounts.value[0] }) : accounts
  },
})

const create = illumioRoute({
  method: 'post',
  path: COLLECTION,
  access: 'access.write',
  operation: { id: 'service_accounts_post', summary: 'Make a service account and its first key' },
  params: OfOrganization,
  body: { schema: CreateAccount, encoding: 'json' },
  replies: { 201: { description: 'The account, and its key', schema: CreatedReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const operation = operationOf(call)
    const { organization } = operation.actor
    const { name, description = '', permissions, api_key, access_restriction = null } = input.value
    const restriction = restrictionOf(access_restriction, organization)
    if (!restriction.ok) return restriction
    const grants = grantsOf(permissions, organization)
    if (!grants.ok) return grants
    const account = {
      kind: 'service_account',
      name,
      displayName: '',
      description,
      restriction: restriction.value,
      grants: grants.value,
      key: { lifetime: lifetimeOf(api_key) },
    } as const
    const made = await call.core.principals.createPrincipal(operation, account, MAX_PRINCIPALS)
    if (!made.ok) return made
    const { principal, key } = made.value
    return ok({ status: 201, json: { ...formatAccount(principal), api_key: key && formatNewKey(key) } })
  },
})

const change = illumioRoute({
  method: 'put',
  path: ONE,
  access: 'access.write',
  operation: {
    id: 'service_accounts_put',
    summary: 'Change a service account',
    description:
      'What is absent stays as it is. Permissions are replaced as a whole; those that are named keep their href.',
  },
  params: OneAccount,
  body: { schema: ChangeAccount, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const operation = operationOf(call)
    const { organization } = operation.actor
    const { account } = call.params
    const found = await call.core.principals.getPrincipal(operation, account, KINDS)
    if (!found.ok) return found
    const input = await call.body()
    if (!input.ok) return input
    const { permissions, access_restriction: wanted, name, description } = input.value
    const restriction = wanted === undefined ? undefined : restrictionOf(wanted, organization)
    if (restriction && !restriction.ok) return restriction
    const grants = permissions && grantsOf(permissions, organization)
    if (grants && !grants.ok) return grants
    const members = given({ name, description, restriction: restriction?.value, grants: grants?.value })
    const changed = await call.core.principals.changePrincipal(operation, account, KINDS, members)
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const remove = illumioRoute({
  method: 'delete',
  path: ONE,
  access: 'access.write',
  operation: {
    id: 'service_accounts_delete',
    summary: 'Delete a service account, its permissions and its keys',
  },
  params: OneAccount,
  replies: { 204: { description: 'Its keys are refused from now on' } },
  handle: async (call) => {
    const removed = await call.core.principals.deletePrincipal(operationOf(call), call.params.account, KINDS)
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

const createKey = illumioRoute({
  method: 'post',
  path: `${ONE}/api_keys`,
  access: 'access.write',
  operation: { id: 'service_accounts_api_keys_post', summary: 'Make a further key of a service account' },
  params: OneAccount,
  body: { schema: KeyInput, encoding: 'json' },
  replies: { 201: { description: 'The key, and its secret', schema: CreatedKeyReply } },
  handle: async (call) => {
    const operation = operationOf(call)
    const { account } = call.params
    const found = await call.core.principals.getPrincipal(operation, account, KINDS)
    if (!found.ok) return found
    const input = await call.body()
    if (!input.ok) return input
    const lifetime = lifetimeOf(input.value)
    const made = await call.core.apiKeys.createApiKey(operation, account, 'service_account', lifetime)
    if (!made.ok) return made
    const { key, secret } = made.value
    const { href, expires_in_seconds, created_at } = formatKey(key, found.value, call.now)
    const json = { ...formatNewKey({ id: key.id, secret }), href, expires_in_seconds, created_at }
    return ok({ status: 201, json: json satisfies z.output<typeof CreatedKeyReply> })
  },
})

const removeKey = illumioRoute({
  method: 'delete',
  path: `${ONE}/api_keys/:key`,
  access: 'access.write',
  operation: { id: 'service_accounts_api_keys_delete', summary: 'Delete a key of a service account' },
  params: KeyOfAccount,
  replies: { 204: { description: 'Deleted: the key is refused from now on' } },
  handle: async (call) => {
    const { key, account } = call.params
    const removed = await call.core.apiKeys.deleteApiKey(operationOf(call), key, account)
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

/** Accounts with all of their keys. */
async function shown(call: Caller, accounts: readonly Principal[]) {
  const keys = await call.core.apiKeys.listApiKeysOfPrincipals(operationOf(call), accounts)
  if (!keys.ok) return keys
  const { now } = call
  return ok(
    accounts.map((account): z.output<typeof AccountReply> => {
      const its: readonly ApiKey[] = keys.value.get(account.id) ?? []
      return { ...formatAccount(account), api_keys: its.map((key) => formatKey(key, account, now)) }
    }),
  )
}

export const serviceAccountRoutes = [list, get, create, change, remove, createKey, removeKey]
