/** Events in the vendor's words (docs/dialects/zpa.md#audit-log). Pure. */
import * as z from 'zod'
import type { EventType } from '../../../core/events/event.ts'
import type { AuditEntry as RecordedEntry } from '../../../core/events/index.ts'
import type { Json } from '../../../core/kernel/json.ts'
import { formatTime } from '../../../http/time.ts'
import { formatActor } from '../edge/actors.ts'
import { formatAdmin, formatGid } from '../edge/ids.ts'

const OPERATIONS: Partial<Record<EventType, string>> = {
  'api_client.create': 'Create',
  'api_client.update': 'Update',
  'api_client.delete': 'Delete',
  'api_client.sign_in': 'Sign In',
  'api_client.sign_out': 'Sign Out',
  'profile.create': 'Create',
  'profile.update': 'Update',
  'profile.delete': 'Delete',
  'key.create': 'Create',
  'key.update': 'Update',
  'key.revoke': 'Delete',
  'issuer.create': 'Create',
  'issuer.update': 'Update',
  'issuer.delete': 'Delete',
  'agent.enroll': 'Create',
  'agent.update': 'Update',
  'agent.renew': 'Update',
  'agent.rebind': 'Update',
  'agent.allow_rebinding': 'Update',
  'agent.revoke': 'Delete',
}

export const AUDITED = Object.keys(OPERATIONS) as EventType[]

const COMPONENTS: Readonly<Record<string, string>> = {
  CONNECTOR_GRP: 'App Connector',
  SERVICE_EDGE_GRP: 'Private Service Edge',
  NP_ASSISTANT_GRP: 'Network Connector',
}

export const AuditEntry = z.object({
  creationTime: z.string(),
  modifiedTime: z.string(),
  modifiedBy: z.string(),
  modifiedByUser: z.string(),
  requestID: z.string(),
  auditOperationType: z.string(),
  objectType: z.string(),
  objectID: z.string(),
  objectName: z.string(),
  customerID: z.string(),
  isSuccess: z.boolean(),
  detail: z.string().meta({ description: 'JSON' }),
})

export function formatAudit(entry: RecordedEntry, customer: string): z.output<typeof AuditEntry> {
  const { event } = entry
  const at = formatTime(event.at)
  const { actor, request } = event.cause
  return {
    creationTime: at,
    modifiedTime: at,
    modifiedBy: formatActor(actor),
    modifiedByUser: actor.kind === 'principal' ? actor.name : actor.kind,
    requestID: request.id,
    auditOperationType: operationOf(entry),
    objectType: objectType(entry),
    objectID: objectId(entry),
    objectName: event.subject.name,
    customerID: customer,
    isSuccess: event.isSuccess,
    detail: JSON.stringify(event.detail),
  }
}

/**
 * A key whose limit rises has an action of its own; "nonce" is the vendor's word for a provisioning key
 * (docs/dialects/zpa.md#audit-log).
 */
function operationOf({ event: { type, isSuccess, detail } }: RecordedEntry): string {
  if (type === 'api_client.sign_in' && !isSuccess) return 'Sign In Failure'
  return type === 'key.update' && raisesLimit(detail.changes)
    ? 'Nonce MaxUsage Increment'
    : (OPERATIONS[type] ?? '')
}

function raisesLimit(changes: Json | undefined): boolean {
  const { maxUses } = (changes ?? {}) as { maxUses?: { before: number | null; after: number | null } }
  return maxUses !== undefined && Number(maxUses.after) > Number(maxUses.before)
}

function objectType({ event: { type, subject }, profile, key, agent }: RecordedEntry): string {
  const component = (association: unknown) => COMPONENTS[String(association)] ?? 'Component'
  switch (subject.kind) {
    case 'profile':
      return `${component(profile?.attributes.groupType)} Group`
    case 'key':
      return `${component(key?.attributes.associationType)} Provisioning Key`
    case 'agent':
      return component(agent?.grant.values.groupType)
    case 'issuer':
      return 'Enrollment Certificate'
    default:
      return type.startsWith('api_client.sign_') ? 'Authentication' : 'Client Credentials'
  }
}

/** As the API names it. */
function objectId({ event: { subject }, id }: RecordedEntry): string {
  switch (subject.kind) {
    case 'profile':
      return id ? formatGid('group', id) : subject.id
    case 'key':
      return id ? String(id.n) : subject.id
    case 'agent':
      return id ? formatGid('component', id) : subject.id
    case 'api_client':
      return formatAdmin(Number(subject.id))
    default:
      return subject.id
  }
}
