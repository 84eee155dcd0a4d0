import type { Cause } from '../kernel/cause.ts'
import type { JsonObject } from '../kernel/json.ts'

export const EVENT_TYPES = [
  'request.deny',
  'keyring.rewrap',
  'keyring.add_version',
  'keyring.drop_version',
  'deployment.fence',
  'organization.create',
  'settings.update',
  'user.create',
  'user.update',
  'user.remove',
  'user.sign_in',
  'user.sign_out',
  'user.lock',
  'user.refuse',
  'user.change_password',
  'user.reset_password',
  'principal.create',
  'principal.update',
  'principal.delete',
  'permission.create',
  'permission.update',
  'permission.delete',
  'access_restriction.create',
  'access_restriction.update',
  'access_restriction.delete',
  'api_key.create',
  'api_key.update',
  'api_key.delete',
  'api_key.expire',
  'api_key.refuse',
  'api_key.release',
  'ledger.fence',
  'ledger.head',
  'profile.create',
  'profile.update',
  'profile.delete',
  'key.create',
  'key.update',
  'key.release',
  'key.revoke',
  'key.revoke_all',
  'key.paused',
  'key.resumed',
  'key.decoy_touched',
  'use.held',
  'use.confirmed',
  'use.returned',
  'approval.requested',
  'approval.granted',
  'approval.denied',
  'slots.added',
  'slot.removed',
  'slot.refilled',
  'agent.enroll',
  'agent.update',
  'agent.renew',
  'agent.allow_rebinding',
  'agent.rebind',
  'agent.revoke',
  'agent.revoke_certificates',
  'agent.leave',
  'agent.refresh_reused',
  'issuer.create',
  'issuer.update',
  'issuer.delete',
  'api_client.create',
  'api_client.update',
  'api_client.delete',
  'api_client.sign_in',
  'api_client.sign_out',
  'label.create',
  'label.update',
  'label.delete',
  'organization.update',
  'role.create',
  'role.update',
  'role.delete',
  'key_pair.read',
  'key_pair.create',
  'key_pair.update',
  'key_pair.delete',
  'thing.create',
  'thing.update',
  'thing.delete',
  'instruction.create',
  'webhook.create',
  'webhook.update',
  'webhook.delete',
  'webhook.rotate_secret',
  'webhook.test',
  'webhook.replay',
  'webhook.disable',
] as const

export type EventType = (typeof EVENT_TYPES)[number]

/**
 * An audit event: what happened to which thing, by whom. It commits with the change that it records, and
 * never holds a secret.
 */
export type AuditEvent = {
  /** A version 7 UUID (id.ts) of `at`; of events that an earlier release made, version 4. */
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
