import { env } from 'cloudflare:workers'
import type { KeyringSettings } from '../../src/stores/keyring/keyring.ts'
import { createRingKeeper } from '../../src/stores/keyring/ring-keeper.ts'
import { createRingStore } from '../../src/stores/keyring/ring-store.ts'
import { compose } from './composed.ts'
import { clientOf, ringSettings } from './native-client.ts'

/** The bootstrap token of such an isolate. */
export const TOKEN = 'a-token-of-this-deployment-0123456789'

/** An isolate of its own, whose clock can be moved and whose reads of the ring are counted. */
export async function isolate(settings: Partial<KeyringSettings> = {}) {
  const clock = { ahead: 0 }
  const now = () => Date.now() + clock.ahead
  const reads = { count: 0 }
  const db = new Proxy(env.DB, {
    get(target, name) {
      const own = Reflect.get(target, name) as unknown
      if (name === 'prepare') {
        return (query: string) => {
          if (/^select .*from "keyring"/i.test(query)) reads.count++
          return target.prepare(query)
        }
      }
      return typeof own === 'function' ? own.bind(target) : own
    },
  })
  const keeper = createRingKeeper({ ...ringSettings(), db, now, ...settings })
  await keeper.keyring()
  const { fetch } = await compose({
    now,
    keyring: () => keeper.keyring(),
    ring: createRingStore({ ...ringSettings(), now }, keeper),
    bootstrapToken: TOKEN,
    // Nothing is sent to the receivers of examples.
    webhookDeliverer: { wake: async () => {} },
  })
  const maintain = clientOf(`Bearer ${TOKEN}`, fetch)
  return { clock, reads, keeper, ask: (who: string | null) => clientOf(who, fetch), maintain }
}
