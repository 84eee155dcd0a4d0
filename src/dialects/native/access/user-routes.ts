/** People of an organization, for those who administer them (docs/dialects/native.md#people-and-programs). */
import * as z from 'zod'
import type { OrganizationUser } from '../../../core/access/users/members.ts'
import {
  type CommonFault,
  type Fault,
  map,
  notFound,
  ok,
  type Refusal,
} from '../../../core/kernel/outcome.ts'
import { fold } from '../../../core/kernel/text.ts'
import { given } from '../../../http/members.ts'
import { text } from '../../../http/text.ts'
import { formatTime, formatTimeOrNull } from '../../../http/time.ts'
import { Counted } from '../../../http/words/listing.ts'
import { Time } from '../../../http/words/wire.ts'
import { nativeRoute, operationOf } from '../edge/edge.ts'
import { Total } from '../edge/lists.ts'
import { PlacePaging, pageOf, placedPage } from '../edge/paging.ts'
import { formatRoles, RolesInput, RolesReply, toGrants } from './role-wire.ts'

const COLLECTION = '/v1/users'
const ONE = `${COLLECTION}/:user`
const OneUser = z.object({ user: z.uuid().toLowerCase() })
const KINDS = ['user'] as const
const Place = z.int().min(0)

const UserReply = z
  .object({
    id: z.string(),
    email: z.string(),
    full_name: z.string(),
    enabled: z.boolean(),
    password: z
      .enum(['none', 'initial', 'own'])
      .describe('`none`: cannot sign in; `initial`: one that was given, and has to be replaced first'),
    actor: z.string().nullable().describe('As the filter `actor` of events names them'),
    roles: RolesReply,
    created_at: Time,
    signed_in_at: Time.nullable(),
    signed_in_from: z.string().nullable().describe('An address, where it is known'),
  })
  .meta({ id: 'User' })

const InvitedReply = UserReply.extend({
  initial_password: z
    .string()
    .describe('Shown once. Good for nothing but `POST /v1/password`: pass it on; there is no mail'),
}).meta({ id: 'InvitedUser' })
const reply = { 200: { description: 'The user', schema: UserReply } }

const create = nativeRoute({
  method: 'post',
  path: COLLECTION,
  access: 'access.write',
  operation: {
    id: 'users_create',
    summary: 'Make a user, with an initial password and roles',
    description: 'Another organization may have a user of the same address: it is another user.',
  },
  body: {
    schema: z.strictObject({
      email: z.email().max(255),
      full_name: text(255).default(''),
      roles: RolesInput.default([]),
    }),
    encoding: 'json',
  },
  replies: { 201: { description: 'The user, and their initial password', schema: InvitedReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { email, full_name: fullName, roles } = input.value
    const operation = operationOf(call)
    const { users } = call.core
    const invited = await users.inviteUser(operation, { email, fullName, timeZone: 'UTC' }, toGrants(roles))
    if (!invited.ok) return invited
    const { initialPassword: initial_password } = invited.value
    return map(await users.getOrganizationUserNamed(operation, fold(email)), (user) => ({
      status: 201,
      json: { ...formatUser(user), initial_password },
    }))
  },
})

const list = nativeRoute({
  method: 'get',
  path: COLLECTION,
  access: 'access.read',
  operation: { id: 'users_list', summary: 'The organization’s users, the oldest first' },
  query: z.strictObject({
    ...PlacePaging,
    q: text(255).optional().describe('A part of the address by which they sign in, in any case'),
    total: Counted,
  }),
  replies: { 200: { description: 'A page of users', schema: pageOf(UserReply).extend({ total: Total }) } },
  handle: async (call) => {
    const { q, total: isCounted } = call.query
    const operation = operationOf(call)
    const filter = given({ nameContains: q === undefined ? undefined : fold(q) })
    const counted = isCounted ? await call.core.users.countOrganizationUsers(operation, filter) : null
    if (counted && !counted.ok) return counted
    return placedPage(
      call.query,
      { schema: Place, of: ({ principal }: OrganizationUser) => principal.id },
      (page) => call.core.users.listOrganizationUsers(operation, filter, page),
      formatUser,
      counted ? { total: counted.value } : {},
    )
  },
})

const get = nativeRoute({
  method: 'get',
  path: ONE,
  access: 'access.read',
  operation: { id: 'users_read', summary: 'One user' },
  params: OneUser,
  subject: 'user',
  replies: reply,
  handle: async (call) =>
    map(await call.core.users.getOrganizationUser(operationOf(call), call.params.user), (user) => ({
      status: 200,
      json: formatUser(user),
    })),
})

const change = nativeRoute({
  method: 'patch',
  path: ONE,
  access: 'access.write',
  operation: {
    id: 'users_change',
    summary: 'Change what is named: roles, enabled',
    description:
      'While a user is disabled, their sessions and keys are refused in this organization. The last owner who can sign in ' +
      'stays one.',
  },
  params: OneUser,
  subject: 'user',
  body: {
    schema: z.strictObject({ roles: RolesInput.optional(), enabled: z.boolean().optional() }),
    encoding: 'json',
  },
  replies: reply,
  handle: async (call) => {
    const operation = operationOf(call)
    const { users, principals } = call.core
    const { user: uuid } = call.params
    const input = await call.body()
    if (!input.ok) return input
    const { roles, enabled: isEnabled } = input.value
    const members = given({ isEnabled, grants: roles && toGrants(roles) })
    const changed = await principals.changePrincipal(operation, uuid, KINDS, members)
    if (!changed.ok) return ofUser(changed)
    return map(await users.getOrganizationUser(operation, uuid), (user) => ({
      status: 200,
      json: formatUser(user),
    }))
  },
})

const resetPassword = nativeRoute({
  method: 'post',
  path: `${ONE}/reset-password`,
  access: 'access.write',
  operation: {
    id: 'users_reset_password',
    summary: 'Give a user a new initial password',
    description:
      'The present one is good no more, and every session ends. Not of a user who is in another organization, too.',
  },
  params: OneUser,
  subject: 'user',
  replies: { 200: { description: 'The user, and their initial password', schema: InvitedReply } },
  handle: async (call) => {
    const operation = operationOf(call)
    const { users } = call.core
    const { user: uuid } = call.params
    const reset = await users.resetPassword(operation, uuid)
    if (!reset.ok) return reset
    const { initialPassword: initial_password } = reset.value
    return map(await users.getOrganizationUser(operation, uuid), (user) => ({
      status: 200,
      json: { ...formatUser(user), initial_password },
    }))
  },
})

const remove = nativeRoute({
  method: 'delete',
  path: ONE,
  access: 'access.write',
  operation: {
    id: 'users_remove',
    summary: 'Delete a user of the organization, their roles and keys',
    description: 'The last owner who can sign in stays.',
  },
  params: OneUser,
  subject: 'user',
  replies: { 204: { description: 'Their credentials are refused from now on' } },
  handle: async (call) => {
    const removed = await call.core.principals.deletePrincipal(operationOf(call), call.params.user, KINDS)
    return removed.ok ? ok({ status: 204 }) : ofUser(removed)
  },
})

/** A principal of that kind is a user. */
function ofUser<F extends Fault>(refusal: Refusal<F>): Refusal<F | CommonFault> {
  return refusal.fault.kind === 'not_found' ? notFound('user') : refusal
}

function formatUser({ principal, user }: OrganizationUser): z.output<typeof UserReply> {
  const password = user?.password ? (user.isPasswordInitial ? 'initial' : 'own') : 'none'
  return {
    id: principal.uuid,
    email: principal.name,
    full_name: user?.fullName ?? principal.displayName,
    enabled: principal.disabledAt === null,
    password,
    actor: principal.user === null ? null : `user/${principal.user}`,
    roles: formatRoles(principal.grants),
    created_at: formatTime(principal.createdAt),
    signed_in_at: formatTimeOrNull(user?.signedInAt ?? null),
    signed_in_from: user?.signedInFrom ?? null,
  }
}

export const userRoutes = [create, list, get, change, resetPassword, remove]
