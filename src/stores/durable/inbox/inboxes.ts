import type { Inbox, Inboxes } from '../../../core/devices/key-pairs/port.ts'
import { remote } from '../object/remote.ts'
import type { DeviceInbox } from './device-inbox.ts'

/** Calls that may be made twice. Devices send again what they do not know to have arrived. */
const IDEMPOTENT: ReadonlySet<PropertyKey> = new Set<keyof Inbox>([
  'get',
  'credential',
  'admit',
  'grant',
  'forget',
  'reseal',
  'rebuild',
])

export function createInboxes(namespace: DurableObjectNamespace<DeviceInbox>): Inboxes {
  return {
    open: (accessKey) =>
      remote(
        () => namespace.getByName(accessKey),
        (method) => (IDEMPOTENT.has(method) ? 'repeat' : 'busy'),
      ),
  }
}
