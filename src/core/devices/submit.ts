/**
 * The way of a device's write: the signature in memory, one call to the pair's inbox, which decides and commits. D1 is
 * asked only the first time that a pair writes about a thing.
 */

import { openCase } from '../access/cases/open-case.ts'
import type { Ability } from '../access/roles/ability.ts'
import { spellKey } from '../kernel/key-spelling.ts'
import { type Outcome, ok, type Refusal, refuse } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { blockedUnsigned, type Device, keyOf } from './authenticate.ts'
import {
  type DeviceMessage,
  type DeviceVerdict,
  isTooLong,
  type NewDeviceMessage,
  tooLong,
} from './delivery.ts'
import type { Caller } from './device-guard.ts'

const ALERT_KEY_BYTES = 5

/** Takes what an authenticated device wrote, all of it or nothing. */
export const submitMessages = openCase(
  async (
    ports,
    device: Device,
    ability: Ability,
    sent: readonly NewDeviceMessage[],
  ): Promise<Outcome<null>> => {
    const messages = sent.map(
      (message): DeviceMessage =>
        message.kind === 'alert' ? { ...message, key: spellKey(ports.random(ALERT_KEY_BYTES)) } : message,
    )
    if (messages.some(isTooLong)) {
      const admitted = await admitDevice(ports, device, ability)
      return admitted.ok ? tooLong('data') : admitted
    }
    const inbox = ports.inboxes.open(device.accessKey)
    const first = await inbox.append({ ability, messages, introduced: [] })
    if (!first.ok) return first
    if (first.value.kind !== 'unknown') return settle(ports, device, first.value)
    const { things, instructions } = first.value
    if (instructions[0] !== undefined)
      return refuse({ kind: 'reference_unknown', reference: instructions[0] })
    const introduced = await ports.devices.knownThings(device.organization, things)
    const stranger = things.find((thing) => !introduced.includes(thing))
    if (stranger !== undefined) return refuse({ kind: 'reference_unknown', reference: stranger })
    const second = await inbox.append({ ability, messages, introduced })
    return second.ok ? settle(ports, device, second.value) : second
  },
)

/** Whether a device may do that now, where there is nothing to take: its body was none, or it only reads. */
export const admitDevice = openCase(
  async (ports, device: Device, ability: Ability | null): Promise<Outcome<null>> => {
    const verdict = await ports.inboxes.open(device.accessKey).admit(ability)
    return verdict.ok ? settle(ports, device, verdict.value) : verdict
  },
)

/** The same of a device whose broker knows who it is. */
export const authorizeConnectedDevice = openCase(
  async (ports, caller: Caller, ability: Ability | null): Promise<Outcome<null>> => {
    const blocked = blockedUnsigned(ports, caller)
    if (blocked) return blocked
    const known = await keyOf(ports, caller.accessKey)
    if (!known.ok) return known
    if (!known.value) return gone()
    return admitDevice(ports, { ...caller, organization: known.value.organization, isSigned: false }, ability)
  },
)

function settle(ports: Ports, device: Device, verdict: DeviceVerdict): Outcome<null> {
  switch (verdict.kind) {
    case 'accepted':
      return ok(null)
    case 'unknown':
      return refuse({ kind: 'reference_unknown', reference: verdict.things[0] ?? '' })
    case 'refused':
      ports.deviceGuard.failed(device.isSigned ? 'refused' : 'signature', device)
      return verdict.reason === 'forbidden' ? refuse({ kind: 'permission_missing' }) : gone()
  }
}

/** Deleted, disabled, expired, wrongly signed: one answer, which does not say which. */
function gone(): Refusal {
  return refuse({ kind: 'credential_invalid' })
}
