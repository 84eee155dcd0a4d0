/** How a refusal looks on the wire (docs/dialects/zpa.md#errors). Pure. */
import * as z from 'zod'
import type { Faults, Noun, Problem } from '../../../core/kernel/outcome.ts'
import type { Reply } from '../../../http/route.ts'

export const ZpaError = z
  .object({
    params: z.array(z.string()).optional(),
    exception: z.string().optional(),
    id: z.string(),
    reason: z.string(),
  })
  .meta({ id: 'ZpaError' })

type Body = z.output<typeof ZpaError>

/** What its routes can be refused for. */
export type ZpaFault = Faults<
  | 'approval_pending'
  | 'external_reference_taken'
  | 'in_use'
  | 'key_revoked'
  | 'last_owner'
  | 'profile_is_default'
  | 'redemption_refused'
>

/** RFC 6749, section 5.2. */
export const OAuthError = z
  .object({ error: z.string(), error_description: z.string() })
  .meta({ id: 'ZpaOAuthError' })

/** Never 409, nor an id that clients would repeat a hundred times (docs/dialects/zpa.md#statuses-that-are-never-sent). */
export function refusal(fault: ZpaFault): Reply {
  switch (fault.kind) {
    case 'credential_missing':
    case 'credential_invalid':
    // One answer for every reason: who guesses a key learns nothing. The audit has the reason.
    case 'redemption_refused':
      return error(401, 'access.denied', 'Access denied')
    case 'permission_missing':
    case 'organization_foreign':
      return error(403, 'access.denied', 'Access denied')
    case 'request_cross_site':
      return error(403, 'access.denied', 'A page of another site may not do this')
    case 'not_found':
      return notFound(fault.noun, fault.reference)
    case 'method_unknown': {
      const reply = error(405, 'method.not.allowed', 'The path does not know this method')
      return { ...reply, headers: { Allow: fault.allowed.join(', ') } }
    }
    case 'host_invalid':
      return error(400, 'invalid.request', 'The Host header is not valid')
    case 'fields_too_many': {
      const reason = `A ${fault.source} may have at most ${fault.limit} fields`
      return error(400, 'invalid.request', reason)
    }
    case 'body_missing':
      return error(400, 'invalid.input.json', 'A body is needed')
    case 'body_unreadable':
      // Any type will do for a body that is JSON (docs/dialects/zpa.md#bodies).
      if (fault.mediaType !== undefined) {
        return error(415, 'unsupported.media.type', `The body can't be read: ${fault.reason}`)
      }
      return error(400, 'invalid.input.json', `The body can't be read: ${fault.reason}`)
    case 'body_too_large':
      return error(413, 'request.too.large', `A body may have ${fault.limitBytes} bytes`)
    case 'input_invalid':
      return invalidArgument(membersOf(fault.problems))
    case 'reference_unknown':
      return unknownReference(fault.reference)
    case 'name_taken': {
      const { name = '' } = fault
      return error(400, 'duplicate.resource.name', `The name is taken: ${name}`, [name])
    }
    // A group's name, which its ledger keeps unique before D1 is asked.
    case 'external_reference_taken':
      return error(400, 'duplicate.resource.name', 'The name is taken')
    case 'in_use':
    case 'profile_is_default':
      return error(400, 'resource.in.use', 'Something else needs the resource')
    case 'last_owner':
      return error(400, 'resource.in.use', 'The last API key of an administrator stays')
    case 'limit_reached':
      return error(400, 'resource.limit.reached', 'No further one can be made')
    case 'key_revoked':
      return notFound('key')
    case 'rate_limited': {
      const id = 'invalid.toomanyrequests'
      const json: Body = { exception: id, id, reason: 'Exceeded the number of requests allowed.' }
      return { status: 429, json, headers: retryAfter(fault.retryAfterSeconds) }
    }
    case 'approval_pending': {
      const reason = `The enrollment waits for an operator's approval: ${fault.comparison ?? ''}`
      const reply = error(503, 'retryable.server.error', reason)
      return { ...reply, headers: retryAfter(fault.retryAfterSeconds) }
    }
    case 'busy': {
      const reason = 'An error occurred. Refer to the Retry-After header, and then try again.'
      const reply = error(503, 'retryable.server.error', reason)
      return { ...reply, headers: retryAfter(fault.retryAfterSeconds) }
    }
  }
}

/** Names the members that are wrong. */
function invalidArgument(members: readonly string[]): Reply {
  const fields = members.join(', ')
  const reason = `One or more input fields ${fields} are not valid.`
  return error(400, 'invalid.resource.argument', reason, members)
}

function notFound(noun: Noun, reference = ''): Reply {
  if (noun === 'route') return error(404, 'resource.not.found', 'No handler found')
  const reason = `No resource exists with the given id/name :${reference}`
  return error(404, 'resource.not.found', reason, reference === '' ? undefined : [reference])
}

/** The status tells an unknown id of the path from one of the body (docs/dialects/zpa.md#not-found). */
function unknownReference(reference: string): Reply {
  const reason = `No resource exists with the given id/name :${reference}`
  return error(400, 'resource.not.found', reason, [reference])
}

/** What the core names by words of its own. */
const MEMBERS: Readonly<Record<string, string>> = {
  expiresAt: 'expirationInEpochSec',
  maxUses: 'maxUsage',
  maySign: 'allowSigning',
  validity: 'validToInEpochSec',
}

function membersOf(problems: readonly Problem[]): string[] {
  const members = problems.map(({ path }) => String(path[0] ?? 'body'))
  return [...new Set(members.map((name) => MEMBERS[name] ?? name))]
}

/** An integer and `s`: the one form that every client reads (docs/dialects/zpa.md#retry-after). */
function retryAfter(seconds: number) {
  return { 'Retry-After': `${Math.ceil(seconds)}s` }
}

function error(status: number, id: string, reason: string, params?: readonly string[]): Reply {
  const json: Body = { ...(params && { params: [...params] }), id, reason }
  return { status, json }
}

/** An unexpected failure: says nothing of its cause. */
export function serverError(): Reply {
  return error(500, 'internal.server.error', 'Something failed on the server')
}

/** RFC 6749, section 5.2; null: a fault that it has no code for. */
export function oauthRefusal(fault: ZpaFault): Reply | null {
  switch (fault.kind) {
    case 'credential_missing':
    case 'credential_invalid': {
      const reply = oauthError(401, 'invalid_client', 'The client is unknown, or its credential is not valid')
      return { ...reply, headers: { 'WWW-Authenticate': 'Basic realm="latchkey"' } }
    }
    case 'input_invalid': {
      const isOther = fault.problems.some(
        ({ path, code }) => path[0] === 'grant_type' && code === 'not_one_of',
      )
      if (isOther) return oauthError(400, 'unsupported_grant_type', 'Only client_credentials are granted')
      const members = membersOf(fault.problems).join(', ')
      return oauthError(400, 'invalid_request', `Missing or not valid: ${members}`)
    }
    case 'body_missing':
      return oauthError(400, 'invalid_request', 'A body is needed')
    case 'fields_too_many':
      return oauthError(400, 'invalid_request', `A ${fault.source} may have at most ${fault.limit} fields`)
    case 'host_invalid':
      return oauthError(400, 'invalid_request', 'The Host header is not valid')
    case 'body_unreadable':
      return oauthError(400, 'invalid_request', `The body cannot be read: ${fault.reason}`)
    default:
      return null
  }
}

function oauthError(status: number, code: string, description: string): Reply {
  return { status, json: { error: code, error_description: description } }
}
