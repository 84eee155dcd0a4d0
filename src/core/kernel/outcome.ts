import type { RefusalReason } from './refusal-reason.ts'

/** What was wrong with an input, in words that every dialect can translate into its own. */
export type Problem = {
  readonly path: readonly (string | number)[]
  readonly message: string
} & (
  | { readonly code: 'missing' }
  | { readonly code: 'type'; readonly expected: string; readonly actual: unknown }
  | { readonly code: 'not_one_of'; readonly allowed: readonly string[]; readonly actual: unknown }
  | { readonly code: 'no_alternative'; readonly actual: unknown }
  | { readonly code: 'unknown_members'; readonly names: readonly string[] }
  | { readonly code: 'too_short' | 'too_long'; readonly bound: number; readonly actual: unknown }
  | { readonly code: 'too_small' | 'too_big'; readonly bound: number; readonly actual: unknown }
  | { readonly code: 'duplicated' }
  | { readonly code: 'other' }
)

export type Noun =
  | 'profile'
  | 'key'
  | 'agent'
  | 'approval'
  | 'slot'
  | 'label'
  | 'organization'
  | 'job'
  | 'event'
  | 'release'
  | 'user'
  | 'session'
  | 'api_key'
  | 'principal'
  | 'permission'
  | 'role'
  | 'access_restriction'
  | 'key_pair'
  | 'thing'
  | 'instruction'
  | 'issuer'
  | 'api_client'
  | 'ledger'
  | 'ring_version'
  | 'webhook'
  | 'delivery'
  | 'route'

/**
 * Every expected refusal. What a use case can be refused for beyond `CommonFault` stands in its type, and so in that of each
 * route that calls it: a dialect answers in one exhaustive switch without `default` exactly what its routes can be refused for.
 */
export type Fault =
  | { readonly kind: 'credential_missing' }
  | { readonly kind: 'credential_invalid' }
  | { readonly kind: 'permission_missing' }
  | { readonly kind: 'organization_foreign' }
  | { readonly kind: 'not_found'; readonly noun: Noun; readonly reference?: string }
  | { readonly kind: 'method_unknown'; readonly allowed: readonly string[] }
  | { readonly kind: 'host_invalid' }
  /** A page of another site sent it. */
  | { readonly kind: 'request_cross_site' }
  | { readonly kind: 'fields_too_many'; readonly source: 'form' | 'query'; readonly limit: number }
  | { readonly kind: 'body_missing' }
  | { readonly kind: 'body_too_large'; readonly limitBytes: number }
  /** @property mediaType as its sender declared it, where that is not what is read there */
  | { readonly kind: 'body_unreadable'; readonly reason: string; readonly mediaType?: string }
  | { readonly kind: 'input_invalid'; readonly problems: readonly Problem[] }
  | { readonly kind: 'reference_unknown'; readonly reference: string }
  | { readonly kind: 'limit_reached'; readonly what: Noun }
  | { readonly kind: 'name_taken'; readonly name?: string }
  /** @property requestId under which the refusal is recorded; absent: the request's own */
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds: number; readonly requestId?: string }
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number }
  | SpecialFault

/** What only some use cases are refused for. */
export type SpecialFault =
  | { readonly kind: 'label_unknown'; readonly id: string }
  | { readonly kind: 'label_key_unsupported' }
  | { readonly kind: 'label_value_reserved' }
  | { readonly kind: 'label_duplicate' }
  | { readonly kind: 'label_already_deleted' }
  | { readonly kind: 'label_key_repeated'; readonly key: string }
  | { readonly kind: 'external_reference_taken' }
  | { readonly kind: 'profile_is_default' }
  | { readonly kind: 'role_built_in' }
  | { readonly kind: 'role_in_use' }
  /** Something else needs it. @property by what, where that is known */
  | { readonly kind: 'in_use'; readonly noun: Noun; readonly by?: Noun }
  | { readonly kind: 'key_revoked' }
  | { readonly kind: 'permission_duplicate' }
  | { readonly kind: 'last_owner' }
  | { readonly kind: 'user_active' }
  | { readonly kind: 'access_restriction_in_use' }
  | { readonly kind: 'password_weak'; readonly reason: string }
  | { readonly kind: 'ring_version_in_use'; readonly until: number | null }
  | { readonly kind: 'master_key_missing' }
  | { readonly kind: 'grant_invalid' }
  | {
      readonly kind: 'redemption_refused'
      readonly reason: RefusalReason | 'code_unknown'
      /** Under which it is recorded; absent: the request's own. */
      readonly requestId?: string
    }
  /** A claim waits until an operator approves it. @property comparison for people, null: none is shown */
  | {
      readonly kind: 'approval_pending'
      readonly retryAfterSeconds: number
      readonly comparison: string | null
    }
  /** An operator decided otherwise before, or the claim's agent is made. */
  | { readonly kind: 'already_decided'; readonly by: string; readonly at: number }
  /** Only a signed-in user may. */
  | { readonly kind: 'session_needed' }
  /** The Host of the request is not that of the deployment. */
  | { readonly kind: 'host_foreign' }

/** What any use case or edge may refuse. */
export type CommonFault = Exclude<Fault, SpecialFault>

/** Common faults, and the special ones of these kinds. */
export type Faults<Kind extends SpecialFault['kind']> =
  | CommonFault
  | Extract<SpecialFault, { readonly kind: Kind }>

export type Refusal<F extends Fault = CommonFault> = { readonly ok: false; readonly fault: F }
export type Outcome<T, F extends Fault = CommonFault> = { readonly ok: true; readonly value: T } | Refusal<F>

export function ok<T>(value: T): Outcome<T, never> {
  return { ok: true, value }
}

export function refuse<const F extends Fault>(fault: F): Refusal<F> {
  return { ok: false, fault }
}

/** What a success is turned into; a refusal stays as it is. */
export function map<T, U, F extends Fault>(outcome: Outcome<T, F>, to: (value: T) => U): Outcome<U, F> {
  return outcome.ok ? ok(to(outcome.value)) : outcome
}

/** An input's one member that is wrong by itself. */
export function invalid(member: string, message = 'Not valid'): Refusal {
  return refuse({ kind: 'input_invalid', problems: [{ path: [member], code: 'other', message }] })
}

export function notFound(noun: Noun): Refusal {
  return refuse({ kind: 'not_found', noun })
}
