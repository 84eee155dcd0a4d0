/**
 * Who signed (docs/dialects/datonis.md#signed-requests). A made-up access key ends at its tag; a bad signature of a
 * pair that this isolate has met ends in memory. Whether the pair is on is its inbox's to say, with every single write.
 */

import { openCase } from '../access/cases/open-case.ts'
import { type Outcome, ok, type Refusal, refuse } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from './device-guard.ts'
import { isGenuineAccessKey, openSecret } from './key-pairs/access-key.ts'
import { importSecret, signedMessage } from './key-pairs/signature.ts'
import type { DeviceKey } from './port.ts'

export type Device = Caller & {
  readonly organization: number
  /** false: it only says its access key, which others may know. */
  readonly isSigned: boolean
}
export type SignedRequest = Caller & {
  /** Of these one was signed. */
  readonly messages: readonly Uint8Array<ArrayBuffer>[]
  readonly signature: string
}

export const authenticateDevice = openCase(
  async (
    ports,
    request: SignedRequest,
  ): Promise<Outcome<{ readonly device: Device; readonly message: Uint8Array<ArrayBuffer> }>> => {
    const { accessKey, address } = request
    const caller = { accessKey, address }
    const refused = ports.deviceGuard.blockedSeconds('refused', caller)
    if (refused !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: refused })
    const blocked = ports.deviceGuard.blockedSeconds('signature', caller)
    const known = blocked === null ? await keyOf(ports, accessKey) : ok(ports.deviceKeys.find(accessKey))
    if (!known.ok) return known
    const message = known.value && (await signedMessage(known.value.key, request.messages, request.signature))
    if (known.value && message) {
      return ok({ device: { ...caller, organization: known.value.organization, isSigned: true }, message })
    }
    if (blocked !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: blocked })
    ports.deviceGuard.failed('signature', caller)
    return refuse({ kind: 'credential_invalid' })
  },
)

/** Who says an access key without a signature: enough to read, in an organization that switched that on. */
export const identifyUnsignedDevice = openCase(async (ports, caller: Caller): Promise<Outcome<Device>> => {
  const blocked = blockedUnsigned(ports, caller)
  if (blocked) return blocked
  const known = await keyOf(ports, caller.accessKey)
  if (!known.ok) return known
  const organization = known.value && (await ports.organizations.find(known.value.organization))
  if (organization?.isUnsignedReadAllowed) {
    return ok({ ...caller, organization: organization.id, isSigned: false })
  }
  ports.deviceGuard.failed('signature', caller)
  return refuse({ kind: 'credential_invalid' })
})

/** null: who says that access key there, without a signature, need not wait. */
export function blockedUnsigned(ports: Ports, caller: Caller): Refusal | null {
  for (const kind of ['refused', 'signature'] as const) {
    const blocked = ports.deviceGuard.blockedSeconds(kind, caller)
    if (blocked !== null) return refuse({ kind: 'rate_limited', retryAfterSeconds: blocked })
  }
  return null
}

/** The key of a pair that lives or lived; null: there never was such a pair, or it is deleted. */
export async function keyOf(ports: Ports, accessKey: string): Promise<Outcome<DeviceKey | null>> {
  const remembered = ports.deviceKeys.find(accessKey)
  if (remembered) return ok(remembered)
  const ring = await ports.keyring()
  if (!(await isGenuineAccessKey(ring, accessKey))) return ok(null)
  const found = await ports.inboxes.open(accessKey).credential()
  if (!found.ok || !found.value) return found.ok ? ok(null) : found
  const { organization, sealedSecret } = found.value
  const key = await importSecret(await openSecret(ring, accessKey, sealedSecret))
  ports.deviceKeys.remember(accessKey, { organization, key })
  return ok({ organization, key })
}
