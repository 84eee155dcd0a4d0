/** How a refusal looks on the wire (docs/dialects/illumio.md#errors). Pure. */
import * as z from 'zod'
import type { Faults, Noun } from '../../../core/kernel/outcome.ts'
import type { Reply } from '../../../http/route.ts'
import { failureMessage, missingBodyMessage, validationMessage } from './validation.ts'

export const Errors = z.array(z.object({ token: z.string(), message: z.string() }))

/** What its routes can be refused for. */
export type IllumioFault = Faults<
  | 'access_restriction_in_use'
  | 'approval_pending'
  | 'external_reference_taken'
  | 'in_use'
  | 'label_already_deleted'
  | 'label_duplicate'
  | 'label_key_repeated'
  | 'label_key_unsupported'
  | 'label_value_reserved'
  | 'last_owner'
  | 'password_weak'
  | 'permission_duplicate'
  | 'profile_is_default'
  | 'redemption_refused'
  | 'user_active'
>

/** Clients parse an error only when it is an array of exactly `application/json`; a 404 must have neither. */
export function refusal(fault: IllumioFault, operation: string): Reply {
  switch (fault.kind) {
    case 'credential_missing':
    case 'credential_invalid':
    // One answer for every reason: who guesses a code learns nothing. `explain` has the reason for operators.
    case 'redemption_refused':
      return unauthorized()
    case 'permission_missing':
      return forbidden('You do not have permission to do this')
    case 'organization_foreign':
      return forbidden('The organization is not yours')
    case 'request_cross_site':
      return forbidden('A page of another site may not do this')
    case 'not_found':
      return { status: 404 }
    case 'method_unknown':
      return { status: 405, headers: { Allow: fault.allowed.join(', ') } }
    case 'host_invalid':
      return errors(400, 'bad_request', 'The Host header is not valid')
    case 'fields_too_many':
      return invalid(failureMessage(`A ${fault.source} may have at most ${fault.limit} fields`))
    case 'body_missing':
      return invalid(
        operation.endsWith('_put') ? 'No payload provided for PUT request' : missingBodyMessage(operation),
      )
    case 'body_unreadable':
      return invalid(failureMessage(`The payload can't be read: ${fault.reason}`))
    case 'body_too_large':
      return errors(413, 'payload_too_large', `A payload may have ${fault.limitBytes} bytes`)
    case 'input_invalid':
      return invalid(validationMessage(fault.problems, operation))
    case 'reference_unknown':
      return unacceptable('invalid_uri', `Invalid URI: {${fault.reference}}`)
    case 'label_key_unsupported':
      return unacceptable('label_key_not_supported', 'Label key is not supported')
    case 'label_value_reserved':
      return unacceptable('label_value_reserved', 'Label value is reserved')
    case 'label_duplicate':
      return unacceptable('label_key_and_value_must_be_unique', 'Label key and value must be unique')
    case 'label_already_deleted':
      return unacceptable('label_already_deleted', 'Cannot delete a label that has already been deleted')
    case 'label_key_repeated':
      return unacceptable('label_key_not_unique', `Only one label may have the key ${fault.key}`)
    case 'external_reference_taken':
      return unacceptable('external_data_reference_not_unique', 'External data reference must be unique')
    case 'profile_is_default':
      return unacceptable(
        'default_pairing_profile_cannot_be_deleted',
        'The default pairing profile cannot be deleted',
      )
    case 'limit_reached':
      return unacceptable('object_limit_hard_limit_reached', 'Object limit hard limit reached')
    case 'name_taken':
      return unacceptable('name_must_be_unique', 'Name must be unique')
    case 'permission_duplicate':
      return unacceptable('permission_must_be_unique', 'Permission must be unique')
    case 'last_owner':
      return unacceptable('last_owner_cannot_be_removed', 'The last owner cannot be removed')
    case 'user_active':
      return unacceptable('invitation_already_accepted', 'The user has accepted the invitation')
    case 'access_restriction_in_use':
      return unacceptable('access_restriction_in_use', 'The access restriction is in use')
    case 'password_weak':
      return unacceptable('password_policy_violation', `The password ${fault.reason}`)
    case 'in_use':
      return fault.noun === 'label'
        ? labelInUse(fault.by)
        : unacceptable('object_in_use', 'Something else needs it')
    case 'approval_pending':
      return retryLater(503, 'approval_pending', approvalMessage(fault.comparison), fault.retryAfterSeconds)
    case 'rate_limited':
      return retryLater(429, 'too_many_requests_error', 'Too many requests', fault.retryAfterSeconds)
    case 'busy':
      return retryLater(
        503,
        'service_unavailable',
        'Not possible at this moment: try again later',
        fault.retryAfterSeconds,
      )
  }
}

/** The pairing script shows it; the operator sees the same code. */
function approvalMessage(comparison: string | null): string {
  const code = comparison === null ? '' : ` (${comparison})`
  return `The pairing waits for an operator's approval${code}`
}

/** The token of a workload is a PCE's; those of others have its form (docs/dialects/illumio.md#labels). */
function labelInUse(by: Noun | undefined): Reply {
  if (by === 'profile') {
    return unacceptable(
      'label_still_has_associated_pairing_profile',
      'Label still has an associated pairing profile',
    )
  }
  if (by === 'permission') {
    return unacceptable('label_still_has_associated_permission', 'Label still has an associated permission')
  }
  return unacceptable('label_still_has_associated_agent_info', 'Label still has associated agent info')
}

/** Of one of many things, whose answer has a place for both. */
export function tokenOf({ json }: Reply): { readonly token: string; readonly message: string } {
  const [error] = Errors.safeParse(json).data ?? []
  return error ?? { token: 'not_found_error', message: 'Not found' }
}

/** An unexpected failure: says nothing of its cause. */
export function serverError(): Reply {
  return errors(500, 'internal_error', 'Something failed on the server')
}

function unauthorized(): Reply {
  const reply = errors(401, 'authentication_error', 'Authentication failed')
  return { ...reply, headers: { 'WWW-Authenticate': 'Basic realm="latchkey"' } }
}

function forbidden(message: string): Reply {
  return errors(403, 'authorization_error', message)
}

function invalid(message: string): Reply {
  return unacceptable('input_validation_error', message)
}

/** 406, with a token of its own. */
export function unacceptable(token: string, message: string): Reply {
  return errors(406, token, message)
}

function retryLater(status: number, token: string, message: string, seconds: number): Reply {
  return { ...errors(status, token, message), headers: { 'Retry-After': String(Math.ceil(seconds)) } }
}

function errors(status: number, token: string, message: string): Reply {
  return { status, json: [{ token, message }] satisfies z.output<typeof Errors> }
}
