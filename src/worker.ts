/** The composition root: builds the core from the platform, mounts the edges, exports the objects. */
import { Hono } from 'hono'
import { createFailureGuard } from './core/access/failure-guard.ts'
import { NO_LIMITS } from './core/access/limits.ts'
import { type Core, createCore } from './core/core.ts'
import { tasks } from './core/housekeeping/tasks.ts'
import { createRefusalGuard, NO_REFUSAL_GUARD } from './core/keys/refusal-guard.ts'
import { NotReady } from './core/not-ready.ts'
import type { Ports } from './core/ports.ts'
import { illumio } from './dialects/illumio/dialect.ts'
import { createNative } from './dialects/native/dialect.ts'
import type { Env } from './env.ts'
import { clientAddress, parseAddressSource } from './http/address.ts'
import type { Variables } from './http/edge.ts'
import { pathOf } from './http/path.ts'
import { background } from './stores/background.ts'
import { createCatalogue } from './stores/d1/catalogue.ts'
import { createCredentialStore } from './stores/d1/credentials.ts'
import { createDeploymentStore } from './stores/d1/deployment.ts'
import { createLabelStore } from './stores/d1/labels.ts'
import { createOrganizationStore } from './stores/d1/organizations.ts'
import { createRetention } from './stores/d1/retention.ts'
import { createSessionStore } from './stores/d1/sessions.ts'
import { createSettingsStore } from './stores/d1/settings.ts'
import { createUserStore } from './stores/d1/users.ts'
import { createHousekeeper, HousekeeperObject } from './stores/durable/housekeeper.ts'
import { createLedgers } from './stores/durable/ledgers.ts'
import { createRingKeeper } from './stores/keyring/ring-keeper.ts'
import { createRingStore } from './stores/keyring/ring-store.ts'
import { createLimits } from './stores/limits/bindings.ts'

export { Ledger } from './stores/durable/ledger.ts'

export class Housekeeper extends HousekeeperObject {
  protected override tasks = () => tasks(portsOf(this.env))
}

const DEFAULT_PUBLIC_URL = 'http://127.0.0.1:8787'

/** One core an isolate: its settings can't change while it lives. */
let isolate: { readonly core: Core; readonly env: Env } | null = null

const app = new Hono<{ Bindings: Env; Variables: Variables }>({ getPath: routedPath })

app.use(async (c, next) => {
  const source = parseAddressSource(c.env.LATCHKEY_CLIENT_ADDRESS)
  const { method, headers } = c.req.raw
  c.set('core', coreOf(c.env))
  c.set('request', {
    id: crypto.randomUUID(),
    method,
    path: c.req.path,
    address: clientAddress(source, headers),
  })
  await next()
})
app.route('/', illumio.app)
app.route('/', createNative([illumio.chapter]).app)

export default { fetch: app.fetch } satisfies ExportedHandler<Env>

app.onError((error) => {
  if (!(error instanceof NotReady)) throw error
  return Response.json({ status: 'not_ready', reason: error.message }, { status: 503 })
})

/** Illumio's Go client doubles slashes (contract illumio §1.1); elsewhere a doubled slash is an unknown path. */
function routedPath(request: Request): string {
  const path = pathOf(request.url)
  const collapsed = path.replaceAll(/\/{2,}/g, '/')
  return illumio.owns(collapsed) ? collapsed : path
}

function publicUrl(env: Env): string {
  return (env.LATCHKEY_PUBLIC_URL ?? DEFAULT_PUBLIC_URL).replace(/\/+$/, '')
}

function coreOf(env: Env): Core {
  if (isolate?.env !== env) isolate = { core: createCore(portsOf(env)), env }
  return isolate.core
}

function portsOf(env: Env): Ports {
  const now = () => Date.now()
  const areLimitsOff = env.LATCHKEY_RATE_LIMITS === 'off'
  const limits = areLimitsOff ? NO_LIMITS : createLimits(env)
  const ringSettings = {
    db: env.DB,
    masterKey: env.LATCHKEY_MASTER_KEY,
    nextMasterKey: env.LATCHKEY_MASTER_KEY_NEXT,
    issuer: publicUrl(env),
    now,
  }
  const ring = createRingKeeper(ringSettings)
  return {
    now,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    keyring: () => ring.keyring(),
    ring: createRingStore(ringSettings, ring),
    ledgers: createLedgers(env.LEDGERS, env.DB),
    catalogue: createCatalogue(env.DB),
    organizations: createOrganizationStore(env.DB),
    credentials: createCredentialStore(env.DB),
    users: createUserStore(env.DB),
    sessions: createSessionStore(env.DB),
    settings: createSettingsStore(env.DB),
    labels: createLabelStore(env.DB),
    deployment: createDeploymentStore(env.DB),
    retention: createRetention(env.DB),
    housekeeper: createHousekeeper(env.HOUSEKEEPER),
    roles: illumio.roles,
    ownerRoles: [illumio.ownerRole],
    limits,
    failures: createFailureGuard(now, limits),
    background,
    refusals: areLimitsOff ? NO_REFUSAL_GUARD : createRefusalGuard(now),
    defaultProfiles: [illumio.defaultProfile],
    publicUrl: publicUrl(env),
    bootstrapToken: env.LATCHKEY_BOOTSTRAP_TOKEN ?? null,
  }
}
