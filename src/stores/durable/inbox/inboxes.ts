import { type Inboxes, REPEATABLE } from '../../../core/devices/key-pairs/port.ts'
import { remote } from '../object/remote.ts'
import type { DeviceInbox } from './device-inbox.ts'

export function createInboxes(namespace: DurableObjectNamespace<DeviceInbox>): Inboxes {
  return {
    open: (accessKey) =>
      // Devices send again what they do not know to have arrived.
      remote({ open: () => namespace.getByName(accessKey), repeatable: REPEATABLE, otherwise: 'busy' }),
  }
}
