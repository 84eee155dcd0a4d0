import type { Actor } from '../../core/access/actor.ts'
import type { Permission } from '../../core/access/permission.ts'
import type { Operation } from '../../core/access/require.ts'
import { type Fault, ok, refuse } from '../../core/outcome.ts'
import { apiKeyCredential } from '../../http/credentials.ts'
import type { Edge } from '../../http/edge.ts'
import type { Call } from '../../http/route.ts'
import { refusal, serverError } from './refusal.ts'

/**
 * `public`: nobody is asked who they are, or the body is the credential; `authenticated`: whoever has a credential;
 * otherwise what the caller must be permitted.
 */
export type Access = 'public' | 'authenticated' | Permission

export type Identity = { readonly kind: 'public' } | { readonly kind: 'principal'; readonly actor: Actor }

/** The PCE's dialect: HTTP Basic, and refusals as arrays of token and message (contract §1.2, §7). */
export const edge: Edge<Access, Identity> = {
  async identify({ core, headers, params, request }, access) {
    if (access === 'public') return ok({ kind: 'public' })
    const credential = apiKeyCredential(headers.get('Authorization'))
    if (!credential.ok) return credential
    const actor = await core.access.authenticate(credential.value, request)
    if (!actor.ok) return actor
    const { organization, permissions } = actor.value
    // Also of an organization that does not exist (A13), and before the role (§7: order of checks).
    if (params.org !== undefined && params.org !== String(organization)) {
      return refuse({ kind: 'organization_foreign' })
    }
    const isPermitted = access === null || access === 'authenticated' || permissions.has(access)
    return isPermitted
      ? ok({ kind: 'principal', actor: actor.value })
      : refuse({ kind: 'permission_missing' })
  },
  refusal: (fault: Fault, { operation }) => refusal(fault, operation ?? 'request'),
  failure: () => serverError(),
}

/** The principal of a call to a route that is not public. */
export function operationOf(call: Call<Identity, unknown, unknown, unknown>): Operation {
  if (call.identity.kind !== 'principal') throw new Error('the route asks for no principal')
  return { actor: call.identity.actor, request: call.request }
}
