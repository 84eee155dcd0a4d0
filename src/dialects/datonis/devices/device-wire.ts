/** What devices send, put into the core's words (docs/dialects/datonis.md#device-messages). Pure. */
import * as z from 'zod'
import type { Ability } from '../../../core/access/roles/ability.ts'
import { ALERT_SEVERITIES, type NewDeviceMessage } from '../../../core/devices/delivery.ts'
import { thingKeyOf } from '../../../core/devices/thing-key.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { problemsOf } from '../../../http/problems.ts'
import { prose, text } from '../../../http/text.ts'
import { isObject } from '../edge/parameters.ts'

const MAX_MESSAGES = 1_000

/** An empty key or name counts as absent: the Go SDK always sends both keys. */
export const ThingKey = z.string().regex(/^[0-9A-Za-z_.:-]{0,64}$/, 'Must be the key of a thing')
export const DeviceKey = text(255)
const MAX_TIMESTAMP = 8.64e15
/** Milliseconds; whole, whatever a language makes of them, also as text. */
const Timestamp = z
  .union([
    z.number().min(0).max(MAX_TIMESTAMP),
    z
      .string()
      .regex(/^\s*[0-9]{1,16}\s*$/, 'Must be a number of milliseconds')
      .transform(Number)
      .refine((at) => at <= MAX_TIMESTAMP, 'Must be a number of milliseconds'),
  ])
  .transform(Math.trunc)
  .nullish()
const Data = z.record(z.string(), z.json())
const Text = prose(8_192)
const About = z.object({
  thing_key: ThingKey.nullish(),
  device_key: DeviceKey.nullish(),
  timestamp: Timestamp,
})

export const Registration = About.extend({
  /** The Java SDK has none to say in its alias mode. */
  name: prose(255).nullish(),
  description: Text.nullish(),
  /** The C SDK says 0 or 1. */
  bi_directional: z.union([z.boolean(), z.literal([0, 1]).transform((flag) => flag === 1)]).nullish(),
  type: z.json().optional(),
  data: z.json().optional(),
  additional_attributes: z.json().optional(),
  user_defined_properties: z.json().optional(),
  traits: z.json().optional(),
  tags: z.json().optional(),
})
const Event = About.extend({
  data: Data.nullish(),
  waypoint: z.tuple([z.number(), z.number()]).nullish(),
}).refine(({ data, waypoint }) => data || waypoint, 'data or waypoint is required')
const Alert = About.extend({
  alert_key: text(64).nullish(),
  alert_type: z
    .int()
    .min(0)
    .max(ALERT_SEVERITIES.length - 1),
  message: Text.nullish(),
  data: Data.nullish(),
})

function envelopeOf<S extends z.ZodType>(schema: S) {
  return z.object({ events: z.array(schema).min(1).max(MAX_MESSAGES) })
}

const ManyHeartbeats = envelopeOf(About)
const ManyEvents = envelopeOf(Event)
export const Heartbeats = z.union([ManyHeartbeats, About])
export const Events = z.union([ManyEvents, Event])
export const AlertBody = z.object({ alert: Alert })

export type DeviceCall = 'register' | 'heartbeat' | 'event' | 'alert'

export const ABILITY_OF: Readonly<Record<DeviceCall, Ability>> = {
  register: 'things.register',
  heartbeat: 'things.heartbeat',
  event: 'things.event',
  alert: 'alerts.create',
}

/** The messages of a body. @param organization whose things a `device_key` names */
export async function readMessages(
  call: DeviceCall,
  body: unknown,
  organization: number,
): Promise<Outcome<readonly NewDeviceMessage[]>> {
  switch (call) {
    case 'register':
      return all(Registration, body, organization, (sent) => [registration(sent)])
    case 'heartbeat':
      return isEnvelope(body)
        ? all(ManyHeartbeats, body, organization, ({ events }) => events.map(heartbeat))
        : all(About, body, organization, (one) => [heartbeat(one)])
    case 'event':
      return isEnvelope(body)
        ? all(ManyEvents, body, organization, ({ events }) => events.map(event))
        : all(Event, body, organization, (one) => [event(one)])
    case 'alert':
      return all(AlertBody, body, organization, ({ alert }) => [alertMessage(alert)])
  }
}

/** Decided before anything is checked, so that a refusal names the member that is wrong. */
function isEnvelope(body: unknown): boolean {
  return isObject(body) && body.events !== undefined && body.events !== null
}

type Content = NewDeviceMessage extends infer M
  ? M extends unknown
    ? Omit<M, 'thing' | 'at'>
    : never
  : never
type Sent = readonly [z.output<typeof About>, Content]

async function all<S extends z.ZodType>(
  schema: S,
  body: unknown,
  organization: number,
  read: (sent: z.output<S>) => readonly Sent[],
): Promise<Outcome<readonly NewDeviceMessage[]>> {
  const checked = schema.safeParse(body)
  if (!checked.success) return refuse({ kind: 'input_invalid', problems: problemsOf(checked.error, body) })
  const messages: NewDeviceMessage[] = []
  for (const [about, content] of read(checked.data)) {
    const thing = await thingOf(about, organization)
    if (thing === null && !(content.kind === 'alert' && content.instruction !== null)) {
      const problem = { path: ['thing_key'], code: 'missing', message: 'Required' } as const
      return refuse({ kind: 'input_invalid', problems: [problem] })
    }
    messages.push({ ...content, thing, at: about.timestamp ?? null } as NewDeviceMessage)
  }
  return ok(messages)
}

async function thingOf(about: z.output<typeof About>, organization: number): Promise<string | null> {
  if (about.thing_key) return about.thing_key
  return about.device_key ? thingKeyOf(organization, about.device_key) : null
}

function registration(sent: z.output<typeof Registration>): Sent {
  const { name, description, thing_key, timestamp, device_key, bi_directional, ...rest } = sent
  const facts = given({
    ...rest,
    device_key: device_key || undefined,
    bi_directional: bi_directional ?? undefined,
  }) as JsonObject
  const content = {
    kind: 'registration',
    name: name || null,
    defaultName: thing_key || device_key || '',
    description: description ?? null,
    facts,
  } as const
  return [sent, content]
}

function heartbeat(sent: z.output<typeof About>): Sent {
  return [sent, { kind: 'heartbeat' }]
}

function event(sent: z.output<typeof Event>): Sent {
  const { data, waypoint } = sent
  const members = given({ data: data ?? undefined, waypoint: waypoint ?? undefined }) as JsonObject
  return [sent, { kind: 'event', data: members }]
}

function alertMessage(alert: z.output<typeof Alert>): Sent {
  const severity = ALERT_SEVERITIES[alert.alert_type] ?? 'info'
  const { message: text, data, alert_key: instruction } = alert
  return [
    alert,
    {
      kind: 'alert',
      severity,
      text: text ?? '',
      data: (data ?? {}) as JsonObject,
      instruction: instruction || null,
    },
  ]
}
