/** Whom permissions are given to: users, groups and service accounts (docs/dialects/illumio.md#principals). */

import * as z from 'zod'
import type { Principal } from '../../../core/access/principals/port.ts'
import { PRINCIPAL_KINDS } from '../../../core/kernel/cause.ts'
import { each, type PageAfter, slicesOf } from '../../../core/kernel/fairness/list-slices.ts'
import { invalid, ok } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { text } from '../../../http/text.ts'
import { maxResults, PartialText } from '../edge/collection.ts'
import { MAX_PRINCIPALS } from '../edge/constants.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { Href, hrefOf, OfOrganization, Uuid } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'
import { formatRestriction } from './access-wire.ts'
import { HrefInput } from './role-wire.ts'
import { restrictionOf } from './service-account-input.ts'

const COLLECTION = '/api/v2/orgs/:org/auth_security_principals'
const OnePrincipal = OfOrganization.extend({ principal: Uuid })

/** Those of other dialects are not shown. */
const SHOWN = PRINCIPAL_KINDS.filter((kind) => kind !== 'api_client')
/** A service account is changed and deleted as what it is. */
const OWN = ['user', 'group'] as const

const Filters = z.strictObject({
  name: PartialText,
  type: z.enum(['user', 'group', 'service_account']).optional(),
  max_results: maxResults(),
})

const FIELDS = {
  display_name: text(255).optional(),
  access_restriction: HrefInput.nullable().optional(),
}
const CreatePrincipal = z.strictObject({ type: z.enum(OWN), name: text(255).min(1), ...FIELDS })
const ChangePrincipal = z.strictObject({
  type: z.enum(OWN).optional().meta({ description: 'As it is: a user stays one, and a group too' }),
  name: text(255).min(1).optional(),
  ...FIELDS,
  href: z.unknown().optional().meta({ description: 'Accepted and ignored' }),
})

const PrincipalReply = z.object({
  href: z.string(),
  type: z.enum(['user', 'group', 'service_account']),
  name: z.string(),
  display_name: z.string(),
  access_restriction: Href.nullable(),
})

const list = listing({
  path: COLLECTION,
  access: 'access.read',
  operation: { id: 'auth_security_principals_get', summary: 'List security principals' },
  params: OfOrganization,
  query: Filters,
  item: PrincipalReply,
  collect: async (call) => {
    const { core, query } = call
    const operation = operationOf(call)
    const kinds = query.type === undefined ? SHOWN : [query.type]
    const wanted = { kinds, ...given({ nameContains: query.name }) }
    return ok({
      count: () => core.principals.countPrincipals(operation, wanted),
      read: slicesOf(
        (page: PageAfter<number>) => core.principals.listPrincipals(operation, wanted, page),
        ({ id }) => id,
        each(formatPrincipal),
      ),
    })
  },
})

const get = illumioRoute({
  method: 'get',
  path: `${COLLECTION}/:principal`,
  access: 'access.read',
  operation: { id: 'auth_security_principal_get', summary: 'One security principal' },
  params: OnePrincipal,
  replies: { 200: { description: 'The principal', schema: PrincipalReply } },
  handle: async (call) => {
    const found = await call.core.principals.getPrincipal(operationOf(call), call.params.principal, SHOWN)
    return found.ok ? ok({ status: 200, json: formatPrincipal(found.value) }) : found
  },
})

const create = illumioRoute({
  method: 'post',
  path: COLLECTION,
  access: 'access.write',
  operation: {
    id: 'auth_security_principals_post',
    summary: 'Make a security principal: a user or a group',
    description: 'A user who is made later with that name has its permissions. Groups have no members here.',
  },
  params: OfOrganization,
  body: { schema: CreatePrincipal, encoding: 'json' },
  replies: { 201: { description: 'The principal', schema: PrincipalReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const operation = operationOf(call)
    const { type: kind, name, display_name: displayName = '', access_restriction = null } = input.value
    const restriction = restrictionOf(access_restriction, operation.actor.organization)
    if (!restriction.ok) return restriction
    const made = await call.core.principals.createPrincipal(
      operation,
      { kind, name, displayName, description: '', restriction: restriction.value, grants: [], key: null },
      MAX_PRINCIPALS,
    )
    return made.ok ? ok({ status: 201, json: formatPrincipal(made.value.principal) }) : made
  },
})

const change = illumioRoute({
  method: 'put',
  path: `${COLLECTION}/:principal`,
  access: 'access.write',
  operation: {
    id: 'auth_security_principals_put',
    summary: 'Change a user’s or a group’s principal',
    description: 'A name is a user’s e-mail address. It can be changed until the user first signs in.',
  },
  params: OnePrincipal,
  body: { schema: ChangePrincipal, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const operation = operationOf(call)
    const { principal } = call.params
    const found = await call.core.principals.getPrincipal(operation, principal, OWN)
    if (!found.ok) return found
    const input = await call.body()
    if (!input.ok) return input
    const { type, name, display_name: displayName, access_restriction: wanted } = input.value
    if (type !== undefined && type !== found.value.kind) return invalid('type', 'it cannot be changed')
    const { organization } = operation.actor
    const restriction = wanted === undefined ? undefined : restrictionOf(wanted, organization)
    if (restriction && !restriction.ok) return restriction
    const members = given({ name, displayName, restriction: restriction?.value })
    const changed = await call.core.principals.changePrincipal(operation, principal, OWN, members)
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const remove = illumioRoute({
  method: 'delete',
  path: `${COLLECTION}/:principal`,
  access: 'access.write',
  operation: {
    id: 'auth_security_principals_delete',
    summary: 'Delete a principal, its permissions and, of a user, the API keys in this organization',
    description:
      'The last owner who can sign in stays one. A user who is in no other organization is gone with it.',
  },
  params: OnePrincipal,
  replies: { 204: { description: 'Deleted' } },
  handle: async (call) => {
    const removed = await call.core.principals.deletePrincipal(operationOf(call), call.params.principal, OWN)
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

function formatPrincipal(principal: Omit<Principal, 'id' | 'user'>): z.output<typeof PrincipalReply> {
  const { organization, kind, name, displayName } = principal
  return {
    href: hrefOf(organization, 'auth_security_principals', principal.uuid),
    type: kind === 'api_client' ? 'service_account' : kind,
    name,
    display_name: displayName,
    access_restriction: formatRestriction(principal.restriction, organization),
  }
}

export const principalRoutes = [list, get, create, change, remove]
