/** The real core over the real stores, with every call to a store counted and any port replaced. */
import { env, waitUntil } from 'cloudflare:workers'
import { appOf, instanceOf, portsOf } from '../../src/compose.ts'
import { NO_TURNS } from '../../src/core/kernel/fairness/turns.ts'
import type { Ports } from '../../src/core/ports.ts'
import { type Lane, NO_LANE } from '../../src/http/fairness/lane.ts'
import { createRingStore } from '../../src/stores/keyring/ring-store.ts'
import { type Fetch, ring, ringSettings } from './native-client.ts'

const ORIGIN = 'https://latchkey.example'

/** The stores whose calls are counted. */
const COUNTED = [
  'ledgers',
  'ledgerDirectory',
  'catalogue',
  'organizations',
  'credentials',
  'labels',
  'events',
  'jobs',
  'pages',
  'inboxes',
  'keyPairs',
  'roleStore',
  'devices',
  'users',
  'sessions',
  'principals',
  'apiKeys',
  'restrictions',
  'settings',
  'ring',
  'deployment',
  'retention',
  'termIndex',
  'issuers',
  'apiClients',
  'webhooks',
] as const

/** Methods of `ledgers` and `inboxes` that open one. */
const HANDLES = new Set(['open', 'forAgents', 'forMaintenance'])

export type Composed = {
  readonly fetch: Fetch
  /** The stores' methods that were called, in order. */
  readonly calls: string[]
}

export type ComposedPorts = {
  readonly ports: Ports
  readonly calls: string[]
  /** What runs behind answers' backs is done. */
  readonly settled: () => Promise<unknown>
}

export async function composedPorts(replaced: Partial<Ports> = {}): Promise<ComposedPorts> {
  const running: Promise<unknown>[] = []
  const calls: string[] = []
  // Loaded beforehand, as in an isolate that lives.
  const keyring = await ring()
  const counted = <T extends object>(name: string, store: T): T =>
    new Proxy(store, {
      get(target, method, receiver) {
        const value: unknown = Reflect.get(target, method, receiver)
        if (typeof value !== 'function') return value
        return (...input: unknown[]) => {
          calls.push(`${name}.${String(method)}`)
          const result: unknown = value.apply(target, input)
          return HANDLES.has(String(method))
            ? counted(name === 'inboxes' ? 'inbox' : 'ledger', result as object)
            : result
        }
      },
    })
  const ports = portsOf(env, {
    keyring: async () => keyring,
    housekeeper: { wake: () => {} },
    ring: createRingStore(ringSettings(), { keyring: async () => keyring, reload: async () => {} }),
    background: (work) => {
      const done = work()
      running.push(done)
      waitUntil(done)
    },
    defaultProfiles: [],
    defaultApiClients: [],
    bootstrapToken: null,
  })
  const countedPorts = Object.fromEntries(COUNTED.map((name) => [name, counted(name, ports[name])]))
  Object.assign(ports, countedPorts, replaced)
  return { ports, calls, settled: () => Promise.all(running.splice(0)) }
}

/** @param lane in which requests wait that may take long */
export async function compose(replaced: Partial<Ports> = {}, lane: Lane = NO_LANE): Promise<Composed> {
  const { ports, calls } = await composedPorts(replaced)
  const instance = { ...instanceOf(env, ports), lane, turns: NO_TURNS }
  const app = appOf(() => instance)
  return { calls, fetch: async (url, init) => app(new Request(new URL(url, ORIGIN), init), env) }
}
