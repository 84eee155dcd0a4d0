import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { BUNDLE_FOLDER } from '../cli/project.ts'
import { openDataFolder } from '../state/data-folder.ts'
import { masterKeyBindings } from '../state/master-key.ts'
import { applyMigrations } from '../state/migrations.ts'
import { checkState } from '../state/state-check.ts'
import { useTemporaryFolder } from '../state/temporary-folder.ts'
import { takeLock } from './lock.ts'
import { waitUntilReady } from './readiness.ts'
import { readD1 } from './settings.ts'

export type StoppedServer = {
  readonly data: string
  /** The folder with the state, which need not be the one that npm start serves. */
  readonly state: string
  readonly masterKey: Buffer
  readonly nextMasterKey: Buffer | null
}

/** Opens a state that no server serves, for the caller alone; no server can start on it meanwhile. */
export async function withStoppedServer<T>(
  { data, state, masterKey, nextMasterKey }: StoppedServer,
  use: (server: { readonly local: string; readonly token: string }) => Promise<T>,
): Promise<T> {
  openDataFolder(data)
  await using undo = new AsyncDisposableStack()
  const lock = await takeLock(data)
  undo.defer(() => lock.release())
  checkState(state)
  applyMigrations(state)
  useTemporaryFolder(join(data, 'tmp'))
  const token = randomBytes(32).toString('base64url')
  // Miniflare, and wrangler where it is needed, take a while to load: a start that is refused says so before.
  const { startWorker } = await import('./worker.ts')
  const worker = await startWorker({
    bundle: BUNDLE_FOLDER,
    state,
    d1: readD1(process.env),
    socket: { host: '127.0.0.1', port: 0 },
    bindings: { ...masterKeyBindings(masterKey, nextMasterKey), LATCHKEY_BOOTSTRAP_TOKEN: token },
    processEnvironment: lock.mark,
    onRestart: () => lock.nameWorkerd(),
  })
  undo.defer(() => worker.dispose())
  lock.nameWorkerd()
  await waitUntilReady(worker.direct, new AbortController().signal)
  // Awaited here: what is undone at the end must not be undone before.
  return await use({ local: worker.direct.origin, token })
}
