import * as z from 'zod'
import type { Actor } from '../../../core/access/actor.ts'
import { toBase64Url, utf8 } from '../../../core/kernel/encoding.ts'
import { spellKey } from '../../../core/kernel/key-spelling.ts'
import { ok } from '../../../core/kernel/outcome.ts'
import { formatRole, PermissionRecord } from '../roles/abilities.ts'
import { operationOf } from './edge.ts'
import { parameterRoute } from './route.ts'
import { SESSIONS } from './session.ts'

const USER_KEY_BYTES = 5

const Credential = z.object({
  email: z.string().max(255),
  password: z.string().max(1_024),
  organisation_key: z.string().max(255).nullish().meta({
    description: 'The caller’s organization, or a child of it',
  }),
})

const SignedIn = z.object({
  success: z.literal(true),
  auth_token: z.string(),
  email: z.string(),
  role: z.string(),
  user_key: z.string(),
  datonis_role: z.object({
    abilities: z.array(z.int()),
    account_admin: z.boolean(),
    datonis_role_key: z.string(),
    name: z.string(),
    permissions: z.array(PermissionRecord),
  }),
  time_zone: z.string(),
  organisation: z.object({
    name: z.string(),
    organisation_key: z.string(),
    license: z.object({ license_key: z.null() }),
  }),
})

const signIn = parameterRoute({
  method: 'post',
  path: '/api_sign_in',
  access: 'public',
  operation: {
    id: 'api_sign_in',
    summary: 'Sign in',
    description: 'The token ends when it is not used for 30 minutes.',
  },
  input: Credential,
  reply: SignedIn,
  handle: async ({ core, input, request }) => {
    const { email, password, organisation_key: key } = input
    const user = await core.users.authenticateUser({ email, password }, request)
    if (!user.ok) return user
    const entered = key
      ? await core.organizations.enterOrganization(user.value, key, request.address)
      : ok(null)
    if (!entered.ok) return entered
    const token = await core.sessions.openSession(SESSIONS, user.value, entered.value, request)
    if (!token.ok) return token
    const actor = await core.sessions.useSession(SESSIONS, token.value, request)
    if (!actor.ok) return actor
    const operation = { actor: actor.value, request }
    const organization = await core.organizations.getOrganization(operation)
    if (!organization.ok) return organization
    const role = await core.roles.getBuiltInRole(operation, roleNameOf(actor.value))
    if (!role.ok) return role
    const { name, organisationKey, timeZone } = organization.value
    return ok({
      success: true,
      auth_token: toBase64Url(token.value),
      email: user.value.email,
      role: role.value.abilities === 'all' ? 'admin' : 'normal',
      user_key: await userKeyOf(user.value.id),
      datonis_role: formatRole(role.value, 'datonis_role_key') as z.output<typeof SignedIn>['datonis_role'],
      time_zone: timeZone,
      organisation: { name, organisation_key: organisationKey, license: { license_key: null } },
    } satisfies z.output<typeof SignedIn>)
  },
})

/** The built-in role that permits a user as much as theirs (docs/dialects/datonis.md#users). */
function roleNameOf({ permissions }: Actor): string {
  if (permissions.has('key_pairs.write')) return 'Account Admin'
  return permissions.has('things.read') ? 'Read Only' : 'Agent'
}

/** A user's number, as the original spells keys. */
async function userKeyOf(user: number): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', utf8(`user\0${user}`))
  return spellKey(new Uint8Array(digest).subarray(0, USER_KEY_BYTES))
}

const signOut = parameterRoute({
  method: 'delete',
  path: '/api_sign_out',
  access: 'user',
  operation: { id: 'api_sign_out', summary: 'Sign out' },
  input: z.object({}),
  reply: z.object({ success: z.literal(true), message: z.string() }),
  handle: async (call) => {
    const closed = await call.core.sessions.closeSession(operationOf(call))
    // As the original spells it.
    return closed.ok ? ok({ success: true, message: 'User signout Sucessfully.' }) : closed
  },
})

export const sessionRoutes = [signIn, signOut]
