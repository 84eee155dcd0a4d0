/** How a refusal looks (docs/dialects/datonis.md#errors). Every one has a body: clients parse any that they get. Pure. */
import * as z from 'zod'
import type { CommonFault, Faults, Problem } from '../../../core/kernel/outcome.ts'
import { clip } from '../../../http/problems.ts'
import type { Reply } from '../../../http/route.ts'

export const Errors = z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) })

/** What its routes can be refused for. */
export type DatonisFault = Faults<'role_built_in' | 'role_in_use'>

/** What is read is LZF, and no more of it than a body may have (docs/dialects/datonis.md#compressed-bodies). */
export const UNSUPPORTED_COMPRESSION: CommonFault = {
  kind: 'body_unreadable',
  reason: 'its compression is not LZF',
}
export const UNREADABLE_LZF: CommonFault = {
  kind: 'body_unreadable',
  reason: 'it is not LZF, or too large',
}

/** What devices call. Their SDKs drop a message that is 422, and send it again at once, for ever, after other statuses. */
const DEVICE_OPERATIONS: ReadonlySet<string | null> = new Set([
  'device_things_register',
  'device_things_heartbeat',
  'device_things_event',
  'device_alerts_create',
])

export function refusal(fault: DatonisFault, operation: string | null): Reply {
  const isDevice = DEVICE_OPERATIONS.has(operation)
  switch (fault.kind) {
    // One answer for every reason: who guesses learns nothing.
    case 'credential_missing':
    case 'credential_invalid':
      return errors(401, 'UNAUTHORIZED', 'The credential is missing, wrong or no longer valid')
    case 'permission_missing':
    case 'organization_foreign':
    case 'role_built_in':
      return errors(403, 'FORBIDDEN', 'This is not allowed')
    case 'request_cross_site':
      return errors(403, 'FORBIDDEN', 'A page of another site may not do this')
    case 'not_found':
      return errors(404, 'NOT_FOUND', `There is no such ${fault.noun.replace('_', ' ')}`)
    case 'method_unknown':
      return {
        ...errors(405, 'METHOD_NOT_ALLOWED', 'The path does not know this method'),
        headers: { Allow: fault.allowed.join(', ') },
      }
    case 'host_invalid':
      return errors(400, 'INVALID_HOST', 'The Host header is not valid')
    case 'fields_too_many': {
      const message = `A ${fault.source} may have at most ${fault.limit} fields`
      return isDevice ? invalid(message) : errors(400, 'INVALID_PARAM', message)
    }
    case 'body_too_large':
      return errors(413, 'TOO_LARGE', `A body may have ${fault.limitBytes} bytes`)
    case 'body_missing':
    case 'body_unreadable':
      if (fault === UNSUPPORTED_COMPRESSION) {
        return errors(422, 'UNSUPPORTED_COMPRESSION', 'The compression of the body is not LZF')
      }
      if (fault === UNREADABLE_LZF) return invalid('The body is not LZF, or it is too large')
      return isDevice
        ? invalid('The body is no JSON object')
        : errors(400, 'INVALID_JSON', 'The body cannot be read')
    case 'input_invalid':
      return isDevice
        ? invalid(fault.problems.map(describe).join('; '))
        : { status: 400, json: { errors: fault.problems.map(parameterError) } }
    case 'reference_unknown':
      if (isDevice) return invalid(`${fault.reference} is not known`)
      return operation?.startsWith('key_pair')
        ? errors(400, 'INVALID_ROLE', 'There is no such role')
        : errors(400, 'INVALID_PARAM', `${fault.reference} is not known`)
    case 'role_in_use':
      return errors(400, 'ROLE_IN_USE', 'Key pairs have this role')
    case 'name_taken':
      return errors(400, 'NAME_TAKEN', 'The name is taken')
    case 'limit_reached':
      return errors(400, 'LIMIT_REACHED', `No further ${fault.what.replace('_', ' ')} can be made`)
    case 'rate_limited':
      return retryLater(429, 'EXCESSIVE_RATE', 'Too many failures', fault.retryAfterSeconds)
    case 'busy':
      return retryLater(503, 'BUSY', 'Not possible at this moment: try again later', fault.retryAfterSeconds)
  }
}

/** An unexpected failure: says nothing of its cause. */
export function serverError(): Reply {
  return errors(500, 'INTERNAL_ERROR', 'Something failed on the server')
}

/** Codes are texts, always: SDKs concatenate them. */
function errors(status: number, code: string, message: string): Reply {
  return { status, json: { errors: [{ code, message }] } satisfies z.output<typeof Errors> }
}

function invalid(message: string): Reply {
  return errors(422, 'INVALID_REQUEST', message)
}

function retryLater(status: number, code: string, message: string, seconds: number): Reply {
  return { ...errors(status, code, message), headers: { 'Retry-After': String(Math.ceil(seconds)) } }
}

function parameterError(problem: Problem): { code: string; message: string } {
  return { code: problem.code === 'missing' ? 'MISSING_PARAM' : 'INVALID_PARAM', message: describe(problem) }
}

function describe(problem: Problem): string {
  const name = problem.path.join('.')
  if (problem.code === 'missing') return clip(`${name} is required`)
  return clip(name === '' ? problem.message : `${name}: ${problem.message}`)
}
