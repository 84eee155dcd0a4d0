import { BoundedMap } from '../kernel/bounded-map.ts'
import type { DeviceKey } from './port.ts'

const MAX_REMEMBERED = 10_000

/** The keys of the pairs that this isolate has met. */
export type DeviceKeys = {
  find(accessKey: string): DeviceKey | null
  remember(accessKey: string, key: DeviceKey): void
}

export function createDeviceKeys(): DeviceKeys {
  const keys = new BoundedMap<string, DeviceKey>(MAX_REMEMBERED)
  return {
    find: (accessKey) => keys.get(accessKey) ?? null,
    remember(accessKey, key) {
      keys.set(accessKey, key)
    },
  }
}
