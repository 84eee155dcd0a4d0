import { join } from 'node:path'
import { BUNDLE_FOLDER } from '../cli/project.ts'
import { Refusal } from '../cli/refusal.ts'
import { keepCredentials } from '../state/credentials.ts'
import { openDataFolder } from '../state/data-folder.ts'
import {
  deriveBootstrapToken,
  keepMasterKey,
  masterKeyBindings,
  readNextMasterKey,
} from '../state/master-key.ts'
import { applyMigrations } from '../state/migrations.ts'
import { checkState } from '../state/state-check.ts'
import { useTemporaryFolder } from '../state/temporary-folder.ts'
import { type Endpoint, prepareEndpoint } from './endpoint.ts'
import { type Lock, takeLock } from './lock.ts'
import { waitUntilReady } from './readiness.ts'
import type { Settings } from './settings.ts'
import type { Worker } from './worker.ts'

export type Server = {
  readonly url: string
  /** Plain HTTP, on this machine. */
  readonly local: URL
  /** What its tokens name. */
  readonly issuer: string
  /** Resolves when nothing serves any more, and nothing will. */
  readonly lost: Promise<void>
  stop(): Promise<void>
}

const PORT_TRIES = 5

/** Starts all of it, or nothing: what was begun is undone when a later step fails or the signal aborts. */
export async function startServer(settings: Settings, signal: AbortSignal): Promise<Server> {
  openDataFolder(settings.data)
  const undo = new AsyncDisposableStack()
  try {
    const lock = await takeLock(settings.data)
    undo.defer(() => lock.release())
    const state = join(settings.data, 'state')
    checkState(state)
    useTemporaryFolder(join(settings.data, 'tmp'))
    const masterKey = settings.masterKey ?? keepMasterKey(settings.data, state)
    const isKept = settings.masterKey === null
    const nextMasterKey = isKept ? readNextMasterKey(settings.data) : settings.nextMasterKey
    const bootstrapToken = deriveBootstrapToken(masterKey, lock.nonce)
    applyMigrations(state)
    const { worker, endpoint } = await runWorker(settings, lock, {
      ...masterKeyBindings(masterKey, nextMasterKey),
      LATCHKEY_BOOTSTRAP_TOKEN: bootstrapToken,
      LATCHKEY_CLIENT_ADDRESS: settings.clientAddress,
      LATCHKEY_RATE_LIMITS: settings.rateLimits,
      LATCHKEY_PARALLEL_REQUESTS: String(settings.parallelRequests),
      ...(settings.brokerToken !== null && { LATCHKEY_BROKER_TOKEN: settings.brokerToken }),
      ...(settings.metricsToken !== null && { LATCHKEY_METRICS_TOKEN: settings.metricsToken }),
    })
    undo.defer(() => worker.dispose())
    undo.defer(() => endpoint.close())
    await waitUntilReady(worker.direct, signal)
    await keepCredentials({ data: settings.data, url: endpoint.url, local: worker.direct, bootstrapToken })
    signal.throwIfAborted()
    endpoint.open(worker.direct)
    lock.nameAddresses({ url: endpoint.url, local: worker.direct.origin })
    return {
      url: endpoint.url,
      local: worker.direct,
      issuer: issuerOf(settings, endpoint),
      lost: worker.lost,
      stop: () => undo.disposeAsync(),
    }
  } catch (error) {
    await undo.disposeAsync()
    throw error
  }
}

function issuerOf({ publicUrl }: Settings, { url }: Endpoint): string {
  return publicUrl ?? url
}

async function runWorker(
  settings: Settings,
  lock: Lock,
  bindings: Readonly<Record<string, string>>,
): Promise<{ worker: Worker; endpoint: Endpoint }> {
  for (let attempt = 1; ; attempt += 1) {
    const endpoint = await prepareEndpoint(settings)
    try {
      // Miniflare, and wrangler where it is needed, take a while to load: a start that is refused says so before.
      const { startWorker } = await import('./worker.ts')
      const worker = await startWorker({
        bundle: BUNDLE_FOLDER,
        state: join(settings.data, 'state'),
        d1: settings.d1,
        socket: endpoint.socket,
        bindings: { ...bindings, LATCHKEY_PUBLIC_URL: issuerOf(settings, endpoint) },
        egress: settings.egress,
        processEnvironment: lock.mark,
        onRestart: () => lock.nameWorkerd(),
      })
      lock.nameWorkerd()
      return { worker, endpoint }
    } catch (error) {
      await endpoint.close()
      if (!isAddressInUse(error)) throw error
      // Between finding a free port and workerd taking it, another process may have.
      if (settings.port !== 0 || attempt === PORT_TRIES) {
        throw new Refusal(`port ${endpoint.socket.port} on ${endpoint.socket.host} is in use`)
      }
    }
  }
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_ADDRESS_IN_USE'
}
