import * as z from 'zod'
import type { UserProfile } from '../../../core/access/users/profile.ts'
import { ok } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { formatTimeOrNull } from '../../../http/time.ts'
import { illumioRoute, operationOf, signingIn, userOf } from '../edge/edge.ts'
import { OneUser, organizationHref } from '../edge/hrefs.ts'
import { formatProduct, ProductVersion } from '../settings/product.ts'
import { formatRoleScopes, RoleScopes } from './role-wire.ts'
import { formatToken, IDLE_MINUTES, LOGIN, SESSION } from './sessions.ts'

const LoginQuery = z.object({
  pce_fqdn: z.string().max(255).optional().meta({ description: 'Accepted and ignored' }),
})

const AuthToken = z.object({ auth_token: z.string().meta({ description: 'Good once, for 30 seconds' }) })
const NewPassword = z.strictObject({ password: z.string() })

const LoggedIn = z.object({
  href: z.string(),
  type: z.literal('local'),
  local: z.literal(true),
  auth_username: z.string(),
  session_token: z.string().optional().meta({ description: 'Only of a login, not for an API key' }),
  full_name: z.string(),
  time_zone: z.string(),
  inactivity_expiration_minutes: z.int(),
  start: z.string(),
  last_login_on: z.iso.datetime().optional(),
  last_login_ip_address: z.string().optional(),
  orgs: z.array(
    z.object({
      org_id: z.int(),
      org_href: z.string(),
      href: z.string(),
      display_name: z.string(),
      role_scopes: RoleScopes,
    }),
  ),
  product_version: ProductVersion,
})

const authenticate = illumioRoute({
  method: 'post',
  path: '/api/v2/login_users/authenticate',
  access: 'password',
  operation: {
    id: 'login_users_authenticate_post',
    summary: 'Exchange a password for a login token',
    description:
      'The body is ignored. Five wrong passwords in a row lock the account for 15 minutes. A password that was given by ' +
      'an administrator must be changed first.',
  },
  query: LoginQuery,
  replies: { 200: { description: 'The token', schema: AuthToken } },
  handle: async (call) => {
    const user = userOf(call)
    const opened = await call.core.sessions.openSession(LOGIN, user, null, call.request)
    return opened.ok ? ok({ status: 200, json: { auth_token: formatToken(opened.value) } }) : opened
  },
})

const login = illumioRoute({
  method: 'get',
  path: '/api/v2/users/login',
  access: 'sign_in',
  operation: {
    id: 'users_login_get',
    summary: 'Log in',
    description:
      'With an API key the answer has its user in the key’s organization, and there is no session. A user has at most 100: one more ends the one that ' +
      'was not used for longest.',
  },
  replies: { 200: { description: 'The user, and the session', schema: LoggedIn } },
  handle: async (call) => {
    const who = signingIn(call)
    if (!who.ok) return who
    const { user: id, isLogin, keyOf } = who.value
    const { core, request } = call
    const profile = await core.users.getUserProfile(id, keyOf, request)
    if (!profile.ok) return profile
    if (!isLogin) return ok({ status: 200, json: formatLogin(profile.value, undefined, call.now) })
    const opened = await core.sessions.openSession(SESSION, profile.value.user, null, request)
    if (!opened.ok) return opened
    return ok({ status: 200, json: formatLogin(profile.value, formatToken(opened.value), call.now) })
  },
})

const logout = illumioRoute({
  method: 'put',
  path: '/api/v2/users/:user{[0-9]+}/logout',
  access: 'self',
  operation: { id: 'users_logout_put', summary: 'End the caller’s session' },
  params: OneUser,
  replies: { 204: { description: 'The session has ended' } },
  handle: async (call) => {
    const closed = await call.core.sessions.closeSession(operationOf(call))
    return closed.ok ? ok({ status: 204 }) : closed
  },
})

const changePassword = illumioRoute({
  method: 'put',
  path: '/api/v2/login_users/me/password',
  access: 'present_password',
  operation: {
    id: 'login_users_me_password_put',
    summary: 'Choose another password',
    description: 'With the present one, or with an initial one. Every session ends.',
  },
  body: { schema: NewPassword, encoding: 'json' },
  replies: { 204: { description: 'The password is changed' } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { password } = input.value
    const changed = await call.core.users.changePassword(userOf(call), password, call.request)
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

function formatLogin(
  { user, memberships }: UserProfile,
  sessionToken: string | undefined,
  now: number,
): z.output<typeof LoggedIn> {
  return {
    href: `/users/${user.id}`,
    type: 'local',
    local: true,
    auth_username: `user_${user.id}`,
    full_name: user.fullName,
    time_zone: user.timeZone,
    inactivity_expiration_minutes: IDLE_MINUTES,
    // In the form of the vendor's samples, unlike all other times (docs/dialects/illumio.md#signing-in).
    start: new Date(now).toISOString().replace(/T(.*)\..*$/, ' $1 UTC'),
    ...given({
      session_token: sessionToken,
      last_login_on: formatTimeOrNull(user.signedInAt) ?? undefined,
      last_login_ip_address: user.signedInFrom ?? undefined,
    }),
    orgs: memberships.map(({ organization, name, grants }) => ({
      org_id: organization,
      org_href: organizationHref(organization),
      href: organizationHref(organization),
      display_name: name,
      role_scopes: formatRoleScopes(grants, organization),
    })),
    product_version: formatProduct(),
  }
}

export const sessionRoutes = [authenticate, login, logout, changePassword]
