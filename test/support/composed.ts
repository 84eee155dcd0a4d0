/** The real core over the real stores, with every call to a store counted and any port replaced. */
import { env, waitUntil } from 'cloudflare:workers'
import { Hono } from 'hono'
import { createFailureGuard } from '../../src/core/access/limits/failure-guard.ts'
import { createGuessedKeys } from '../../src/core/access/limits/guessed-keys.ts'
import { NO_LIMITS } from '../../src/core/access/limits/limits.ts'
import { NO_PASSWORD_GUARD } from '../../src/core/access/users/password-guard.ts'
import { createCore } from '../../src/core/core.ts'
import { combineRules } from '../../src/core/deployment/dialect-rules.ts'
import { createStorageProbe } from '../../src/core/deployment/service/storage-probe.ts'
import { NO_DEVICE_GUARD } from '../../src/core/devices/device-guard.ts'
import { createDeviceKeys } from '../../src/core/devices/device-keys.ts'
import { NO_REFUSAL_GUARD } from '../../src/core/enrollment/keys/refusal-guard.ts'
import type { Ports } from '../../src/core/ports.ts'
import { datonis } from '../../src/dialects/datonis/dialect.ts'
import { illumio } from '../../src/dialects/illumio/dialect.ts'
import { createNative } from '../../src/dialects/native/dialect.ts'
import { zpa } from '../../src/dialects/zpa/dialect.ts'
import type { Variables } from '../../src/http/edge.ts'
import { NO_LANE } from '../../src/http/fairness/lane.ts'
import { pause } from '../../src/stores/background.ts'
import { createApiClientStore } from '../../src/stores/d1/access/api-clients.ts'
import { createApiKeyStore } from '../../src/stores/d1/access/api-keys.ts'
import { createCredentialStore } from '../../src/stores/d1/access/credentials.ts'
import { createOrganizationStore } from '../../src/stores/d1/access/organizations.ts'
import { createPrincipalStore } from '../../src/stores/d1/access/principals.ts'
import { createRestrictionStore } from '../../src/stores/d1/access/restrictions.ts'
import { createRoleStore } from '../../src/stores/d1/access/roles.ts'
import { createSessionStore } from '../../src/stores/d1/access/sessions.ts'
import { createSettingsStore } from '../../src/stores/d1/access/settings.ts'
import { createUserStore } from '../../src/stores/d1/access/users.ts'
import { createCatalogue } from '../../src/stores/d1/catalogue/catalogue.ts'
import { createEventStore } from '../../src/stores/d1/catalogue/events.ts'
import { createJobStore } from '../../src/stores/d1/catalogue/jobs.ts'
import { createLabelStore } from '../../src/stores/d1/catalogue/labels.ts'
import { createLookUp, createSearch, createSearchAgents } from '../../src/stores/d1/catalogue/search.ts'
import { createDeploymentStore } from '../../src/stores/d1/deployment/deployment.ts'
import { createRetention } from '../../src/stores/d1/deployment/retention.ts'
import { createDeviceStore } from '../../src/stores/d1/devices/devices.ts'
import { createKeyPairList } from '../../src/stores/d1/devices/key-pairs.ts'
import { createIssuerStore } from '../../src/stores/d1/issuers/issuers.ts'
import { createInboxes } from '../../src/stores/durable/inbox/inboxes.ts'
import { createJobRunner } from '../../src/stores/durable/job-runner.ts'
import { createLedgers } from '../../src/stores/durable/ledger/ledgers.ts'
import { verifyAssertion } from '../../src/stores/keyring/assertions.ts'
import { createRingStore } from '../../src/stores/keyring/ring-store.ts'
import { createPageStore } from '../../src/stores/kv/pages.ts'
import { createOutbound } from '../../src/stores/outbound/outbound.ts'
import { createPki } from '../../src/stores/pki/pki.ts'
import { createStorageWriter } from '../../src/stores/storage-writer.ts'
import { type Fetch, ring, ringSettings } from './native-client.ts'

const ORIGIN = 'https://latchkey.example'

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
          return method === 'open'
            ? counted(name === 'inboxes' ? 'inbox' : 'ledger', result as object)
            : result
        }
      },
    })
  const ports: Ports = {
    now: () => Date.now(),
    pause,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    keyring: async () => keyring,
    ledgers: counted('ledgers', createLedgers(env.LEDGERS, env.DB)),
    catalogue: counted('catalogue', createCatalogue(env.DB)),
    organizations: counted('organizations', createOrganizationStore(env.DB)),
    credentials: counted('credentials', createCredentialStore(env.DB)),
    labels: counted('labels', createLabelStore(env.DB)),
    events: counted('events', createEventStore(env.DB)),
    jobs: counted('jobs', createJobStore(env.DB)),
    jobRunner: createJobRunner(env.JOB_RUNNERS),
    pages: counted('pages', createPageStore(env.PAGES)),
    inboxes: counted('inboxes', createInboxes(env.INBOXES)),
    keyPairs: counted('keyPairs', createKeyPairList(env.DB)),
    roleStore: counted('roleStore', createRoleStore(env.DB)),
    devices: counted('devices', createDeviceStore(env.DB)),
    deviceKeys: createDeviceKeys(),
    deviceGuard: NO_DEVICE_GUARD,
    users: counted('users', createUserStore(env.DB)),
    sessions: counted('sessions', createSessionStore(env.DB)),
    principals: counted('principals', createPrincipalStore(env.DB)),
    apiKeys: counted('apiKeys', createApiKeyStore(env.DB)),
    restrictions: counted('restrictions', createRestrictionStore(env.DB)),
    settings: counted('settings', createSettingsStore(env.DB)),
    ring: counted(
      'ring',
      createRingStore(ringSettings(), { keyring: async () => keyring, reload: async () => {} }),
    ),
    deployment: counted('deployment', createDeploymentStore(env.DB)),
    retention: counted('retention', createRetention(env.DB)),
    housekeeper: { wake: () => {} },
    storage: createStorageProbe(Date.now, createStorageWriter(env.DB, env.HOUSEKEEPER, Date.now)),
    search: createSearch(env.DB),
    searchAgents: createSearchAgents(env.DB),
    lookUp: createLookUp(env.DB),
    issuers: counted(
      'issuers',
      createIssuerStore(env.DB, () => Date.now()),
    ),
    apiClients: counted(
      'apiClients',
      createApiClientStore(env.DB, () => Date.now()),
    ),
    pki: createPki(),
    outbound: createOutbound(env.EGRESS),
    verifyAssertion,
    ...combineRules([illumio.rules, zpa.rules, datonis.rules]),
    limits: NO_LIMITS,
    failures: createFailureGuard(() => Date.now(), NO_LIMITS),
    passwords: NO_PASSWORD_GUARD,
    guesses: createGuessedKeys(),
    background: (work) => {
      const done = work()
      running.push(done)
      waitUntil(done)
    },
    refusals: NO_REFUSAL_GUARD,
    defaultProfiles: [],
    defaultApiClients: [],
    publicUrl: ORIGIN,
    bootstrapToken: null,
    brokerToken: env.LATCHKEY_BROKER_TOKEN ?? null,
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
    c.set('lane', NO_LANE)
    const { method } = c.req.raw
    const address = c.req.header('X-Test-Address') ?? null
    c.set('request', { id: crypto.randomUUID(), method, path: c.req.path, address })
    await next()
  })
  app.route('/', illumio.app)
  app.route('/', datonis.app)
  app.route('/', zpa.app)
  app.route('/', createNative([]).app)
  return {
    calls,
    fetch: async (url, init) => app.request(zpa.canonical(new Request(new URL(url, ORIGIN), init))),
  }
}
