/** How a refusal looks: problem details (RFC 9457), or an OAuth error (RFC 6749), from one table of faults. */
import * as z from 'zod'
import type { Faults, Problem } from '../../../core/kernel/outcome.ts'
import { clip, MAX_PROBLEM_CHARACTERS, MAX_PROBLEMS } from '../../../http/problems.ts'
import type { Reply } from '../../../http/route.ts'
import { formatTime } from '../../../http/time.ts'
import { problemType } from '../errors/error-page.ts'

export const ProblemDetails = z
  .object({
    type: z.url().describe('A page that says the cause and the cure'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string().describe('For programs; titles and details are for people and may change'),
    request_id: z.string().describe('The X-Request-Id of this answer; the audit names it'),
    errors: z
      .array(
        z.object({
          pointer: z.string().max(MAX_PROBLEM_CHARACTERS).describe('RFC 6901'),
          detail: z.string().max(MAX_PROBLEM_CHARACTERS),
        }),
      )
      .max(MAX_PROBLEMS)
      .optional()
      .describe('What is wrong with the input, and where: the first problems'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' })

export const OAuthError = z
  .object({ error: z.string(), error_description: z.string(), request_id: z.string() })
  .meta({ id: 'OAuthError', description: 'RFC 6749 §5.2' })

/** What its routes can be refused for. */
export type NativeFault = Faults<
  | 'already_decided'
  | 'external_reference_taken'
  | 'grant_invalid'
  | 'in_use'
  | 'key_revoked'
  | 'label_key_repeated'
  | 'last_owner'
  | 'master_key_missing'
  | 'password_weak'
  | 'permission_duplicate'
  | 'profile_is_default'
  | 'redemption_refused'
  | 'ring_version_in_use'
  | 'session_needed'
>

type Status = keyof typeof TITLES

type Answer = {
  readonly status: Status
  readonly code: string
  readonly detail: string
  readonly headers?: Readonly<Record<string, string>>
  readonly problems?: readonly Problem[]
}

/** Of a code, which has one status. */
const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const

/** What an answer names beside its fault. */
export type About = {
  readonly requestId: string
  /** Where the deployment stands. */
  readonly publicUrl: string
}

export function problem(fault: NativeFault, about: About): Reply {
  return problemReply(answerTo(fault), about)
}

/** An unexpected failure: says nothing of its cause. */
export function failure(about: About): Reply {
  const detail = 'Something failed on our side'
  return problemReply({ status: 500, code: 'internal_error', detail }, about)
}

export function oauthError(fault: NativeFault, { requestId }: About): Reply {
  const { status, code, detail, headers = {} } = answerTo(fault)
  const json = { error: oauthCode(fault, code), error_description: detail, request_id: requestId }
  const isBadRequest = fault.kind === 'grant_invalid' || status === 422
  if (isBadRequest) return { status: 400, json }
  return { status, json, headers }
}

/** 401 is for the caller's own credential; a grant that is none is a bad request (RFC 6749, section 5.2). */
function oauthCode(fault: NativeFault, code: string): string {
  if (fault.kind === 'grant_invalid') return 'invalid_grant'
  if (fault.kind === 'permission_missing') return 'insufficient_scope'
  if (fault.kind === 'rate_limited' || fault.kind === 'busy') return 'temporarily_unavailable'
  if (fault.kind === 'input_invalid' && hasProblem(fault.problems, 'grant_type', 'not_one_of')) {
    return 'unsupported_grant_type'
  }
  if (fault.kind === 'input_invalid' && hasProblem(fault.problems, 'scope', 'not_one_of')) {
    return 'invalid_scope'
  }
  if (fault.kind === 'input_invalid' && hasProblem(fault.problems, 'token', 'other')) {
    return 'unsupported_token_type'
  }
  return code === UNAUTHORIZED.code ? 'invalid_client' : 'invalid_request'
}

function hasProblem(problems: readonly Problem[], member: string, code: Problem['code']): boolean {
  return problems.some((problem) => problem.path[0] === member && problem.code === code)
}

const UNAUTHORIZED = { status: 401, code: 'unauthorized' } as const

/** With the one scheme that a route knows, and the error of a token that was no good (RFC 6750, section 3.1). */
export function challenged(reply: Reply, fault: NativeFault, scheme: 'Basic' | 'Bearer'): Reply {
  if (reply.status !== 401) return reply
  const error = 'error="invalid_token", error_description="The credential is not valid"'
  const isInvalid = scheme === 'Bearer' && fault.kind === 'credential_invalid'
  const challenge = `${scheme} realm="latchkey"${isInvalid ? `, ${error}` : ''}`
  return { ...reply, headers: { ...reply.headers, 'WWW-Authenticate': challenge } }
}

function answerTo(fault: NativeFault): Answer {
  switch (fault.kind) {
    case 'credential_missing':
      return { ...UNAUTHORIZED, detail: 'A credential is needed' }
    case 'credential_invalid':
      return { ...UNAUTHORIZED, detail: 'The credential is not valid' }
    case 'grant_invalid':
      return { ...UNAUTHORIZED, detail: 'The refresh token is not valid' }
    case 'redemption_refused':
      // Of the client's own token, which it may have had for the asking: that is no secret of the key.
      if (fault.reason === 'identity_missing') {
        return { status: 401, code: fault.reason, detail: 'The key needs an identity token, too' }
      }
      if (fault.reason === 'identity_invalid') {
        const detail = 'The identity token is not valid: its signature, its times, its issuer or its audience'
        return { status: 401, code: fault.reason, detail }
      }
      // One answer for every reason: who guesses learns nothing. `explain` has the reason for operators.
      return { ...UNAUTHORIZED, detail: 'The code was refused' }
    case 'permission_missing':
      return { status: 403, code: fault.kind, detail: 'The credential does not permit this' }
    case 'organization_foreign':
      return { status: 403, code: fault.kind, detail: 'That is another organization' }
    case 'request_cross_site':
      return { status: 403, code: fault.kind, detail: 'A page of another site may not do this' }
    case 'not_found':
      return { status: 404, code: fault.kind, detail: `There is no such ${fault.noun}` }
    case 'method_unknown': {
      const headers = { Allow: fault.allowed.join(', ') }
      return { status: 405, code: fault.kind, detail: 'The path does not know this method', headers }
    }
    case 'host_invalid':
      return { status: 400, code: fault.kind, detail: 'The Host header is not valid' }
    case 'fields_too_many': {
      const detail = `A ${fault.source} may have at most ${fault.limit} fields`
      return { status: 400, code: fault.kind, detail }
    }
    case 'body_missing':
      return { status: 400, code: fault.kind, detail: 'A body is needed' }
    case 'body_too_large':
      return { status: 413, code: fault.kind, detail: `A body may have ${fault.limitBytes} bytes` }
    case 'body_unreadable':
      return { status: 400, code: fault.kind, detail: `The body can't be read: ${fault.reason}` }
    case 'input_invalid': {
      const { problems } = fault
      return { status: 422, code: fault.kind, detail: 'The input is not valid', problems }
    }
    case 'reference_unknown':
      return { status: 422, code: fault.kind, detail: 'The input names something that does not exist' }
    case 'external_reference_taken':
      return { status: 409, code: fault.kind, detail: 'Another profile has this external reference' }
    case 'profile_is_default':
      return { status: 409, code: fault.kind, detail: 'The default profile stays' }
    case 'limit_reached':
      return { status: 409, code: fault.kind, detail: `No further ${fault.what} can be made` }
    case 'in_use':
      return { status: 409, code: fault.kind, detail: `Something else needs this ${fault.noun}` }
    case 'key_revoked':
      return { status: 409, code: fault.kind, detail: 'The key is revoked, and that is final' }
    case 'label_key_repeated': {
      const detail = `A scope has at most one label of the key ${fault.key}`
      return { status: 422, code: fault.kind, detail }
    }
    case 'last_owner':
      return { status: 409, code: fault.kind, detail: 'An organization keeps an owner who can sign in' }
    case 'password_weak':
      return { status: 422, code: fault.kind, detail: `The password ${fault.reason}` }
    case 'permission_duplicate':
      return { status: 409, code: fault.kind, detail: 'It has this role with this scope already' }
    case 'name_taken':
      return { status: 409, code: fault.kind, detail: 'It already exists' }
    case 'ring_version_in_use': {
      const { until } = fault
      const detail =
        until === null ? 'Something is made with this version' : `In use until ${formatTime(until)}`
      return { status: 409, code: fault.kind, detail }
    }
    case 'master_key_missing':
      return { status: 409, code: fault.kind, detail: 'LATCHKEY_MASTER_KEY_NEXT is not set' }
    case 'already_decided': {
      const detail = `${fault.by} decided otherwise at ${formatTime(fault.at)}`
      return { status: 409, code: fault.kind, detail }
    }
    case 'session_needed':
      return { status: 403, code: fault.kind, detail: 'This needs a signed-in user, not an API key' }
    case 'rate_limited':
      return {
        status: 429,
        code: fault.kind,
        detail: 'Too many attempts',
        headers: retryAfter(fault),
      }
    case 'busy':
      return {
        status: 503,
        code: fault.kind,
        detail: 'Not possible at this moment: try again later',
        headers: retryAfter(fault),
      }
  }
}

function retryAfter(fault: { readonly retryAfterSeconds: number }) {
  return { 'Retry-After': String(fault.retryAfterSeconds) }
}

function problemReply(
  { status, code, detail, headers, problems }: Answer,
  { requestId, publicUrl }: About,
): Reply {
  const json = {
    type: problemType(publicUrl, code),
    title: TITLES[status],
    status,
    detail,
    code,
    request_id: requestId,
    ...(problems && { errors: problems.map(describeProblem) }),
  } satisfies z.output<typeof ProblemDetails>
  return { status, json, headers: { ...headers, 'Content-Type': 'application/problem+json' } }
}

/** What the core names by words of its own. */
const MEMBERS: Readonly<Record<string, string>> = {
  expiresAt: 'expires_at',
  maxUses: 'max_uses',
  minAsOf: 'min_as_of',
}

function describeProblem(problem: Problem): { pointer: string; detail: string } {
  const [only = '', ...more] = problem.path
  const path = more.length === 0 && MEMBERS[only] ? [MEMBERS[only]] : problem.path
  const pointer = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  const detail = problem.code === 'missing' ? 'Required' : problem.message
  return { pointer: clip(pointer.join('')), detail: clip(detail) }
}
