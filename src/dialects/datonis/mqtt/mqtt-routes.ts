/**
 * For the devices' broker, since a Worker takes no MQTT: who may connect, to which topics, and what was published
 * (docs/dialects/datonis.md#mqtt-hook).
 */
import * as z from 'zod'
import type { Core } from '../../../core/core.ts'
import { fromBase64, utf8 } from '../../../core/kernel/encoding.ts'
import { type CommonFault, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { ABILITY_OF, readMessages } from '../devices/device-wire.ts'
import { plainBody } from '../devices/signed-body.ts'
import { type DatonisFault, refusal, UNREADABLE_LZF } from '../edge/refusal.ts'
import { parameterRoute } from '../edge/route.ts'
import { Publication, publicationOf, spell } from './instructions.ts'
import { readPayload } from './mqtt-payload.ts'
import {
  acknowledgementTopic,
  isOwnAcknowledgement,
  isOwnInstruction,
  type Publishing,
  parsePublishTopic,
} from './mqtt-topics.ts'

const Name = z.string().max(255)
const Allowed = z.object({ result: z.literal('allow') })
const ALLOWED = { result: 'allow' } as const

const connect = parameterRoute({
  method: 'post',
  path: '/internal/mqtt/auth',
  access: 'broker',
  isShort: true,
  operation: {
    id: 'mqtt_auth',
    summary: 'Whether a device may connect',
    description:
      'User name: the access key; password: HMAC-SHA-256 of it under the secret key, in hexadecimal. Refusals are 401, ' +
      'which the broker must turn into CONNACK 5: devices understand no other.',
  },
  input: z.object({ username: Name, password: Name, clientid: Name.optional() }),
  reply: Allowed,
  handle: async ({ core, input, request }) => {
    const { username: accessKey, password: signature } = input
    const caller = { accessKey, address: request.address }
    const signed = await core.devices.authenticateDevice({
      ...caller,
      messages: [utf8(accessKey)],
      signature,
    })
    if (!signed.ok) return signed
    const admitted = await core.devices.admitDevice(signed.value.device, null)
    return admitted.ok ? ok(ALLOWED) : admitted
  },
})

const authorize = parameterRoute({
  method: 'post',
  path: '/internal/mqtt/acl',
  access: 'broker',
  isShort: true,
  operation: {
    id: 'mqtt_acl',
    summary: 'Whether a connected device may publish or subscribe there',
    description:
      'Asked by the broker, of a user name whose password it has checked. What a device publishes to its own topics ' +
      'always passes: `/internal/mqtt/publish` says whether it is taken.',
  },
  input: z.object({
    username: Name,
    clientid: Name,
    topic: z.string().max(1_024),
    action: z.enum(['publish', 'subscribe']).optional(),
    acc: z
      .union([z.int(), z.string()])
      .optional()
      .meta({ description: 'As mosquitto plug-ins have it: 1 read, 2 write, 4 subscribe' }),
  }),
  reply: Allowed,
  handle: async ({ core, input, request }) => {
    const { username: accessKey, clientid, topic, action, acc } = input
    const isPublishing = action === undefined ? Number(acc) === 2 : action === 'publish'
    const isOwn = isPublishing
      ? parsePublishTopic(topic)?.client === clientid
      : isOwnAcknowledgement(topic, clientid)
    // What a pair that is off publishes is refused when it is handed on, so that its device gets the refusal at once.
    if (isOwn) return ok(ALLOWED)
    if (isPublishing || !isOwnInstruction(topic, accessKey)) return refuse({ kind: 'permission_missing' })
    const permitted = await core.devices.authorizeConnectedDevice(
      { accessKey, address: request.address },
      null,
    )
    return permitted.ok ? ok(ALLOWED) : permitted
  },
})

const publish = parameterRoute({
  method: 'post',
  path: '/internal/mqtt/publish',
  access: 'broker',
  isShort: true,
  operation: {
    id: 'mqtt_publish',
    summary: 'Accept a message that a device published',
    description:
      'Its `hash` is its signature. The answer is what the broker is to publish back, and where. What devices compress ' +
      '(topics below `Altizon/Datonis/lzf`) is no text: a broker hands it on as `payload_base64`.',
  },
  input: z.object({
    topic: z.string().max(1_024),
    payload: z.string().optional(),
    payload_base64: z.string().optional().meta({ description: 'The same as bytes' }),
    username: Name.optional(),
  }),
  reply: z.object({ topic: z.string(), payload: z.string() }),
  handle: async ({ core, input, request }) => {
    const publishing = parsePublishTopic(input.topic)
    if (!publishing) return refuse({ kind: 'reference_unknown', reference: 'topic' })
    const { payload: sent, payload_base64: base64, username } = input
    if (sent === undefined && base64 === undefined) return refuse(missingPayload())
    const text = textOf(publishing, sent, base64)
    // An SDK gives up what is 422, and sends again for ever what is 500.
    const payload = text.ok
      ? await acknowledge(core, publishing, text.value, username, request.address)
      : { context: 'PARSE_ERROR', http_code: 422 }
    return ok({ topic: acknowledgementTopic(publishing.client), payload: JSON.stringify(payload) })
  },
})

function missingPayload(): CommonFault {
  const problem = { path: ['payload'], code: 'missing', message: 'Required' } as const
  return { kind: 'input_invalid', problems: [problem] }
}

/** The text that a device published. What it compressed was lost where a broker took it for text. */
function textOf(
  { isCompressed }: Publishing,
  payload: string | undefined,
  base64: string | undefined,
): Outcome<string> {
  if (base64 === undefined) return isCompressed ? refuse(UNREADABLE_LZF) : ok(payload ?? '')
  const bytes = fromBase64(base64)
  if (!bytes) return refuse(UNREADABLE_LZF)
  const plain = plainBody(bytes, isCompressed ? 'LZF' : null)
  return plain.ok ? ok(new TextDecoder().decode(plain.value)) : plain
}

async function acknowledge(
  core: Core,
  { call }: Publishing,
  text: string,
  username: string | undefined,
  address: string | null,
): Promise<object> {
  const payload = readPayload(text)
  if (!payload) return { context: 'PARSE_ERROR', http_code: 500 }
  const answer = (status: number, body: unknown) => ({
    context: payload.hash ?? '',
    http_code: status,
    // Only SDKs that say a version understand the message.
    ...(payload.hasVersion && { http_msg: body }),
  })
  const refused = (fault: DatonisFault) => {
    const { status, json } = refusal(fault, 'device_things_event')
    return answer(status, json)
  }
  const accessKey = payload.accessKey ?? username
  if (accessKey === undefined || payload.hash === null) return refused({ kind: 'credential_missing' })
  const messages = [utf8(payload.text)]
  const signed = await core.devices.authenticateDevice({
    accessKey,
    address,
    messages,
    signature: payload.hash,
  })
  if (!signed.ok) return refused(signed.fault)
  const { device } = signed.value
  const read = await readMessages(call, payload.members, device.organization)
  const taken = read.ok
    ? await core.devices.submitMessages(device, ABILITY_OF[call], read.value)
    : await core.devices.admitDevice(device, ABILITY_OF[call])
  if (!taken.ok) return refused(taken.fault)
  return read.ok ? answer(200, {}) : refused(read.fault)
}

const instructions = parameterRoute({
  method: 'post',
  path: '/internal/mqtt/instructions',
  access: 'broker',
  isShort: true,
  operation: {
    id: 'mqtt_instructions',
    summary: 'Messages for a broker to publish to devices',
    description:
      'The instructions that were given after a place, at most 100. Without `after` there are none, and `place` is where the ' +
      'next ones will be.',
  },
  input: z.object({ after: z.int().min(0).optional() }),
  reply: z.object({ place: z.int(), instructions: z.array(Publication) }),
  handle: async ({ core, input }) => {
    const taken = await core.devices.takeInstructions(input.after ?? null, spell)
    if (!taken.ok) return taken
    const { place, instructions: signed } = taken.value
    return ok({ place, instructions: await Promise.all(signed.map(publicationOf)) })
  },
})

export const mqttRoutes = [connect, authorize, publish, instructions]
