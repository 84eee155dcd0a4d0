import type { JsonObject } from '../json.ts'
import type { Cause } from '../ledger/records.ts'

export type EventType =
  | 'organization.create'
  | 'api_key.create'
  | 'profile.create'
  | 'profile.update'
  | 'profile.delete'
  | 'key.create'
  | 'key.update'
  | 'key.revoke'
  | 'key.revoke_all'
  | 'agent.enroll'
  | 'agent.revoke'
  | 'agent.leave'
  | 'agent.refresh_reused'
  | 'label.create'
  | 'label.update'
  | 'label.delete'
  | 'organization.update'
  | 'role.create'
  | 'role.update'
  | 'role.delete'
  | 'key_pair.create'
  | 'key_pair.update'
  | 'key_pair.delete'
  | 'thing.create'
  | 'instruction.create'

/**
 * An audit event: what happened to which thing, by whom. It commits with the change that it tells of, and
 * never holds a secret.
 */
export type AuditEvent = {
  /** UUIDv4. */
  readonly id: string
  readonly organization: number
  /** Unix milliseconds. */
  readonly at: number
  readonly type: EventType
  readonly isSuccess: boolean
  readonly cause: Cause
  readonly subject: { readonly kind: string; readonly id: string; readonly name: string }
  readonly detail: JsonObject
}
