import type * as z from 'zod'
import type { Actor } from '../../../core/access/actor.ts'
import type { Operation } from '../../../core/access/cases/operator-case.ts'
import type { Permission } from '../../../core/access/permission.ts'
import type { User } from '../../../core/access/users/port.ts'
import type { Core } from '../../../core/core.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import { map, notFound, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { apiKeyCredential, basicCredentials } from '../../../http/credentials.ts'
import type { Edge } from '../../../http/edge.ts'
import { type Call, type Route, type RouteDefinition, route } from '../../../http/route.ts'
import {
  LOGIN,
  loginToken,
  parseOrganization,
  REQUESTS,
  SESSION,
  sessionCredential,
} from '../accounts/sessions.ts'
import { type IllumioFault, refusal, serverError } from './refusal.ts'

/**
 * `public`: no authentication, or the body is the credential; `authenticated`: any authenticated caller;
 * `self`: the user whom the path names; `password`: e-mail address and password; `present_password`: the same, also an
 * initial one; `sign_in`: the token that a password got, or a user's API key; otherwise the permission that the caller needs.
 */
export type Access =
  | 'public'
  | 'authenticated'
  | 'self'
  | 'password'
  | 'present_password'
  | 'sign_in'
  | Permission

export type IllumioRoute = Route<Access, Identity, IllumioFault>

export type Identity =
  | { readonly kind: 'public' }
  | { readonly kind: 'principal'; readonly actor: Actor }
  /** The password was right. */
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'login'; readonly user: number }

type Asked = Parameters<Edge<Access, Identity, IllumioFault>['identify']>[0]

/** The PCE's dialect: HTTP Basic (docs/dialects/illumio.md#credentials), and refusals as arrays of token and message. */
export const edge: Edge<Access, Identity, IllumioFault> = {
  dialect: 'illumio',
  isForMachines: () => false,
  async identify(asked, access) {
    const { core, headers, params, request } = asked
    const authorization = headers.get('Authorization')
    if (access === 'public') return ok({ kind: 'public' })
    if (access === 'password') return byPassword(core, authorization, request, 'enter')
    if (access === 'present_password') return byPassword(core, authorization, request, 'choose another')
    const token = access === 'sign_in' ? loginToken(authorization) : null
    if (token) {
      return map(await core.sessions.consumeSession(LOGIN, token), ({ user }) => ({ kind: 'login', user }))
    }
    const found = await principalOf(asked, authorization)
    if (!found.ok) return found
    const actor = found.value
    // Also of an organization that does not exist, and before the role (docs/dialects/illumio.md#organizations).
    const isForeign = params.org !== undefined && params.org !== String(actor.organization)
    if (!isForeign && isPermitted(actor, access, params)) return ok({ kind: 'principal', actor })
    const kind = isForeign ? 'organization_foreign' : 'permission_missing'
    core.access.auditDenial({ actor, request }, kind)
    return refuse({ kind })
  },
  isPublic: (access) => access === 'public',
  refusal: (fault, { operation }) => refusal(fault, operation ?? 'request'),
  failure: () => serverError(),
}

/** An API key, or a session: of that, in the organization that the path names. */
function principalOf(
  { core, params, request }: Asked,
  authorization: string | null,
): Promise<Outcome<Actor>> {
  const session = sessionCredential(authorization)
  if (session) return bySession(core, session, parseOrganization(params.org), request)
  const key = apiKeyCredential(authorization)
  return key.ok ? core.access.authenticateApiKey(key.value, request, REQUESTS) : Promise.resolve(key)
}

async function bySession(
  core: Core,
  { user, token }: { readonly user: string; readonly token: Uint8Array },
  organization: number | null,
  request: Cause['request'],
): Promise<Outcome<Actor>> {
  const actor = await core.sessions.useSession(
    SESSION,
    token,
    request,
    organization === null ? {} : { organization },
  )
  return actor.ok && actor.value.publicId !== user ? refuse({ kind: 'credential_invalid' }) : actor
}

async function byPassword(
  core: Core,
  authorization: string | null,
  request: Cause['request'],
  purpose: 'enter' | 'choose another',
): Promise<Outcome<Identity>> {
  const basic = basicCredentials(authorization)
  if (!basic) return refuse({ kind: 'credential_missing' })
  const credential = { email: basic.username, password: basic.password }
  const user = await core.users.authenticateUser(credential, request, purpose)
  return map(user, (known) => ({ kind: 'user', user: known }))
}

function isPermitted(actor: Actor, access: Access | null, params: Readonly<Record<string, string>>): boolean {
  switch (access) {
    case null:
    case 'public':
    case 'password':
    case 'present_password':
    case 'authenticated':
      return true
    // What is about a user is for users: an account has no such context (docs/dialects/illumio.md#service-accounts).
    case 'sign_in':
      return actor.kind === 'user'
    case 'self':
      return actor.kind === 'user' && actor.publicId === params.user
    default:
      return actor.permissions.has(access)
  }
}

type AnyCall = Call<Identity, unknown, unknown, unknown>

/** The principal of a call to a route that asks for one. */
export function operationOf(call: AnyCall): Operation {
  if (call.identity.kind !== 'principal') throw new Error('the route asks for no principal')
  return { actor: call.identity.actor, request: call.request }
}

/** Whose password was right, at a route that asks for one. */
export function userOf({ identity }: AnyCall): User {
  if (identity.kind !== 'user') throw new Error('the route asks for no password')
  return identity.user
}

/** Who signs in, at the route that lets them; an API key is of one organization. */
export function signingIn({ identity }: AnyCall): Outcome<{
  readonly user: number
  readonly isLogin: boolean
  readonly keyOf: number | null
}> {
  if (identity.kind === 'login') return ok({ user: identity.user, isLogin: true, keyOf: null })
  if (identity.kind !== 'principal') throw new Error('the route asks for no sign-in')
  const { by, organization, publicId } = identity.actor
  const user = Number(publicId)
  if (!Number.isSafeInteger(user)) return notFound('user')
  return ok({ user, isLogin: false, keyOf: by.kind === 'api_key' ? organization : null })
}

/** A route of this dialect; its handler is typed by its schemas. */
export function illumioRoute<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(definition: RouteDefinition<Access, Identity, IllumioFault, Params, Query, Body>): IllumioRoute {
  return route(definition)
}
