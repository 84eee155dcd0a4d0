/** The audit log, in the vendor's words (contract §7); the path is ours, since the vendor shows it in a portal. */
import * as z from 'zod'
import type { AuditEvent, EventType } from '../../core/events/event.ts'
import type { Json } from '../../core/json.ts'
import { ok } from '../../core/outcome.ts'
import { formatTime } from '../../http/time.ts'
import { formatActor } from './actors.ts'
import { customerOf, operationOf, zpaRoute } from './edge.ts'
import { documentedPage, ListQuery, page, searchOf } from './list.ts'
import { OfCustomer, V1 } from './paths.ts'

type Words = readonly [operation: string, object: string]

const WORDS: Partial<Record<EventType, Words>> = {
  'api_client.create': ['Create', 'Client Credentials'],
  'api_client.update': ['Update', 'Client Credentials'],
  'api_client.delete': ['Delete', 'Client Credentials'],
  'api_client.sign_in': ['Sign In', 'Authentication'],
  'api_client.sign_out': ['Sign Out', 'Authentication'],
  'profile.create': ['Create', 'Component Group'],
  'profile.update': ['Update', 'Component Group'],
  'profile.delete': ['Delete', 'Component Group'],
  'key.create': ['Create', 'Provisioning Key'],
  'key.update': ['Update', 'Provisioning Key'],
  'key.revoke': ['Delete', 'Provisioning Key'],
  'issuer.create': ['Create', 'Enrollment Certificate'],
  'issuer.update': ['Update', 'Enrollment Certificate'],
  'issuer.delete': ['Delete', 'Enrollment Certificate'],
  'agent.enroll': ['Create', 'Component'],
  'agent.update': ['Update', 'Component'],
  'agent.renew': ['Update', 'Component'],
  'agent.rebind': ['Update', 'Component'],
  'agent.allow_rebinding': ['Update', 'Component'],
  'agent.revoke': ['Delete', 'Component'],
}

const TYPES = Object.keys(WORDS) as EventType[]

const Entry = z.object({
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

const list = zpaRoute({
  method: 'get',
  path: `${V1}/auditLog`,
  access: 'events.read',
  operation: { id: 'zpa_audit_log_get', summary: 'What happened, newest first' },
  params: OfCustomer,
  query: ListQuery.pick({ page: true, pagesize: true }),
  replies: { 200: documentedPage(Entry) },
  handle: async (call) => {
    const asked = searchOf({ ...NOTHING, ...call.query }, {})
    if (!asked.ok) return asked
    const { offset, limit } = asked.value
    const found = await call.core.audit.list(operationOf(call), { types: TYPES, offset, limit })
    if (!found.ok) return found
    const entries = found.value.items.map((event) => format(event, customerOf(call)))
    return ok(page(found.value.total, asked.value, entries))
  },
})

const NOTHING = {
  search: undefined,
  pageSize: undefined,
  sortBy: undefined,
  sortdir: undefined,
  sortDir: undefined,
  sortOrder: undefined,
  microtenantId: undefined,
} as const

function format(event: AuditEvent, customer: string): z.output<typeof Entry> {
  const at = formatTime(event.at)
  const { actor, request } = event.cause
  const [, objectType = ''] = WORDS[event.type] ?? []
  return {
    creationTime: at,
    modifiedTime: at,
    modifiedBy: formatActor(actor),
    modifiedByUser: actor.kind === 'principal' ? actor.name : actor.kind,
    requestID: request.id,
    auditOperationType: operationOfEvent(event),
    objectType,
    objectID: event.subject.id,
    objectName: event.subject.name,
    customerID: customer,
    isSuccess: event.isSuccess,
    detail: JSON.stringify(event.detail),
  }
}

/** A key whose limit rises has an action of its own; "nonce" is the vendor's word for a provisioning key (§7). */
function operationOfEvent({ type, isSuccess, detail }: AuditEvent): string {
  const [operation = ''] = WORDS[type] ?? []
  if (type === 'api_client.sign_in' && !isSuccess) return 'Sign In Failure'
  return type === 'key.update' && raisesLimit(detail.changes) ? 'Nonce MaxUsage Increment' : operation
}

function raisesLimit(changes: Json | undefined): boolean {
  const { maxUses } = (changes ?? {}) as { maxUses?: { before: number | null; after: number | null } }
  return maxUses !== undefined && Number(maxUses.after) > Number(maxUses.before)
}

export const auditRoutes = [list]
