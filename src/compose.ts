/** The composition root: builds the core from the platform and mounts the dialects. The tests use it, too. */
import { Hono } from 'hono'
import { createReference } from './console/api-reference/reference.tsx'
import { asset } from './console/assets/assets.ts'
import { consoleApp } from './console/console.ts'
import { createCredentialChanges } from './core/access/credential-changes.ts'
import { createFailureGuard } from './core/access/limits/failure-guard.ts'
import { createGuessedKeys } from './core/access/limits/guessed-keys.ts'
import { NO_LIMITS } from './core/access/limits/limits.ts'
import { createPasswordGuard, NO_PASSWORD_GUARD } from './core/access/users/password-guard.ts'
import { createCore } from './core/core.ts'
import { combineRules } from './core/deployment/dialect-rules.ts'
import { createMeter, type Meter } from './core/deployment/metrics/meter.ts'
import { createMetrics } from './core/deployment/metrics/metrics.ts'
import { createStorageProbe } from './core/deployment/service/storage-probe.ts'
import { createDeviceGuard, NO_DEVICE_GUARD } from './core/devices/device-guard.ts'
import { createDeviceKeys } from './core/devices/device-keys.ts'
import { createRefusalGuard, NO_REFUSAL_GUARD } from './core/enrollment/redemption/refusal-guard.ts'
import { createEventFeeds } from './core/events/feeds.ts'
import { createTurns } from './core/kernel/fairness/turns.ts'
import { NotReady } from './core/kernel/not-ready.ts'
import type { Ports } from './core/ports.ts'
import { datonis } from './dialects/datonis/dialect.ts'
import { illumio } from './dialects/illumio/dialect.ts'
import { createNative } from './dialects/native/dialect.ts'
import { rules as nativeRules } from './dialects/native/rules.ts'
import { zpa } from './dialects/zpa/dialect.ts'
import type { Env } from './env.ts'
import { clientAddress, parseAddressSource } from './http/address.ts'
import type { Variables } from './http/context.ts'
import { createLane, type Lane } from './http/fairness/lane.ts'
import { pathOf } from './http/path.ts'
import { RememberingRouter } from './http/router.ts'
import { background, keepAlive, pause, within } from './stores/background.ts'
import { createApiClientStore } from './stores/d1/access/api-clients.ts'
import { createApiKeyStore } from './stores/d1/access/api-keys.ts'
import { createCredentialStore } from './stores/d1/access/credentials.ts'
import { createOrganizationStore } from './stores/d1/access/organizations.ts'
import { createPrincipalStore } from './stores/d1/access/principals.ts'
import { createRestrictionStore } from './stores/d1/access/restrictions.ts'
import { createRoleStore } from './stores/d1/access/roles.ts'
import { createSessionStore } from './stores/d1/access/sessions.ts'
import { createSettingsStore } from './stores/d1/access/settings.ts'
import { createUserStore } from './stores/d1/access/users.ts'
import { createCatalogue } from './stores/d1/catalogue/catalogue.ts'
import { createEventStore } from './stores/d1/catalogue/events/events.ts'
import { createJobStore } from './stores/d1/catalogue/jobs.ts'
import { createLabelStore } from './stores/d1/catalogue/labels.ts'
import { createLedgerDirectory } from './stores/d1/catalogue/ledger-directory.ts'
import { createList } from './stores/d1/catalogue/lists/list.ts'
import { createLookUp, createSearch } from './stores/d1/catalogue/lists/search.ts'
import { BOUNDS, createWalks } from './stores/d1/catalogue/lists/slices.ts'
import { createOverviewStore } from './stores/d1/catalogue/overview/overview.ts'
import { createDeploymentStore } from './stores/d1/deployment/deployment.ts'
import { createRetention } from './stores/d1/deployment/retention.ts'
import { createDeviceStore } from './stores/d1/devices/devices.ts'
import { createKeyPairList } from './stores/d1/devices/key-pairs.ts'
import { createIssuerStore } from './stores/d1/issuers/issuers.ts'
import { createTermIndex } from './stores/d1/outbox/index-terms.ts'
import { createWebhookStore } from './stores/d1/webhooks/webhooks.ts'
import { createFeed } from './stores/durable/feed.ts'
import { createHousekeeper } from './stores/durable/housekeeper.ts'
import { createInboxes } from './stores/durable/inbox/inboxes.ts'
import { createJobRunner } from './stores/durable/job-runner.ts'
import { createLedgers } from './stores/durable/ledger/ledgers.ts'
import { commitTiming } from './stores/durable/object/bindings.ts'
import { createWebhookDeliverer } from './stores/durable/webhook-deliverer.ts'
import { createIdentities } from './stores/identity/identities.ts'
import { verifyAssertion } from './stores/keyring/assertions.ts'
import { createRingKeeper } from './stores/keyring/ring-keeper.ts'
import { createRingStore } from './stores/keyring/ring-store.ts'
import { createPageStore } from './stores/kv/pages.ts'
import { createLimits } from './stores/limits/bindings.ts'
import { createOutbound } from './stores/outbound/outbound.ts'
import { createPki } from './stores/pki/pki.ts'
import { createStorageWriter } from './stores/storage-writer.ts'

/** Datonis is mounted before Illumio, which answers every other path below `/api/v2`. */
const DIALECTS = [datonis, illumio, zpa]
const reference = createReference(() => [native.chapter, ...DIALECTS.map(({ chapter }) => chapter)], {
  stylesheet: asset('console.css'),
  icon: asset('favicon.svg'),
})
/** Mounted last: what no dialect knows is unknown here, too. */
const native = createNative(
  DIALECTS.map(({ chapter }) => chapter),
  reference.frame,
)

/** In an embedded runtime the thread of requests also runs the storage; where storage is elsewhere, more can wait for it (wrangler.toml). */
const DEFAULT_PARALLEL_REQUESTS = 4
/** A request's body is read once it has its place, so that a request that waits costs little. */
const MAX_WAITING_REQUESTS = 1_000
const DEFAULT_PUBLIC_URL = 'http://127.0.0.1:8787'

/** A slice of a list whose client went away never ends: what has lasted longer counts as ended. */
const MAX_LIST_SLICE_MILLISECONDS = 2_000

/** Lists leave half of the thread to redemptions, when there are any. */
const rests = () => lane?.lane.hadShortLately() ?? false
/** Shared by all that runs in an isolate: its requests, and its objects. */
const turns = createTurns(
  { places: 1, maxMilliseconds: MAX_LIST_SLICE_MILLISECONDS },
  { now: () => Date.now(), pause, rests },
)
const walks = createWalks(rests)
const credentialChanges = createCredentialChanges()

/** What every request of an isolate shares. */
export type Instance = Pick<Variables, 'core' | 'lane' | 'turns' | 'meter' | 'now'> & {
  /** The client's address, as far as the deployment knows it. */
  readonly addressOf: (headers: Headers) => string | null
}

export function instanceOf(env: Env, ports: Ports = portsOf(env)): Instance {
  const source = parseAddressSource(env.LATCHKEY_CLIENT_ADDRESS)
  // Objects read it too, where a wrong one could not be named to an operator.
  commitTiming(env)
  return {
    core: createCore(ports),
    lane: laneOf(env),
    turns,
    meter: meterOf(env),
    now: ports.now,
    addressOf: (headers) => clientAddress(source, headers),
  }
}

/** Every dialect's routes. `instance` is called once a request. */
export function appOf<E extends object>(
  instance: (env: E) => Instance,
): (request: Request, env: E, context?: ExecutionContext) => Response | Promise<Response> {
  const app = new Hono<{ Bindings: E; Variables: Variables }>({
    getPath: routedPath,
    router: new RememberingRouter(),
  })
  app.use(async (c, next) => {
    const { core, lane, turns, meter, now, addressOf } = instance(c.env)
    const { method, headers } = c.req.raw
    c.set('core', core)
    c.set('lane', lane)
    c.set('turns', turns)
    c.set('meter', meter)
    c.set('now', now)
    c.set('request', { id: crypto.randomUUID(), method, path: c.req.path, address: addressOf(headers) })
    const since = performance.now()
    await next()
    meter.answered(performance.now() - since)
  })
  app.route('/', consoleApp)
  for (const { app: edge } of [reference, ...DIALECTS, native]) app.route('/', edge)
  app.onError((error) => {
    if (!(error instanceof NotReady)) throw error
    return Response.json({ status: 'not_ready', reason: error.message }, { status: 503 })
  })
  return (request, env, context) => app.fetch(zpa.canonical(request), env, context)
}

/** What of an event a receiver of webhooks gets: what operators see. */
export { formatEvent } from './http/words/event-wire.ts'
/** The rows of a list whose answer a background job makes. */
export const jobRowsOf = illumio.rowsOf

/** Illumio's Go client doubles slashes (docs/dialects/illumio.md#paths-and-versions); elsewhere that is an unknown path. */
function routedPath(request: Request): string {
  const path = pathOf(request.url)
  const collapsed = path.replaceAll(/\/{2,}/g, '/')
  return illumio.owns(collapsed) ? collapsed : datonis.pathOf(path)
}

function publicUrl(env: Env): string {
  return (env.LATCHKEY_PUBLIC_URL ?? DEFAULT_PUBLIC_URL).replace(/\/+$/, '')
}

let lane: { readonly text: string; readonly lane: Lane } | null = null

/** Of the isolate, whichever of its requests and objects asks. */
function laneOf(env: Env): Lane {
  const text = env.LATCHKEY_PARALLEL_REQUESTS ?? String(DEFAULT_PARALLEL_REQUESTS)
  const places = Number(text)
  if (!Number.isInteger(places) || places < 1) {
    throw new NotReady(`LATCHKEY_PARALLEL_REQUESTS must be a whole number from 1, not "${text}"`)
  }
  if (lane?.text !== text) {
    const bounds = { places, waiting: MAX_WAITING_REQUESTS }
    lane = { text, lane: createLane(bounds, { now: () => Date.now(), pause, within, keepAlive }) }
  }
  return lane.lane
}

let meter: Meter | null = null

/** Of the isolate. Only an embedded runtime has one isolate, and a clock that goes on while it works. */
function meterOf(env: Env): Meter {
  meter ??= createMeter(env.EGRESS === undefined ? 'without durations' : 'all')
  return meter
}

/**
 * The ports of an environment, over its real stores.
 * @param replaced those that a test replaces
 */
export function portsOf(env: Env, replaced: Partial<Ports> = {}): Ports {
  const now = () => Date.now()
  const areLimitsOff = env.LATCHKEY_RATE_LIMITS === 'off'
  const ringSettings = {
    db: env.DB,
    masterKey: env.LATCHKEY_MASTER_KEY,
    nextMasterKey: env.LATCHKEY_MASTER_KEY_NEXT,
    issuer: publicUrl(env),
    now,
  }
  const ring = createRingKeeper(ringSettings)
  const limits = areLimitsOff ? NO_LIMITS : createLimits(env, () => ring.keyring())
  const events = createEventStore(env.DB)
  const deployment = createDeploymentStore(env.DB, credentialChanges)
  const catalogue = createCatalogue(env.DB, BOUNDS, walks)
  const webhooks = createWebhookStore(env.DB)
  return {
    now,
    pause,
    inTurn: (work) => laneOf(env).run(() => work()) ?? work(),
    uuid: () => crypto.randomUUID(),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    keyring: () => ring.keyring(),
    ring: createRingStore(ringSettings, ring),
    ledgers: createLedgers(env.LEDGERS),
    ledgerDirectory: createLedgerDirectory(env.DB),
    catalogue,
    organizations: createOrganizationStore(env.DB),
    credentials: createCredentialStore(env.DB),
    users: createUserStore(env.DB),
    sessions: createSessionStore(env.DB),
    settings: createSettingsStore(env.DB),
    principals: createPrincipalStore(env.DB),
    apiKeys: createApiKeyStore(env.DB),
    restrictions: createRestrictionStore(env.DB),
    labels: createLabelStore(env.DB, BOUNDS, walks),
    events,
    feeds: createEventFeeds({ now, events }),
    jobs: createJobStore(env.DB),
    jobRunner: createJobRunner(env.JOB_RUNNERS),
    pages: createPageStore(env.PAGES),
    inboxes: createInboxes(env.INBOXES),
    keyPairs: createKeyPairList(env.DB),
    roleStore: createRoleStore(env.DB),
    devices: createDeviceStore(env.DB),
    deviceKeys: createDeviceKeys(),
    deviceGuard: areLimitsOff ? NO_DEVICE_GUARD : createDeviceGuard(now),
    deployment,
    metrics: createMetrics({ now, meter: meterOf(env), deployment, catalogue, webhooks }),
    retention: createRetention(env.DB),
    termIndex: createTermIndex(env.DB),
    housekeeper: createHousekeeper(env.HOUSEKEEPER),
    storage: createStorageProbe(now, createStorageWriter(env.DB, env.HOUSEKEEPER, now)),
    search: createSearch(env.DB, BOUNDS, walks),
    list: createList(env.DB, BOUNDS, walks),
    lookUp: createLookUp(env.DB),
    overview: createOverviewStore(env.DB),
    feed: createFeed(env.FEEDS),
    issuers: createIssuerStore(env.DB, now),
    apiClients: createApiClientStore(env.DB, now, credentialChanges),
    pki: createPki(),
    outbound: createOutbound(env.EGRESS),
    identities: createIdentities(
      (jwksUri, kid) => env.ISSUER_KEYS.getByName(jwksUri).find(jwksUri, kid),
      now,
    ),
    webhooks,
    webhookDeliverer: createWebhookDeliverer(env.WEBHOOKS),
    verifyAssertion,
    ...combineRules([...DIALECTS.map(({ rules }) => rules), nativeRules]),
    limits,
    failures: createFailureGuard(now, limits),
    passwords: areLimitsOff ? NO_PASSWORD_GUARD : createPasswordGuard(now, pause),
    guesses: createGuessedKeys(),
    background,
    refusals: areLimitsOff ? NO_REFUSAL_GUARD : createRefusalGuard(now),
    publicUrl: publicUrl(env),
    bootstrapToken: env.LATCHKEY_BOOTSTRAP_TOKEN ?? null,
    brokerToken: env.LATCHKEY_BROKER_TOKEN ?? null,
    metricsToken: env.LATCHKEY_METRICS_TOKEN ?? null,
    ...replaced,
  }
}
