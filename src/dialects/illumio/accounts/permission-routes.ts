/** Roles, and who has which within what (docs/dialects/illumio.md#permissions-and-scopes). */

import * as z from 'zod'
import type { RoleAssignment } from '../../../core/access/principals/port.ts'
import { type AgePlace, each, type PageAfter, slicesOf } from '../../../core/kernel/fairness/list-slices.ts'
import { notFound, ok } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { maxResults, ofItems } from '../edge/collection.ts'
import { MAX_PERMISSIONS } from '../edge/constants.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { Href, hrefOf, OfOrganization, Uuid } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'
import { ROLE_NAMES } from '../edge/roles.ts'
import { formatGrant, GrantReply } from './access-wire.ts'
import { RoleFilter, roleOf } from './api-key-routes.ts'
import {
  HrefInput,
  parseRole,
  parseScopeFilter,
  RoleHref,
  referenceOf,
  ScopeInput,
  scopeReferences,
  scopeRefusal,
} from './role-wire.ts'

const ROLES = '/api/v2/orgs/:org/roles'
const OneRole = OfOrganization.extend({ role: z.string() })
const COLLECTION = '/api/v2/orgs/:org/permissions'
const OnePermission = OfOrganization.extend({ permission: Uuid })

const Filters = z.strictObject({
  role: RoleFilter,
  auth_security_principal: z.string().max(255).optional().meta({ description: 'Its href' }),
  scope: z.string().max(4_096).optional().meta({ description: 'JSON, exactly as the permission has it' }),
  max_results: maxResults(),
})

const CreatePermission = z.strictObject({
  role: HrefInput,
  scope: ScopeInput,
  auth_security_principal: HrefInput,
})
const ChangePermission = z.strictObject({
  role: HrefInput.optional(),
  scope: ScopeInput.optional(),
  auth_security_principal: HrefInput.optional(),
  href: z.unknown().optional().meta({ description: 'Accepted and ignored' }),
})

const PermissionReply = GrantReply.extend({ auth_security_principal: Href })

const listRoles = listing({
  path: ROLES,
  access: 'settings.read',
  operation: { id: 'roles_get', summary: 'List the roles' },
  params: OfOrganization,
  item: RoleHref,
  collect: async (call) => {
    const { organization } = operationOf(call).actor
    return ok(ofItems(ROLE_NAMES.map((name) => ({ href: hrefOf(organization, 'roles', name) }))))
  },
})

const getRole = illumioRoute({
  method: 'get',
  path: `${ROLES}/:role`,
  access: 'settings.read',
  operation: { id: 'role_get', summary: 'One role' },
  params: OneRole,
  replies: { 200: { description: 'The role', schema: RoleHref } },
  handle: async (call) => {
    const { role } = call.params
    if (!ROLE_NAMES.includes(role)) return notFound('role')
    return ok({ status: 200, json: { href: hrefOf(operationOf(call).actor.organization, 'roles', role) } })
  },
})

const list = listing({
  path: COLLECTION,
  access: 'access.read',
  operation: { id: 'permissions_get', summary: 'List role assignments' },
  params: OfOrganization,
  query: Filters,
  item: PermissionReply,
  collect: async (call) => {
    const { core, query } = call
    const operation = operationOf(call)
    const { organization } = operation.actor
    const role = roleOf(query.role, organization)
    if (!role.ok) return role
    const principal =
      query.auth_security_principal === undefined
        ? ok(undefined)
        : referenceOf(query.auth_security_principal, organization, 'auth_security_principals')
    if (!principal.ok) return principal
    const scope = query.scope === undefined ? ok(undefined) : parseScopeFilter(query.scope, organization)
    if (!scope.ok) return scope
    const wanted = {
      dialect: 'illumio' as const,
      ...given({ role: role.value, principal: principal.value?.id, scope: scope.value }),
    }
    return ok({
      count: () => core.roleAssignments.countRoleAssignments(operation, wanted),
      read: slicesOf(
        (page: PageAfter<AgePlace>) => core.roleAssignments.listRoleAssignments(operation, wanted, page),
        ({ createdAt, id }) => ({ createdAt, id }),
        each(formatPermission),
      ),
    })
  },
})

const get = illumioRoute({
  method: 'get',
  path: `${COLLECTION}/:permission`,
  access: 'access.read',
  operation: { id: 'permission_get', summary: 'One permission' },
  params: OnePermission,
  replies: { 200: { description: 'The permission', schema: PermissionReply } },
  handle: async (call) => {
    const found = await call.core.roleAssignments.getRoleAssignment(
      operationOf(call),
      'illumio',
      call.params.permission,
    )
    return found.ok ? ok({ status: 200, json: formatPermission(found.value) }) : found
  },
})

const create = illumioRoute({
  method: 'post',
  path: COLLECTION,
  access: 'access.write',
  operation: {
    id: 'permissions_post',
    summary: 'Assign a role',
    description: 'Within the labels of its scope, all of them; an empty scope is everywhere.',
  },
  params: OfOrganization,
  body: { schema: CreatePermission, encoding: 'json' },
  replies: { 201: { description: 'The permission', schema: PermissionReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const operation = operationOf(call)
    const { organization } = operation.actor
    const role = parseRole(input.value.role.href, organization)
    if (!role.ok) return role
    const refusal = scopeRefusal(role.value, input.value.scope, ['scope'])
    if (refusal) return refusal
    const scope = scopeReferences(input.value.scope, organization)
    if (!scope.ok) return scope
    const { href } = input.value.auth_security_principal
    const principal = referenceOf(href, organization, 'auth_security_principals')
    if (!principal.ok) return principal
    const permit = { role: role.value, scope: scope.value, principal: principal.value }
    const made = await call.core.roleAssignments.createRoleAssignment(
      operation,
      'illumio',
      permit,
      MAX_PERMISSIONS,
    )
    return made.ok ? ok({ status: 201, json: formatPermission(made.value) }) : made
  },
})

const change = illumioRoute({
  method: 'put',
  path: `${COLLECTION}/:permission`,
  access: 'access.write',
  operation: { id: 'permissions_put', summary: 'Change a permission’s role, scope or principal' },
  params: OnePermission,
  body: { schema: ChangePermission, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const operation = operationOf(call)
    const { organization } = operation.actor
    const found = await call.core.roleAssignments.getRoleAssignment(
      operation,
      'illumio',
      call.params.permission,
    )
    if (!found.ok) return found
    const input = await call.body()
    if (!input.ok) return input
    const role = input.value.role && parseRole(input.value.role.href, organization)
    if (role && !role.ok) return role
    const wantedScope = input.value.scope
    const refusal = scopeRefusal(role?.value ?? found.value.role, wantedScope ?? found.value.scope, ['scope'])
    if (refusal) return refusal
    const scope = wantedScope && scopeReferences(wantedScope, organization)
    if (scope && !scope.ok) return scope
    const holder = input.value.auth_security_principal
    const principal = holder && referenceOf(holder.href, organization, 'auth_security_principals')
    if (principal && !principal.ok) return principal
    const wanted = given({ role: role?.value, scope: scope?.value, principal: principal?.value })
    const changed = await call.core.roleAssignments.changeRoleAssignment(
      operation,
      'illumio',
      found.value.id,
      wanted,
    )
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const remove = illumioRoute({
  method: 'delete',
  path: `${COLLECTION}/:permission`,
  access: 'access.write',
  operation: {
    id: 'permissions_delete',
    summary: 'Remove a role assignment',
    description: 'The last owner who can sign in stays one.',
  },
  params: OnePermission,
  replies: { 204: { description: 'Deleted' } },
  handle: async (call) => {
    const removed = await call.core.roleAssignments.deleteRoleAssignment(
      operationOf(call),
      'illumio',
      call.params.permission,
    )
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

function formatPermission(permit: RoleAssignment): z.output<typeof PermissionReply> {
  const { organization, principal } = permit
  return {
    ...formatGrant(permit, organization),
    auth_security_principal: { href: hrefOf(organization, 'auth_security_principals', principal.uuid) },
  }
}

export const permissionRoutes = [listRoles, getRole, list, get, create, change, remove]
