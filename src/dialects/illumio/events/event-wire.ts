/** An audit event, as a PCE shows it (docs/dialects/illumio.md#events). What is not known is null. Pure. */
import * as z from 'zod'
import type { Denial } from '../../../core/access/cases/audit-denial.ts'
import type { AuditEvent } from '../../../core/events/event.ts'
import type { ActorRef } from '../../../core/kernel/cause.ts'
import { formatId, parseAgentUuid, parseId } from '../../../core/kernel/ids.ts'
import type { Json, JsonObject } from '../../../core/kernel/json.ts'
import { formatTime } from '../../../http/time.ts'
import { actorHref, hrefOf } from '../edge/hrefs.ts'
import { Errors, refusal } from '../edge/refusal.ts'
import { profileChanges } from '../pairing/profile-changes.ts'
import { eventTypeName, REFUSED_CREDENTIAL } from './event-types.ts'

const Resource = z.record(z.string(), z.record(z.string(), z.string()))
const Difference = z.object({ before: z.unknown(), after: z.unknown() })

export const EventReply = z.object({
  href: z.string(),
  timestamp: z.iso.datetime(),
  pce_fqdn: z.string(),
  created_by: z.record(z.string(), z.record(z.string(), z.string())),
  event_type: z.string(),
  status: z.enum(['success', 'failure']),
  severity: z.enum(['info', 'err']),
  action: z
    .object({
      uuid: z.string(),
      api_endpoint: z.string(),
      api_method: z.string(),
      http_status_code: z.int().nullable().meta({ description: 'null: it is not known here' }),
      src_ip: z.string().meta({ description: '`FILTERED`: it is not known here' }),
      info: z
        .object({
          api_key_id: z.string().optional(),
          pairing_profile: z.object({ href: z.string() }).optional(),
          pairing_key_id: z.string().optional(),
          hostname: z.string().optional(),
        })
        .optional(),
      errors: Errors.optional(),
    })
    .nullable(),
  resource_changes: z.array(
    z.object({
      uuid: z.string(),
      resource: Resource,
      changes: z.record(z.string(), Difference),
      change_type: z.enum(['create', 'update', 'delete']),
    }),
  ),
  notifications: z.array(
    z.object({
      uuid: z.string(),
      notification_type: z.string(),
      info: z.record(z.string(), z.unknown()),
    }),
  ),
})

type EventReply = z.output<typeof EventReply>
type Changes = EventReply['resource_changes']

/** As a PCE shows an address that it does not show. */
const UNKNOWN_ADDRESS = 'FILTERED'

export function formatEvent(event: AuditEvent, serverName: string): EventReply {
  const { organization, cause } = event
  const name = eventTypeName(event)
  return {
    href: hrefOf(organization, 'events', event.id),
    timestamp: formatTime(event.at),
    pce_fqdn: serverName,
    created_by: creatorOf(cause.actor, organization),
    event_type: name,
    status: event.isSuccess ? 'success' : 'failure',
    severity: event.isSuccess ? 'info' : 'err',
    ...(name === REFUSED_CREDENTIAL
      ? { action: null, resource_changes: [], notifications: [refusedCredential(event)] }
      : { action: actionOf(event), resource_changes: changesOf(event), notifications: [] }),
  }
}

function actionOf(event: AuditEvent): NonNullable<EventReply['action']> {
  const { request, actor } = event.cause
  const apiKey = actor.kind === 'principal' ? actor.apiKey : null
  const { status, errors } = answerOf(event)
  return {
    uuid: request.id,
    api_endpoint: request.path,
    api_method: request.method,
    http_status_code: status,
    src_ip: request.address ?? UNKNOWN_ADDRESS,
    ...(apiKey !== null && { info: { api_key_id: apiKey } }),
    ...(isRefusedPairing(event) && { info: attemptOf(event) }),
    ...(errors && { errors }),
  }
}

/** Of a denial what was answered; of another refusal its precise reason, which was not. */
function answerOf({ type, isSuccess, cause, detail: { reason } }: AuditEvent) {
  if (isSuccess) return { status: cause.request.status ?? null }
  if (type === 'request.deny') {
    const { status, json } = refusal({ kind: reason as Denial }, '')
    return { status, errors: json as z.output<typeof Errors> }
  }
  if (isRefusedPairing({ type, isSuccess })) {
    const { status } = refusal({ kind: 'redemption_refused', reason: 'code_unknown' }, '')
    return { status, errors: [{ token: String(reason), message: sentenceOf(String(reason)) }] }
  }
  const errors = typeof reason === 'string' ? [{ token: reason, message: sentenceOf(reason) }] : null
  return { status: null, errors }
}

function isRefusedPairing({ type, isSuccess }: Pick<AuditEvent, 'type' | 'isSuccess'>): boolean {
  return type === 'agent.enroll' && !isSuccess
}

/** Which key was tried, and what the machine called itself. */
function attemptOf({ subject, organization, detail }: AuditEvent) {
  const ledger = parseId(subject.id)?.ledger
  return {
    ...(ledger !== undefined && {
      pairing_profile: { href: hrefOf(organization, 'pairing_profiles', ledger) },
    }),
    pairing_key_id: subject.id,
    ...(typeof detail.hostname === 'string' && { hostname: detail.hostname }),
  }
}

/** No actor: the event only records the attempt. */
function refusedCredential({ id, subject, cause, detail }: AuditEvent): EventReply['notifications'][number] {
  const { path: api_endpoint, method: api_method, address: src_ip } = cause.request
  const { reason, state, expiredAt, usedAt } = detail
  const time = (at: Json | undefined) => (typeof at === 'number' ? formatTime(at) : null)
  return {
    uuid: id,
    notification_type: REFUSED_CREDENTIAL,
    info: {
      api_endpoint,
      api_method,
      src_ip,
      ...(subject.kind === 'user' ? { username: subject.name } : { api_key_id: subject.id }),
      reason,
      state,
      expiration_date: time(expiredAt),
      last_used_at: time(usedAt),
    },
  }
}

function creatorOf(actor: ActorRef, organization: number): EventReply['created_by'] {
  switch (actor.kind) {
    case 'principal':
      return isServiceAccount(actor)
        ? { service_account: { href: actorHref(actor, organization).href, name: actor.name } }
        : { user: { href: actorHref(actor, organization).href, username: actor.name } }
    case 'agent':
      return { agent: { href: hrefOf(organization, 'agents', actor.id) } }
    case 'system':
      return { system: {} }
  }
}

function isServiceAccount(actor: ActorRef): boolean {
  return actor.kind === 'principal' && actor.as?.kind === 'service_account'
}

/** A key is nothing that a PCE shows: who made one reads it off the event's type. */
function changesOf(event: AuditEvent): Changes {
  const type = changeType(event.type)
  if (type === null || !event.isSuccess || event.subject.kind === 'key') return []
  const changes = differencesOf(event)
  return resourcesOf(event).map((resource) => ({ uuid: event.id, resource, changes, change_type: type }))
}

function changeType(type: AuditEvent['type']): Changes[number]['change_type'] | null {
  switch (type.slice(type.indexOf('.') + 1)) {
    case 'create':
    case 'enroll':
      return 'create'
    case 'update':
      return 'update'
    case 'delete':
    case 'leave':
    case 'revoke':
      return 'delete'
    default:
      return null
  }
}

function resourcesOf({ organization, subject }: AuditEvent): z.output<typeof Resource>[] {
  const { kind, id, name } = subject
  switch (kind) {
    case 'profile': {
      const number = parseId(id)?.ledger ?? id
      return [{ pairing_profile: { href: hrefOf(organization, 'pairing_profiles', number), name } }]
    }
    case 'label': {
      const [key = '', ...value] = name.split('=')
      return [{ label: { href: hrefOf(organization, 'labels', id), key, value: value.join('=') } }]
    }
    case 'agent': {
      const agent = parseAgentUuid(id)
      const number = agent ? formatId(agent) : id
      return [
        { agent: { href: hrefOf(organization, 'agents', number), hostname: name } },
        { ven: { href: hrefOf(organization, 'vens', id), hostname: name } },
        { workload: { href: hrefOf(organization, 'workloads', id), hostname: name } },
      ]
    }
    case 'service_account':
    case 'permission':
    case 'access_restriction':
      return [{ [kind]: { href: hrefOf(organization, `${kind}s`, id), name } }]
    case 'user':
    case 'group': {
      // A person has a number; whom permissions are given to has a UUID.
      if (/^[0-9]+$/.test(id)) return [{ user: { href: `/users/${id}`, username: name } }]
      return [
        { auth_security_principal: { href: hrefOf(organization, 'auth_security_principals', id), name } },
      ]
    }
    default:
      return [{ [kind]: { id, name } }]
  }
}

function differencesOf({ subject, organization, detail, type }: AuditEvent): Changes[number]['changes'] {
  if (subject.kind === 'profile') return profileChanges(detail.changes, organization)
  if (subject.kind === 'label' && type === 'label.update') {
    const after = subject.name.slice(subject.name.indexOf('=') + 1)
    const before = detail.before as Json
    return before === after ? {} : { value: { before, after } }
  }
  return (isObject(detail.changes) ? detail.changes : {}) as Changes[number]['changes']
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `key_spent` → `Key spent` */
function sentenceOf(reason: string): string {
  const words = reason.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
