/** All API keys of an organization (docs/dialects/illumio.md#api-keys-of-an-organization). */

import * as z from 'zod'
import { type AgePlace, each, type PageAfter, slicesOf } from '../../../core/kernel/fairness/list-slices.ts'
import { invalid, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { maxResults, PartialText } from '../edge/collection.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { OfOrganization } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'
import { formatKey, KeyReply } from './access-wire.ts'
import { parseRoleFilter } from './role-wire.ts'

const COLLECTION = '/api/v2/orgs/:org/api_keys'
const OneKey = OfOrganization.extend({ key: z.string() })

export const RoleFilter = z
  .string()
  .max(255)
  .optional()
  .meta({ description: 'A role’s href, as a JSON string or as it is' })

const Filters = z.strictObject({
  type: z.enum(['user', 'service_account']).optional().meta({ description: 'Absent: both' }),
  state: z.enum(['active', 'expired']).optional(),
  name: PartialText.meta({ description: 'Of a service account; keys of users have none' }),
  username: PartialText.meta({ description: 'Of a user; keys of service accounts have none' }),
  role: RoleFilter,
  service_account_name: PartialText.meta({ description: 'The former name of `name`; not both' }),
  max_results: maxResults(),
})

/** The role that a filter asks for; absent: none is asked for. */
export function roleOf(text: string | undefined, organization: number): Outcome<string | undefined> {
  return text === undefined ? ok(undefined) : parseRoleFilter(text, organization)
}

const list = listing({
  path: COLLECTION,
  access: 'access.read',
  operation: { id: 'api_keys_get', summary: 'List the API keys of users and service accounts' },
  params: OfOrganization,
  query: Filters,
  item: KeyReply,
  collect: async (call) => {
    const { core, query } = call
    const operation = operationOf(call)
    const role = roleOf(query.role, operation.actor.organization)
    if (!role.ok) return role
    if (query.name !== undefined && query.service_account_name !== undefined) {
      return invalid('service_account_name', 'it is the former name of name')
    }
    const accountName = query.name ?? query.service_account_name
    const kinds = new Set(
      [
        query.type,
        accountName === undefined ? undefined : ('service_account' as const),
        query.username === undefined ? undefined : ('user' as const),
      ].filter((kind) => kind !== undefined),
    )
    // Asked for keys that are of both a user and an account: there are none.
    if (kinds.size > 1) return ok(null)
    const [kind] = kinds
    const wanted = given({
      kind,
      state: query.state,
      nameContains: accountName ?? query.username,
      role: role.value,
    })
    const { now } = call
    return ok({
      count: () => core.apiKeys.countApiKeys(operation, wanted),
      read: slicesOf(
        (page: PageAfter<AgePlace>) => core.apiKeys.listApiKeys(operation, wanted, page),
        ({ key: { createdAt, id } }) => ({ createdAt, id }),
        each(({ key, principal }) => formatKey(key, principal, now)),
      ),
    })
  },
})

const remove = illumioRoute({
  method: 'delete',
  path: `${COLLECTION}/:key`,
  access: 'access.write',
  operation: { id: 'api_keys_delete', summary: 'Delete an API key of any user' },
  params: OneKey,
  replies: { 204: { description: 'Deleted: the key is refused from now on' } },
  handle: async (call) => {
    const removed = await call.core.apiKeys.deleteApiKey(operationOf(call), call.params.key, null)
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

export const apiKeyRoutes = [list, remove]
