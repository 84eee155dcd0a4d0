import type { Actor } from '../../../core/access/actor.ts'
import type { Operation } from '../../../core/access/cases/operator-case.ts'
import type { Permission } from '../../../core/access/permission.ts'
import type { Device } from '../../../core/devices/authenticate.ts'
import type { Reader } from '../../../core/devices/reader-case.ts'
import { map, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { basicCredentials, bearerToken } from '../../../http/credentials.ts'
import type { Edge } from '../../../http/edge.ts'
import type { Call, Route } from '../../../http/route.ts'
import { plainBody, signedForms } from '../devices/signed-body.ts'
import { type DatonisFault, refusal, serverError } from './refusal.ts'
import { identifySession } from './session.ts'

/**
 * `public`: no authentication; `broker`: the devices' MQTT broker; `device`: the key pair that signed; `reader`: a user, or
 * a device that may read; `user`: any signed-in user; otherwise the permission that the user needs.
 */
export type Access = 'public' | 'broker' | 'device' | 'reader' | 'user' | Permission

export type DatonisRoute = Route<Access, Identity, DatonisFault>

export type Identity =
  | { readonly kind: 'public' }
  | { readonly kind: 'user'; readonly actor: Actor }
  | {
      readonly kind: 'device'
      readonly device: Device
      /** What was signed; null: it is an unsigned read. */
      readonly message: Uint8Array<ArrayBuffer> | null
    }

type Caller = Parameters<Edge<Access, Identity, DatonisFault>['identify']>[0]

/**
 * The dialect of Datonis: session tokens for people (docs/dialects/datonis.md#sessions), signed bodies for devices
 * (docs/dialects/datonis.md#signed-requests).
 */
export const edge: Edge<Access, Identity, DatonisFault> = {
  dialect: 'datonis',
  // A reader is a device or a user.
  isForMachines: (access) => access === 'broker' || access === 'device' || access === 'reader',
  async identify(call, access) {
    if (access === null || access === 'public') return ok({ kind: 'public' })
    if (access === 'broker') return identifyBroker(call)
    if (access === 'device') return identifyDevice(call, false)
    const isUser = access !== 'reader' || call.headers.has('X-Auth-Token')
    if (!isUser) return identifyDevice(call, true)
    const actor = await identifySession(call)
    if (!actor.ok) return actor
    const isPermitted = access === 'reader' || access === 'user' || actor.value.permissions.has(access)
    return isPermitted ? ok({ kind: 'user', actor: actor.value }) : refuse({ kind: 'permission_missing' })
  },
  isPublic: (access) => access === 'public',
  refusal: (fault, { operation }) => refusal(fault, operation),
  failure: () => serverError(),
}

/** A token, or the password of a broker that only knows user names and passwords. */
async function identifyBroker({ core, headers }: Caller): Promise<Outcome<Identity>> {
  const authorization = headers.get('Authorization')
  const token = bearerToken(authorization) ?? basicCredentials(authorization)?.password ?? null
  return map(await core.devices.authenticateBroker(token), () => ({ kind: 'public' }))
}

async function identifyDevice(
  { core, headers, raw, request }: Caller,
  isReading: boolean,
): Promise<Outcome<Identity>> {
  const accessKey = headers.get('X-Access-Key')?.trim()
  const signature = headers.get('X-Dtn-Signature')?.trim()
  if (!accessKey) return refuse({ kind: 'credential_missing' })
  const caller = { accessKey, address: request.address }
  if (signature === undefined && isReading) {
    const device = await core.devices.identifyUnsignedDevice(caller)
    return map(device, (one) => ({ kind: 'device', device: one, message: null }))
  }
  const body = await raw.bytes()
  if (!body.ok) return body
  const plain = plainBody(body.value, headers.get('X-Compressed'))
  if (!plain.ok) return plain
  const messages = signedForms(plain.value, headers.get('Content-Type'))
  const signed = await core.devices.authenticateDevice({ ...caller, messages, signature: signature ?? '' })
  return map(signed, (one) => ({ kind: 'device', ...one }))
}

type AnyCall = Call<Identity, unknown, unknown, unknown>

/** The user of a call to a route that asks for a permission. */
export function operationOf({ identity, request }: Pick<AnyCall, 'identity' | 'request'>): Operation {
  if (identity.kind !== 'user') throw new Error('the route asks for no user')
  return { actor: identity.actor, request }
}

export function readerOf(call: Pick<AnyCall, 'identity' | 'request'>): Reader {
  if (call.identity.kind === 'device') return { kind: 'device', device: call.identity.device }
  return { kind: 'operator', operation: operationOf(call) }
}

/** The device of a call to a route whose access is `device`, and what it signed. */
export function signedBy({ identity }: Pick<AnyCall, 'identity'>): {
  readonly device: Device
  readonly message: Uint8Array<ArrayBuffer>
} {
  if (identity.kind !== 'device' || !identity.message) throw new Error('the route asks for no signature')
  return { device: identity.device, message: identity.message }
}
