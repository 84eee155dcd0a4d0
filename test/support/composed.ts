/** The real core over the real stores, with every call to a store counted and any port replaced. */
import { env, waitUntil } from 'cloudflare:workers'
import { Hono } from 'hono'
import { createFailureGuard } from '../../src/core/access/failure-guard.ts'
import { NO_LIMITS } from '../../src/core/access/limits.ts'
import { createCore } from '../../src/core/core.ts'
import { NO_REFUSAL_GUARD } from '../../src/core/keys/refusal-guard.ts'
import type { Ports } from '../../src/core/ports.ts'
import { illumio } from '../../src/dialects/illumio/dialect.ts'
import { createNative } from '../../src/dialects/native/dialect.ts'
import type { Variables } from '../../src/http/edge.ts'
import { createCatalogue } from '../../src/stores/d1/catalogue.ts'
import { createCredentialStore } from '../../src/stores/d1/credentials.ts'
import { createDeploymentStore } from '../../src/stores/d1/deployment.ts'
import { createLabelStore } from '../../src/stores/d1/labels.ts'
import { createOrganizationStore } from '../../src/stores/d1/organizations.ts'
import { createRetention } from '../../src/stores/d1/retention.ts'
import { createSessionStore } from '../../src/stores/d1/sessions.ts'
import { createSettingsStore } from '../../src/stores/d1/settings.ts'
import { createUserStore } from '../../src/stores/d1/users.ts'
import { createLedgers } from '../../src/stores/durable/ledgers.ts'
import { createRingStore } from '../../src/stores/keyring/ring-store.ts'
import { type Fetch, ring, ringSettings } from './native-client.ts'

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
          return method === 'open' ? counted('ledger', result as object) : result
        }
      },
    })
  const ports: Ports = {
    now: () => Date.now(),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    keyring: async () => keyring,
    ledgers: counted('ledgers', createLedgers(env.LEDGERS, env.DB)),
    catalogue: counted('catalogue', createCatalogue(env.DB)),
    organizations: counted('organizations', createOrganizationStore(env.DB)),
    credentials: counted('credentials', createCredentialStore(env.DB)),
    labels: counted('labels', createLabelStore(env.DB)),
    users: counted('users', createUserStore(env.DB)),
    sessions: counted('sessions', createSessionStore(env.DB)),
    settings: counted('settings', createSettingsStore(env.DB)),
    ring: counted(
      'ring',
      createRingStore(ringSettings(), { keyring: async () => keyring, reload: async () => {} }),
    ),
    deployment: counted('deployment', createDeploymentStore(env.DB)),
    retention: counted('retention', createRetention(env.DB)),
    housekeeper: { wake: () => {} },
    roles: illumio.roles,
    ownerRoles: [illumio.ownerRole],
    limits: NO_LIMITS,
    failures: createFailureGuard(() => Date.now(), NO_LIMITS),
    background: (work) => {
      const done = work()
      running.push(done)
      waitUntil(done)
    },
    refusals: NO_REFUSAL_GUARD,
    defaultProfiles: [],
    publicUrl: 'https://latchkey.example',
    bootstrapToken: null,
    ...replaced,
  }
  return { ports, calls, settled: () => Promise.all(running.splice(0)) }
}

export async function compose(replaced: Partial<Ports> = {}): Promise<Composed> {
  const { ports, calls } = await composedPorts(replaced)
  const core = createCore(ports)
  const app = new Hono<{ Variables: Variables }>()
  app.use(async (c, next) => {
    c.set('core', core)
    const { method } = c.req.raw
    const address = c.req.header('X-Test-Address') ?? null
    c.set('request', { id: crypto.randomUUID(), method, path: c.req.path, address })
    await next()
  })
  app.route('/', illumio.app)
  app.route('/', createNative([]).app)
  return { calls, fetch: async (url, init) => app.request(url, init) }
}
