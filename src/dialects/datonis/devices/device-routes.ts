import * as z from 'zod'
import { type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { parseJson } from '../../../http/body.ts'
import { route } from '../../../http/route.ts'
import { type Access, type DatonisRoute, type Identity, signedBy } from '../edge/edge.ts'
import type { DatonisFault } from '../edge/refusal.ts'
import { success } from '../edge/route.ts'
import {
  ABILITY_OF,
  AlertBody,
  type DeviceCall,
  Events,
  Heartbeats,
  Registration,
  readMessages,
} from './device-wire.ts'

const DONE = success({}, false)
const UTF_8 = new TextDecoder()

/** What devices write. Whatever the Content-Type says, the body is JSON and was signed byte for byte. */
function writing(what: {
  readonly call: DeviceCall
  readonly path: string
  readonly id: string
  readonly summary: string
  readonly schema: z.ZodType
}): DatonisRoute {
  return route<Access, Identity, DatonisFault, undefined, undefined, z.ZodType>({
    method: 'post',
    path: what.path,
    access: 'device',
    isShort: true,
    operation: { id: what.id, summary: what.summary },
    body: { schema: what.schema, encoding: 'json' },
    replies: { 200: { description: 'Taken, durably', schema: z.object({}) } },
    handle: async (call) => {
      const { core } = call
      const { device, message } = signedBy(call)
      const ability = ABILITY_OF[what.call]
      const messages = await read(what.call, message, device.organization)
      if (!messages.ok) {
        // Only a pair that may write learns what is wrong with its body.
        const admitted = await core.devices.admitDevice(device, ability)
        return admitted.ok ? messages : admitted
      }
      const taken = await core.devices.submitMessages(device, ability, messages.value)
      return taken.ok ? ok(DONE) : taken
    },
  })
}

async function read(call: DeviceCall, message: Uint8Array, organization: number) {
  const body = decode(message)
  return body.ok ? readMessages(call, body.value, organization) : body
}

function decode(message: Uint8Array): Outcome<unknown> {
  return parseJson(UTF_8.decode(message), { isOpen: true })
}

export const deviceRoutes = [
  writing({
    call: 'register',
    path: '/api/v3/things/register',
    id: 'device_things_register',
    summary: 'A device registers a thing',
    schema: Registration,
  }),
  writing({
    call: 'heartbeat',
    path: '/api/v3/things/heartbeat',
    id: 'device_things_heartbeat',
    summary: 'A device sends heartbeats of things',
    schema: Heartbeats,
  }),
  writing({
    call: 'event',
    path: '/api/v3/things/event',
    id: 'device_things_event',
    summary: 'A device reports data or a waypoint, one or many',
    schema: Events,
  }),
  writing({
    call: 'alert',
    path: '/api/v3/alerts',
    id: 'device_alerts_create',
    summary: 'A device raises an alert, or answers an instruction',
    schema: AlertBody,
  }),
]
