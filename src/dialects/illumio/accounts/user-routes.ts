import * as z from 'zod'
import type { User } from '../../../core/access/users/port.ts'
import { each, type PageAfter, slicesOf } from '../../../core/kernel/fairness/list-slices.ts'
import { type Faults, invalid, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { text } from '../../../http/text.ts'
import { maxResults } from '../edge/collection.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { OneUser, organizationHref } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'
import { formatRoleScopes, RoleScopes } from './role-wire.ts'
import { formatInvited, formatUser, InvitedReply, UserReply } from './user-wire.ts'

const COLLECTION = '/api/v2/users'
const ONE = `${COLLECTION}/:user{[0-9]+}`

const Filters = z.strictObject({
  type: z.enum(['local', 'external']).optional(),
  max_results: maxResults(),
})

const CreateUser = z.strictObject({
  username: z.email().max(255),
  type: z.literal('local').optional(),
  full_name: text(255).optional(),
  time_zone: text(64).optional(),
})
/** A user, read and sent back. */
const Ignored = z.unknown().optional().meta({ description: 'Accepted and ignored' })
const READ_ONLY = {
  href: Ignored,
  id: Ignored,
  type: Ignored,
  username: Ignored,
  login_count: Ignored,
  last_login_on: Ignored,
  last_login_ip_address: Ignored,
  local_profile: Ignored,
  created_at: Ignored,
  updated_at: Ignored,
}
/** The last instant that a date can have. */
const FOREVER = 8_640_000_000_000_000

const ChangeUser = z.strictObject({
  full_name: text(255).optional(),
  time_zone: text(64).optional(),
  locked: z.boolean().optional().meta({
    description:
      'A locked user cannot sign in by the password until an owner unlocks them. Users cannot lock themselves',
  }),
  ...READ_ONLY,
})

const list = listing({
  path: COLLECTION,
  access: 'authenticated',
  operation: { id: 'users_get', summary: 'List the users of the caller’s organizations' },
  query: Filters,
  item: UserReply,
  collect: async (call) => {
    const { core, query } = call
    const operation = operationOf(call)
    if (query.type === 'external') return ok(null)
    return ok({
      count: () => core.users.countUsers(operation),
      read: slicesOf(
        (page: PageAfter<number>) => core.users.listUsers(operation, page),
        ({ id }) => id,
        each((user: User) => formatUser(user, call.now)),
      ),
    })
  },
})

const get = illumioRoute({
  method: 'get',
  path: ONE,
  access: 'authenticated',
  operation: { id: 'user_get', summary: 'One user of the caller’s organizations' },
  params: OneUser,
  replies: { 200: { description: 'The user', schema: UserReply } },
  handle: async (call) => {
    const found = await call.core.users.getUser(operationOf(call), idOf(call.params))
    return found.ok ? ok({ status: 200, json: formatUser(found.value, call.now) }) : found
  },
})

const create = illumioRoute({
  method: 'post',
  path: COLLECTION,
  access: 'access.write',
  operation: {
    id: 'users_post',
    summary: 'Make a user of the caller’s organization',
    description: 'A new user has no role. Another organization may have another user of the same address.',
  },
  body: { schema: CreateUser, encoding: 'json' },
  replies: { 201: { description: 'The user', schema: InvitedReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { username: email, full_name: fullName = '', time_zone: timeZone = 'UTC' } = input.value
    const invited = await call.core.users.inviteUser(operationOf(call), { email, fullName, timeZone })
    return invited.ok ? ok({ status: 201, json: formatInvited(invited.value, call.now) }) : invited
  },
})

const change = illumioRoute({
  method: 'put',
  path: ONE,
  access: 'authenticated',
  operation: {
    id: 'users_put',
    summary: 'Change a user',
    description: 'The caller; an owner may also change a user who is in no other organization.',
  },
  params: OneUser,
  body: { schema: ChangeUser, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const operation = operationOf(call)
    const found = await call.core.users.getChangeableUser(operation, idOf(call.params))
    if (!found.ok) return found
    const input = await call.body()
    if (!input.ok) return input
    const { full_name: fullName, time_zone: timeZone, locked } = input.value
    const isLocked = (found.value.lockedUntil ?? 0) > call.now
    const isOneself = operation.actor.kind === 'user' && operation.actor.publicId === call.params.user
    if (isOneself && locked === true && !isLocked) return invalid('locked', 'you cannot lock yourself')
    const lockedUntil = locked === undefined || locked === isLocked ? undefined : locked ? FOREVER : null
    const change = given({ fullName, timeZone, lockedUntil })
    const changed = await call.core.users.changeUser(operation, found.value.id, change)
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const organizations = illumioRoute({
  method: 'get',
  path: `${ONE}/orgs`,
  access: 'authenticated',
  operation: { id: 'users_orgs_get', summary: 'The organizations that the caller shares with a user' },
  params: OneUser,
  replies: {
    200: {
      description: 'The organizations, and the user’s roles there',
      schema: z.array(
        z.object({
          href: z.string(),
          org_id: z.int(),
          display_name: z.string(),
          role_scopes: RoleScopes,
        }),
      ),
    },
  },
  handle: async (call) => {
    const found = await call.core.users.listMembershipsOfUser(operationOf(call), idOf(call.params))
    if (!found.ok) return found
    const json = found.value.map(({ organization, name, grants }) => ({
      href: organizationHref(organization),
      org_id: organization,
      display_name: name,
      role_scopes: formatRoleScopes(grants, organization),
    }))
    return ok({ status: 200, json })
  },
})

/** A local profile is the password: a user without one can't sign in. */
function invitation(what: {
  readonly method: 'post' | 'put'
  readonly path: string
  readonly id: string
  readonly summary: string
  readonly status: 200 | 201
  readonly isWanted: (user: User) => Outcome<null, Faults<'user_active'>>
}) {
  return illumioRoute({
    method: what.method,
    path: what.path,
    access: 'access.write',
    operation: { id: what.id, summary: what.summary },
    params: OneUser,
    replies: {
      [what.status]: { description: 'The user, with a new initial password', schema: InvitedReply },
    },
    handle: async (call) => {
      const operation = operationOf(call)
      const found = await call.core.users.getUser(operation, idOf(call.params))
      if (!found.ok) return found
      const isWanted = what.isWanted(found.value)
      if (!isWanted.ok) return isWanted
      const invited = await call.core.users.reinviteUser(operation, found.value.id)
      return invited.ok ? ok({ status: what.status, json: formatInvited(invited.value, call.now) }) : invited
    },
  })
}

const PROFILE = `${ONE}/local_profile`

const createProfile = invitation({
  method: 'post',
  path: PROFILE,
  id: 'users_local_profile_post',
  summary: 'Let a user sign in again, with a new initial password',
  status: 201,
  isWanted: ({ password }) => (password ? refuse({ kind: 'user_active' }) : ok(null)),
})

const reinvite = invitation({
  method: 'put',
  path: `${PROFILE}/reinvite`,
  id: 'users_local_profile_reinvite_put',
  summary: 'A new initial password for a user who has not chosen one yet',
  status: 200,
  isWanted: () => ok(null),
})

const removeProfile = illumioRoute({
  method: 'delete',
  path: PROFILE,
  access: 'access.write',
  operation: {
    id: 'users_local_profile_delete',
    summary: 'Take a user’s password away, and end their sessions',
    description:
      'Their API keys stay until they are deleted. A user who has not chosen a password yet is deleted. The last owner ' +
      'who can sign in keeps theirs.',
  },
  params: OneUser,
  replies: { 204: { description: 'The user cannot sign in' } },
  handle: async (call) => {
    const removed = await call.core.users.removePassword(operationOf(call), idOf(call.params))
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

/** Larger ones do not exist, and lose no digit by it. */
function idOf({ user }: { readonly user: string }): number {
  return user.length > 15 ? 0 : Number(user)
}

export const userRoutes = [list, create, get, change, organizations, createProfile, removeProfile, reinvite]
