/** Accounts of programs (docs/dialects/native.md#service-accounts). */
import * as z from 'zod'
import type { Principal } from '../../../core/access/principals/port.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { prose, text } from '../../../http/text.ts'
import { formatTime } from '../../../http/time.ts'
import { Time } from '../../../http/words/wire.ts'
import { nativeRoute, operationOf } from '../edge/edge.ts'
import { PlacePaging, pageOf, placedPage } from '../edge/paging.ts'
import { formatRoles, RolesInput, RolesReply, toGrants } from './role-wire.ts'

const COLLECTION = '/v1/service-accounts'
const ONE = `${COLLECTION}/:account`
const OneAccount = z.object({ account: z.uuid().toLowerCase() })
const KINDS = ['service_account'] as const
/** Of an organization. */
const MAX_ACCOUNTS = 2_000
const Place = z.int().min(0)

const Name = text(255).min(1)
const Description = prose(4_096)

const AccountReply = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    enabled: z.boolean(),
    roles: RolesReply,
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'ServiceAccount' })
const reply = { 200: { description: 'The account', schema: AccountReply } }

const create = nativeRoute({
  method: 'post',
  path: COLLECTION,
  access: 'access.write',
  operation: {
    id: 'service_accounts_create',
    summary: 'Make a service account',
    description:
      'Its keys are made at `/v1/api-keys`. A program that only mints keys gets the role `native:minter`.',
  },
  body: {
    schema: z.strictObject({
      name: Name,
      description: Description.default(''),
      roles: RolesInput.default([]),
    }),
    encoding: 'json',
  },
  replies: { 201: { description: 'The account', schema: AccountReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { name, description, roles } = input.value
    const account = {
      ...({
        kind: 'service_account',
        name,
        displayName: '',
        description,
        restriction: null,
        key: null,
      } as const),
      grants: toGrants(roles),
    }
    const made = await call.core.principals.createPrincipal(operationOf(call), account, MAX_ACCOUNTS)
    return map(made, ({ principal }) => ({ status: 201, json: formatAccount(principal) }))
  },
})

const list = nativeRoute({
  method: 'get',
  path: COLLECTION,
  access: 'access.read',
  operation: { id: 'service_accounts_list', summary: 'Service accounts, the oldest first' },
  query: z.strictObject(PlacePaging),
  replies: { 200: { description: 'A page of accounts', schema: pageOf(AccountReply) } },
  handle: async (call) =>
    placedPage(
      call.query,
      { schema: Place, of: ({ id }: Principal) => id },
      (page) => call.core.principals.listPrincipals(operationOf(call), { kinds: KINDS }, page),
      formatAccount,
    ),
})

const get = nativeRoute({
  method: 'get',
  path: ONE,
  access: 'access.read',
  operation: { id: 'service_accounts_read', summary: 'One service account' },
  params: OneAccount,
  subject: 'principal',
  replies: reply,
  handle: async (call) =>
    map(
      await call.core.principals.getPrincipal(operationOf(call), call.params.account, KINDS),
      (account) => ({ status: 200, json: formatAccount(account) }),
    ),
})

const change = nativeRoute({
  method: 'patch',
  path: ONE,
  access: 'access.write',
  operation: {
    id: 'service_accounts_change',
    summary: 'Change what is named: name, description, roles, enabled',
    description: 'While it is disabled, its keys are refused.',
  },
  params: OneAccount,
  subject: 'principal',
  body: {
    schema: z.strictObject({
      name: Name.optional(),
      description: Description.optional(),
      roles: RolesInput.optional(),
      enabled: z.boolean().optional(),
    }),
    encoding: 'json',
  },
  replies: reply,
  handle: async (call) => {
    const operation = operationOf(call)
    const { principals } = call.core
    const { account } = call.params
    const input = await call.body()
    if (!input.ok) return input
    const { name, description, roles, enabled: isEnabled } = input.value
    const members = given({ name, description, isEnabled, grants: roles && toGrants(roles) })
    const changed = await principals.changePrincipal(operation, account, KINDS, members)
    if (!changed.ok) return changed
    return map(await principals.getPrincipal(operation, account, KINDS), (now) => ({
      status: 200,
      json: formatAccount(now),
    }))
  },
})

const remove = nativeRoute({
  method: 'delete',
  path: ONE,
  access: 'access.write',
  operation: { id: 'service_accounts_remove', summary: 'Delete a service account, its roles and its keys' },
  params: OneAccount,
  subject: 'principal',
  replies: { 204: { description: 'Its keys are refused from now on' } },
  handle: async (call) => {
    const removed = await call.core.principals.deletePrincipal(operationOf(call), call.params.account, KINDS)
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

function formatAccount(account: Omit<Principal, 'id' | 'user'>): z.output<typeof AccountReply> {
  const { uuid, name, description, disabledAt, grants, createdAt, updatedAt } = account
  return {
    id: uuid,
    name,
    description,
    enabled: disabledAt === null,
    roles: formatRoles(grants),
    created_at: formatTime(createdAt),
    updated_at: formatTime(updatedAt),
  }
}

export const serviceAccountRoutes = [create, list, get, change, remove]
