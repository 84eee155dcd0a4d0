import type * as z from 'zod'
import type { Actor } from '../../../core/access/actor.ts'
import type { Operation } from '../../../core/access/cases/operator-case.ts'
import type { Permission } from '../../../core/access/permission.ts'
import type { Core } from '../../../core/core.ts'
import type { Maintenance } from '../../../core/deployment/maintenance.ts'
import type { Self } from '../../../core/enrollment/agents/self.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import { map, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { apiKeyCredential, bearerToken } from '../../../http/credentials.ts'
import type { Edge } from '../../../http/edge.ts'
import { type Call, type Route, type RouteDefinition, route } from '../../../http/route.ts'
import { challenged, failure, type NativeFault, oauthError, problem } from './problem.ts'
import { parseSessionToken, REQUESTS, SESSIONS } from './session.ts'

/**
 * `agent`: an agent's access token; `bootstrap`: the deployment's own secret; `metrics`: its scraper's; `anyone`: nothing, or the body is the credential;
 * `session`: a person who signed in; `member`: any management credential, and the use case decides; otherwise a management credential, and what its roles must permit.
 */
export type Access = 'anyone' | 'agent' | 'bootstrap' | 'metrics' | 'session' | 'member' | Permission

export type NativeRoute = Route<Access, Identity, NativeFault>

export type Identity =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'operator'; readonly actor: Actor }
  | { readonly kind: 'agent'; readonly self: Self }
  | { readonly kind: 'bootstrap'; readonly token: string | null }
  | { readonly kind: 'scraper'; readonly token: string | null }

/** Endpoints whose errors RFC 6749, section 5.2, and RFC 7662, section 2.3, define. */
const OAUTH_OPERATIONS: ReadonlySet<string | null> = new Set(['token', 'revoke', 'introspect'])

/** The native dialect: refusals are problem details (RFC 9457) or OAuth errors (docs/dialects/native.md#errors). */
export const edge: Edge<Access, Identity, NativeFault> = {
  dialect: 'native',
  isForMachines: (access) => access === 'agent' || access === 'bootstrap' || access === 'metrics',
  async identify({ core, headers, request }, access) {
    const authorization = headers.get('Authorization')
    switch (access) {
      case 'agent': {
        const token = bearerToken(authorization)
        if (token === null) return refuse({ kind: 'credential_missing' })
        return map(await core.agents.authenticateAgent(token), (self) => ({ kind: 'agent', self }))
      }
      case 'bootstrap': {
        const token = bearerToken(authorization)
        return map(await core.organizations.authorizeBootstrap(token), () => ({ kind: 'bootstrap', token }))
      }
      case 'metrics': {
        const token = bearerToken(authorization)
        return map(await core.service.authorizeScraper(token), () => ({ kind: 'scraper', token }))
      }
      case 'session': {
        const token = parseSessionToken(bearerToken(authorization))
        if (!token) return refuse({ kind: 'credential_missing' })
        const actor = await core.sessions.useSession(SESSIONS, token, request)
        return map(actor, (one) => ({ kind: 'operator', actor: one }))
      }
      case 'anyone':
      case null:
        return ok({ kind: 'anyone' })
      default: {
        const actor = await actorOf(core, authorization, request)
        if (!actor.ok) return actor
        const isPermitted = access === 'member' || actor.value.permissions.has(access)
        return isPermitted
          ? ok({ kind: 'operator', actor: actor.value })
          : refuse({ kind: 'permission_missing' })
      }
    }
  },
  isPublic: (access) => access === 'anyone',
  isSpelledPathOwn: true,
  refusal: (fault, about) => {
    const { operation, access } = about
    const reply = OAUTH_OPERATIONS.has(operation) ? oauthError(fault, about) : problem(fault, about)
    return challenged(reply, fault, access === null || isBearer(access) ? 'Bearer' : 'Basic')
  },
  failure,
}

/** An API key, or the session of a person. */
async function actorOf(
  core: Core,
  authorization: string | null,
  request: Cause['request'],
): Promise<Outcome<Actor>> {
  const token = parseSessionToken(bearerToken(authorization))
  if (token) return core.sessions.useSession(SESSIONS, token, request)
  const credential = apiKeyCredential(authorization)
  return credential.ok ? core.access.authenticateApiKey(credential.value, request, REQUESTS) : credential
}

/** Routes that ask for a token, or for nothing: to those a challenge matters little. */
function isBearer(access: Access): boolean {
  return (
    access === 'agent' ||
    access === 'bootstrap' ||
    access === 'metrics' ||
    access === 'session' ||
    access === 'anyone'
  )
}

export type AnyCall = Call<Identity, unknown, unknown, unknown>

/** The operator of a call to a route whose access is a permission. */
export function operationOf({ identity, request }: AnyCall): Operation {
  if (identity.kind !== 'operator') throw new Error('the route asks for no operator')
  return { actor: identity.actor, request }
}

/** The agent of a call to a route whose access is `agent`. */
export function selfOf({ identity }: AnyCall): Self {
  if (identity.kind !== 'agent') throw new Error('the route asks for no agent')
  return identity.self
}

/** The token of a call to a route whose access is `bootstrap`. */
export function bootstrapTokenOf({ identity }: AnyCall): string | null {
  if (identity.kind !== 'bootstrap') throw new Error('the route asks for no bootstrap token')
  return identity.token
}

/** The token of a call to a route whose access is `metrics`. */
export function metricsTokenOf({ identity }: AnyCall): string | null {
  if (identity.kind !== 'scraper') throw new Error('the route asks for no metrics token')
  return identity.token
}

/** The same as a request for maintenance. */
export function maintenanceOf(call: AnyCall): Maintenance {
  return { token: bootstrapTokenOf(call), request: call.request }
}

/** A route of this dialect; its handler is typed by its schemas. */
export function nativeRoute<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(definition: RouteDefinition<Access, Identity, NativeFault, Params, Query, Body>): NativeRoute {
  return route(definition)
}
