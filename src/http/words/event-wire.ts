/** Events, out, and what is asked of them, in (docs/dialects/native.md#events). Pure. */
import * as z from 'zod'
import { parseEventCursor } from '../../core/events/cursor.ts'
import { type AuditEvent, EVENT_TYPES, type EventType } from '../../core/events/event.ts'
import type { ArrivalQuery } from '../../core/events/match.ts'
import type { EventActor, EventPlace } from '../../core/events/port.ts'
import { fromBase64Url, toBase64Url, utf8 } from '../../core/kernel/encoding.ts'
import { formatId, parseAgentUuid } from '../../core/kernel/ids.ts'
import { formatTime } from '../time.ts'
import {
  AddressRange,
  AgentId,
  formatKeyId,
  formatProfileId,
  KeyId,
  ProfileId,
  Time,
  Timestamp,
} from './wire.ts'

const MAX_TYPES_CHARACTERS = 1_000

/** Types and beginnings of types, separated by commas → the types that they mean. */
const Types = z
  .string()
  .max(MAX_TYPES_CHARACTERS)
  .transform((text, context): readonly EventType[] => {
    const all = text.split(',').flatMap((one) => {
      const meant = typesOf(one)
      if (meant.length === 0) context.addIssue({ code: 'custom', message: 'No type of an event' })
      return meant
    })
    return [...new Set(all)]
  })
  .describe('Types, separated by commas; `key.*` is every type that begins so')

const PRINCIPALS = ['user', 'service_account', 'api_client', 'group'] as const

const Actor = z
  .string()
  .max(64)
  .transform((text, context): EventActor => {
    const actor = parseActor(text)
    if (actor) return actor
    context.addIssue({ code: 'custom', message: 'No actor' })
    return z.NEVER
  })
  .describe(
    '`user/<number>`, `service_account/<id>`, `api_client/<id>`, `group/<id>`, `agent/<id>` or `system`',
  )

export const EventFilters = {
  type: Types.optional(),
  actor: Actor.optional(),
  profile_id: ProfileId.optional().describe('What happened to it'),
  key_id: KeyId.optional().describe('What happened to it, and what it enrolled'),
  agent_id: AgentId.optional().describe('What happened to it'),
  request_id: z.uuid().toLowerCase().optional().describe('The X-Request-Id of the answer'),
  address: AddressRange.optional().describe('From where the request came: an address or a CIDR range'),
  since: Timestamp.optional().describe('At or after'),
  until: Timestamp.optional().describe('At or before'),
  success: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional()
    .describe('Whether it did what was asked for; false: refusals'),
}

const EventFilterObject = z.object(EventFilters)

const ActorReply = z.object({
  kind: z.enum([...PRINCIPALS, 'agent', 'system']),
  id: z.string().nullable().describe('As the filter `actor` names it after the kind; null: it has none'),
  name: z.string().nullable(),
  api_key_id: z.string().nullable().describe('Of the API key that was used'),
})

export const EventReply = z
  .object({
    id: z.uuid(),
    at: Time,
    type: z.string().describe('docs/reference/events.md has every type'),
    success: z.boolean(),
    actor: ActorReply,
    request: z.object({
      id: z.string(),
      method: z.string(),
      path: z.string(),
      address: z.string().nullable().describe('The client’s, where it is known'),
    }),
    subject: z.object({ kind: z.string(), id: z.string(), name: z.string() }).describe('What it happened to'),
    detail: z.record(z.string(), z.unknown()).describe('What else there is to say, by type'),
  })
  .meta({ id: 'Event' })

const cursor = z.string().max(128)

/** A place in the order of arrival. */
export const ArrivalCursor = cursor.transform((text, context) => {
  const parsed = parseEventCursor(text)
  if (parsed) return parsed
  context.addIssue({ code: 'custom', message: 'No cursor of ours' })
  return z.NEVER
})

/** A place in the list of the newest. */
export const PlaceCursor = cursor.transform((text, context): EventPlace => {
  const place = new TextDecoder().decode(fromBase64Url(text) ?? new Uint8Array())
  const [, at, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(place) ?? []
  if (at !== undefined && id !== undefined) return { at: Number(at), id }
  context.addIssue({ code: 'custom', message: 'No cursor of ours' })
  return z.NEVER
})

export function formatPlace(place: EventPlace | null): string | null {
  return place === null ? null : toBase64Url(utf8(`${place.at}.${place.id}`))
}

export function toArrivalQuery(query: z.output<typeof EventFilterObject>): ArrivalQuery {
  const { profile_id: profile, key_id: key, agent_id: agent } = query
  const about = [
    ...(profile ? [{ kind: 'profile', id: formatId(profile) }] : []),
    ...(key ? [{ kind: 'key', id: formatId(key) }] : []),
    ...(agent?.uuid ? [{ kind: 'agent', id: agent.uuid }] : []),
  ]
  return {
    types: query.type,
    actor: query.actor,
    about: about.length > 0 ? about : undefined,
    requestId: query.request_id,
    network: query.address,
    since: query.since,
    until: query.until,
    isSuccess: query.success,
  }
}

export function formatEvent(event: AuditEvent): z.output<typeof EventReply> {
  const { id, at, type, isSuccess, cause, subject, detail } = event
  const { id: requestId, method, path, address } = cause.request
  const key = type === 'agent.enroll' ? detail.key : undefined
  return {
    id,
    at: formatTime(at),
    type,
    success: isSuccess,
    actor: formatActor(event),
    request: { id: requestId, method, path, address },
    subject: { kind: subject.kind, id: formatSubjectId(subject), name: subject.name },
    detail: typeof key === 'string' ? { ...detail, key: formatKeyId(key) } : detail,
  }
}

function formatActor({ cause: { actor }, subject }: AuditEvent): z.output<typeof ActorReply> {
  const nothing = { id: null, name: null, api_key_id: null }
  switch (actor.kind) {
    case 'system':
      return { kind: 'system', ...nothing }
    case 'agent':
      // What an agent does is about itself.
      return { ...nothing, kind: 'agent', id: subject.kind === 'agent' ? subject.id : null }
    case 'principal': {
      const { as = { kind: 'user', id: String(actor.id) }, name, apiKey } = actor
      return { kind: as.kind, id: as.id, name, api_key_id: apiKey === null ? null : `api_${apiKey}` }
    }
  }
}

function formatSubjectId({ kind, id }: AuditEvent['subject']): string {
  if (kind === 'profile') return formatProfileId(id)
  if (kind === 'key') return formatKeyId(id)
  return kind === 'api_key' ? `api_${id}` : id
}

/** Of a type itself, or of a beginning such as `key.*`. */
export function typesOf(text: string): readonly EventType[] {
  const beginning = /^([\w.]*)\*$/.exec(text)?.[1]
  return EVENT_TYPES.filter((type) => (beginning === undefined ? type === text : type.startsWith(beginning)))
}

function parseActor(text: string): EventActor | null {
  if (text === 'system') return { kind: 'system' }
  const [kind = '', id = '', ...more] = text.split('/')
  if (id === '' || more.length > 0) return null
  if (kind === 'agent') {
    const agent = parseAgentUuid(id)
    return agent && { kind: 'agent', id: formatId(agent) }
  }
  const principal = PRINCIPALS.find((one) => one === kind)
  return principal === undefined ? null : { kind: 'principal', as: { kind: principal, id } }
}
