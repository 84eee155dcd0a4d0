import type * as z from 'zod'
import type { ApiSession } from '../../../core/access/api-clients/sign-in.ts'
import type { Operation } from '../../../core/access/cases/operator-case.ts'
import type { Budget } from '../../../core/access/limits/port.ts'
import type { Permission } from '../../../core/access/permission.ts'
import { ok, refuse } from '../../../core/kernel/outcome.ts'
import { bearerToken } from '../../../http/credentials.ts'
import type { Edge } from '../../../http/edge.ts'
import { type Call, type Route, type RouteDefinition, route } from '../../../http/route.ts'
import { oauthRefusal, refusal, serverError, type ZpaFault } from './refusal.ts'

/**
 * `public`: no authentication, or the body is the credential; `session`: any signed-in client; otherwise what
 * the client's role must permit.
 */
export type Access = 'public' | 'session' | Permission

export type ZpaRoute = Route<Access, Identity, ZpaFault>

export type Identity =
  | { readonly kind: 'public' }
  | { readonly kind: 'session'; readonly session: ApiSession }

/** Whose refusals are those of RFC 6749. */
export const TOKEN_OPERATION = 'zpa_oauth2_token'

/** Of a customer and an address (docs/dialects/zpa.md#budgets). */
export const LIMITS = {
  read: { name: 'zpa_read', limit: 20, periodSeconds: 10 },
  write: { name: 'zpa_write', limit: 10, periodSeconds: 10 },
} as const satisfies Record<string, Budget>

/** Routes whose credential is a component's. */
const MACHINES: ReadonlySet<string> = new Set(['zpa_enroll', 'zpa_enroll_renew'])

/**
 * ZPA's dialect: bearer tokens of API clients (docs/dialects/zpa.md#sign-in), and refusals with an id and a reason
 * (docs/dialects/zpa.md#errors).
 */
export const edge: Edge<Access, Identity, ZpaFault> = {
  dialect: 'zpa',
  isForMachines: (_, operation) => MACHINES.has(operation),
  async identify({ core, headers, params, request }, access) {
    if (access === 'public') return ok({ kind: 'public' })
    const token = bearerToken(headers.get('Authorization'))
    if (token === null) return refuse({ kind: 'credential_missing' })
    const session = await core.apiClients.authenticateApiToken('zpa', token, request, LIMITS)
    if (!session.ok) return session
    const { client, actor } = session.value
    // Also of a customer that does not exist (docs/dialects/zpa.md#another-customer), and before the role.
    if (params.customer !== undefined && params.customer !== client.attributes.customerId) {
      return refuse({ kind: 'organization_foreign' })
    }
    const isPermitted = access === null || access === 'session' || actor.permissions.has(access)
    return isPermitted
      ? ok({ kind: 'session', session: session.value })
      : refuse({ kind: 'permission_missing' })
  },
  isPublic: (access) => access === 'public',
  refusal: (fault, { operation }) =>
    operation === TOKEN_OPERATION ? (oauthRefusal(fault) ?? refusal(fault)) : refusal(fault),
  failure: serverError,
  traceHeader: 'x-transaction-id',
  // As the vendor's collection has it (docs/dialects/zpa.md#methods).
  isHeadUnknown: true,
}

export type AnyCall = Call<Identity, unknown, unknown, unknown>

/** The session of a call to a route that is not public. */
export function sessionOf({ identity }: AnyCall): ApiSession {
  if (identity.kind !== 'session') throw new Error('the route asks for no session')
  return identity.session
}

export function operationOf(call: AnyCall): Operation {
  return { actor: sessionOf(call).actor, request: call.request }
}

/** The customer id, by which certificates name their tenant. */
export function customerOf(call: AnyCall): string {
  return String(sessionOf(call).client.attributes.customerId)
}

/**
 * A route of this dialect; its handler is typed by its schemas. An unknown id is named in the answer. Ids
 * have 18 digits, and may come as numbers (docs/dialects/zpa.md#numbers-and-booleans).
 */
export function zpaRoute<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(definition: RouteDefinition<Access, Identity, ZpaFault, Params, Query, Body>): ZpaRoute {
  const handle: typeof definition.handle = async (call) => {
    const outcome = await definition.handle(call)
    const { id } = (call.params ?? {}) as { readonly id?: string }
    const isNamed = !outcome.ok && outcome.fault.kind === 'not_found' && id !== undefined
    return isNamed ? refuse({ ...outcome.fault, reference: id }) : outcome
  }
  const { body } = definition
  return route({ ...definition, ...(body && { body: { ...body, bigIntegers: 'digits' } }), handle })
}
