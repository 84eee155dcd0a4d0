/** Who one is, and what roles there are (docs/dialects/native.md#people-and-programs). */
import * as z from 'zod'
import type { Self } from '../../../core/access/self.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { nativeRoute, operationOf } from '../edge/edge.ts'
import { formatRoles, RolesReply } from './role-wire.ts'

const SelfReply = z
  .object({
    kind: z.enum(['user', 'group', 'service_account', 'api_client']),
    id: z.string(),
    name: z.string(),
    full_name: z.string().nullable().describe('Of a user'),
    organization: z.object({ id: z.int(), name: z.string() }),
    credential: z.object({
      kind: z.enum(['api_key', 'session', 'api_token', 'key_pair']),
      api_key_id: z.string().nullable(),
    }),
    roles: RolesReply,
    permissions: z.array(
      z.object({
        permission: z.string(),
        everywhere: z.boolean().describe('false: within the scope of a role that has it'),
      }),
    ),
  })
  .meta({ id: 'Caller' })

const RoleReply = z
  .object({
    role: z.string().describe('`dialect:role`'),
    permissions: z.array(z.string()),
    scope: z.enum(['labels', 'profiles']).nullable().describe('What its scope may have; null: it has none'),
  })
  .meta({ id: 'Role' })

const Change = z.strictObject({
  email: z.string().max(255),
  password: z.string().max(1_024).describe('The present one, or the one that was given'),
  new_password: z.string().max(1_024),
})

const me = nativeRoute({
  method: 'get',
  path: '/v1/me',
  access: 'member',
  operation: { id: 'me_get', summary: 'Who one is, by which credential, and what one may do' },
  replies: { 200: { description: 'The caller', schema: SelfReply } },
  handle: async (call) =>
    map(await call.core.access.getSelf(operationOf(call)), (self) => ({
      status: 200,
      json: formatSelf(self),
    })),
})

const roles = nativeRoute({
  method: 'get',
  path: '/v1/roles',
  access: 'member',
  operation: { id: 'roles_list', summary: 'The roles that users and service accounts can have' },
  replies: { 200: { description: 'The roles', schema: z.object({ items: z.array(RoleReply) }) } },
  handle: async (call) =>
    map(await call.core.access.listAssignableRoles(operationOf(call)), (all) => ({
      status: 200,
      json: {
        items: all.map(
          ({ role, permissions, scope }): z.output<typeof RoleReply> => ({
            role,
            permissions: [...permissions],
            scope,
          }),
        ),
      },
    })),
})

const changePassword = nativeRoute({
  method: 'post',
  path: '/v1/password',
  access: 'anyone',
  operation: {
    id: 'password_change',
    summary: 'Choose another password, with the present one or the one that was given',
    description: 'Every session ends. Wrong passwords count as they do when one signs in.',
  },
  body: { schema: Change, encoding: 'json' },
  replies: { 204: { description: 'It is changed' } },
  handle: async ({ core, body, request }) => {
    const input = await body()
    if (!input.ok) return input
    const { email, password, new_password: chosen } = input.value
    const user = await core.users.authenticateUser({ email, password }, request, 'choose another')
    if (!user.ok) return user
    const changed = await core.users.changePassword(user.value, chosen, request)
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

function formatSelf({ actor, organization, principal, user }: Self): z.output<typeof SelfReply> {
  return {
    kind: actor.kind,
    id: principal?.uuid ?? actor.publicId,
    name: actor.name,
    full_name: user?.fullName ?? null,
    organization: { id: actor.organization, name: organization },
    credential: {
      kind: actor.by.kind,
      api_key_id: actor.by.kind === 'api_key' ? `api_${actor.by.id}` : null,
    },
    roles: formatRoles(principal?.grants ?? []),
    permissions: [...actor.permissions].map((permission) => ({
      permission,
      everywhere: !actor.scopes.has(permission),
    })),
  }
}

export const memberRoutes = [me, roles, changePassword]
