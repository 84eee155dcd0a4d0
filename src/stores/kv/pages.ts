import type { PageStore } from '../../core/jobs/port.ts'

/** Pages are written before they are announced and never change, so that KV's staleness does no harm. */
export function createPageStore(kv: KVNamespace): PageStore {
  return {
    put: (name, text, lifetimeSeconds) => kv.put(name, text, { expirationTtl: lifetimeSeconds }),
    get: (name) => kv.get(name),
    remove: (name) => kv.delete(name),
  }
}
