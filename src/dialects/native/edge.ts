import type { Actor } from '../../core/access/permission.ts'
import type { Operation } from '../../core/access/require.ts'
import type { Self } from '../../core/agents/self.ts'
import type { Fault, Problem } from '../../core/outcome.ts'
import { ok, refuse } from '../../core/outcome.ts'
import { basicCredentials, bearerToken } from '../../http/credentials.ts'
import type { Edge } from '../../http/edge.ts'
import type { Call, Reply } from '../../http/route.ts'

/**
 * `operator`: a management credential; `agent`: an agent's access token; `bootstrap`: the deployment's own secret;
 * `anyone`: nothing, or the body is the credential.
 */
export type Access = 'anyone' | 'operator' | 'agent' | 'bootstrap'

export type Identity =
  | { readonly kind: 'anyone'; readonly bearer: string | null }
  | { readonly kind: 'operator'; readonly actor: Actor }
  | { readonly kind: 'agent'; readonly self: Self }

const PROBLEM_JSON = { 'Content-Type': 'application/problem+json' }

/** The native dialect: refusals are problem details (RFC 9457), those of OAuth endpoints RFC 6749 §5.2. */
export const edge: Edge<Access, Identity> = {
  async identify({ core, headers }, access) {
    const authorization = headers.get('Authorization')
    const token = bearerToken(authorization)
    if (access === 'operator') {
      const basic = basicCredentials(authorization)
      if (!basic) return refuse({ kind: 'credential_missing' })
      const id = /^api_(.+)$/.exec(basic.username)?.[1]
      if (id === undefined) return refuse({ kind: 'credential_invalid' })
      const actor = await core.access.authenticate({ id, secret: basic.password })
      return actor.ok ? ok({ kind: 'operator', actor: actor.value }) : actor
    }
    if (access === 'agent') {
      if (token === null) return refuse({ kind: 'credential_missing' })
      const self = await core.agents.authenticate(token)
      return self.ok ? ok({ kind: 'agent', self: self.value }) : self
    }
    return ok({ kind: 'anyone', bearer: token })
  },
  refusal: (fault, { operation, requestId }) =>
    OAUTH_OPERATIONS.has(operation ?? '') ? oauthError(fault, requestId) : problem(fault, requestId),
  failure: (requestId) => problemReply(500, 'internal_error', 'Something failed on our side', requestId),
}

/** The operator of a call to a route whose access is `operator`. */
export function operationOf(call: Call<Identity, unknown, unknown, unknown>): Operation {
  if (call.identity.kind !== 'operator') throw new Error('the route asks for no operator')
  return { actor: call.identity.actor, request: call.request }
}

/** The agent of a call to a route whose access is `agent`. */
export function selfOf(call: Call<Identity, unknown, unknown, unknown>): Self {
  if (call.identity.kind !== 'agent') throw new Error('the route asks for no agent')
  return call.identity.self
}

/** Endpoints whose errors RFC 6749 §5.2 and RFC 7662 §2.3 lay down. */
const OAUTH_OPERATIONS = new Set(['token', 'introspect'])

function problem(fault: Fault, requestId: string): Reply {
  switch (fault.kind) {
    case 'credential_missing':
      return unauthorized(requestId, 'A credential is needed')
    case 'credential_invalid':
      return unauthorized(requestId, 'The credential is not valid')
    case 'permission_missing':
      return problemReply(403, fault.kind, 'The credential does not permit this', requestId)
    case 'organization_foreign':
      return problemReply(403, fault.kind, 'That is another organization', requestId)
    case 'not_found':
      return problemReply(404, fault.kind, `There is no such ${fault.noun}`, requestId)
    case 'method_unknown': {
      const reply = problemReply(405, fault.kind, 'The path does not know this method', requestId)
      return { ...reply, headers: { ...reply.headers, Allow: fault.allowed.join(', ') } }
    }
    case 'body_missing':
      return problemReply(400, fault.kind, 'A JSON body is needed', requestId)
    case 'body_too_large':
      return problemReply(413, fault.kind, `A body may have ${fault.limitBytes} bytes`, requestId)
    case 'body_unreadable':
      return problemReply(400, fault.kind, `The body can't be read: ${fault.reason}`, requestId)
    case 'input_invalid':
      return problemReply(422, fault.kind, 'The input is not valid', requestId, {
        errors: fault.problems.map(describeProblem),
      })
    case 'label_unknown':
    case 'label_key_unsupported':
    case 'label_value_reserved':
    case 'label_duplicate':
    case 'label_already_deleted':
    case 'label_key_repeated':
      return problemReply(422, fault.kind, 'A label is not valid', requestId)
    case 'external_reference_taken':
      return problemReply(409, fault.kind, 'Another profile has this external reference', requestId)
    case 'profile_is_default':
      return problemReply(409, fault.kind, 'The default profile stays', requestId)
    case 'limit_reached':
      return problemReply(409, fault.kind, `No further ${fault.what} can be made`, requestId)
    case 'key_revoked':
      return problemReply(409, fault.kind, 'The key is revoked, and that is final', requestId)
    case 'grant_invalid':
      return unauthorized(requestId, 'The refresh token is not valid')
    case 'redemption_refused':
      // One answer for every reason: who guesses learns nothing. `explain` tells the operator.
      return unauthorized(requestId, 'The code was refused')
    case 'rate_limited':
      return retryLater(429, fault.kind, 'Too many refused attempts', requestId, fault.retryAfterSeconds)
    case 'busy':
      return retryLater(503, fault.kind, 'Too much at once', requestId, fault.retryAfterSeconds)
  }
}

/** RFC 6749 §5.2: a code of its list, and 401 only for the caller's own credential. */
function oauthError(fault: Fault, requestId: string): Reply {
  const error = (status: number, code: string): Reply => ({
    status,
    json: { error: code, request_id: requestId },
    headers: status === 401 ? { 'WWW-Authenticate': CHALLENGE } : {},
  })
  switch (fault.kind) {
    case 'grant_invalid':
      return error(400, 'invalid_grant')
    case 'credential_missing':
    case 'credential_invalid':
      return error(401, 'invalid_client')
    case 'permission_missing':
      return error(403, 'insufficient_scope')
    case 'input_invalid':
      return error(400, isUnknownGrantType(fault.problems) ? 'unsupported_grant_type' : 'invalid_request')
    case 'body_missing':
    case 'body_unreadable':
      return error(400, 'invalid_request')
    case 'body_too_large':
      return error(413, 'invalid_request')
    default:
      return problem(fault, requestId)
  }
}

function isUnknownGrantType(problems: readonly Problem[]): boolean {
  return problems.some(({ path, code }) => path[0] === 'grant_type' && code === 'not_one_of')
}

const CHALLENGE = 'Basic realm="latchkey", Bearer realm="latchkey"'

function unauthorized(requestId: string, title: string): Reply {
  const reply = problemReply(401, 'unauthorized', title, requestId)
  return { ...reply, headers: { ...reply.headers, 'WWW-Authenticate': CHALLENGE } }
}

function retryLater(status: number, code: string, title: string, requestId: string, seconds: number): Reply {
  const reply = problemReply(status, code, title, requestId)
  return { ...reply, headers: { ...reply.headers, 'Retry-After': String(seconds) } }
}

function problemReply(
  status: number,
  code: string,
  title: string,
  requestId: string,
  more: Readonly<Record<string, unknown>> = {},
): Reply {
  const json = { type: 'about:blank', title, status, code, request_id: requestId, ...more }
  return { status, json, headers: PROBLEM_JSON }
}

/** Where the problem is, as a JSON Pointer (RFC 6901), and what it is. */
function describeProblem(problem: Problem): { pointer: string; detail: string } {
  const pointer = problem.path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  const detail = problem.code === 'missing' ? 'Required' : problem.message
  return { pointer: pointer.join(''), detail }
}
