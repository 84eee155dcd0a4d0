import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openFetch } from '../lib/http/fetch-client.ts'
import { findWorkerds, type LockFile, readLock } from '../lib/server/lock.ts'
import { endProcess, isRunning } from '../lib/server/processes.ts'
import { type ServerProcess, startServerProcess } from '../lib/server/server-process.ts'
import { type Credentials, readCredentials } from '../lib/state/credentials.ts'
import { deriveBootstrapToken, keepMasterKey } from '../lib/state/master-key.ts'

/** The server of `npm start` in a folder of its own, and what can be done to it. */
export type Subject = {
  readonly data: string
  readonly url: string
  readonly credentials: Credentials
  /** Of the start that runs now. */
  bootstrapToken(): string
  readonly brokerToken: string
  readonly metricsToken: string
  /** The process that runs the Worker. Throws while no process runs. */
  workerdPid(): number
  /** Resolves while it serves: at once, or when it does again. */
  up(): Promise<void>
  /**
   * SIGKILL, and back again on what is on the disk. `workerd` alone is replaced by its runner.
   * @param meanwhile while nobody has the files of a killed group open
   */
  crash(victim: 'group' | 'workerd', meanwhile?: () => void): Promise<void>
  /** Every fsync takes so much longer until the signal aborts or it crashes. False: this machine has no strace for it. */
  slowDisk(delayMs: number, signal: AbortSignal): Promise<boolean>
  /** All that its starts have printed. */
  output(): string
  /** For a look at its files: they are read while no process has them open. */
  pause<T>(look: () => T | Promise<T>): Promise<T>
  stop(): Promise<void>
}

// The proof is the same whatever the shell that it runs in has set for npm start.
const SETTINGS = {
  HOST: '127.0.0.1',
  LATCHKEY_TLS: '',
  LATCHKEY_PUBLIC_URL: '',
  LATCHKEY_MASTER_KEY: '',
  LATCHKEY_CLIENT_ADDRESS: '',
  LATCHKEY_RATE_LIMITS: 'off',
}

/** As `npm start` has them unless they are given. */
type Network = { readonly LATCHKEY_EGRESS?: string; readonly NODE_EXTRA_CA_CERTS?: string }
const READY_DEADLINE_MS = 60_000

/**
 * Starts a server in a temporary folder; both go when the stack is disposed of.
 * @param settings replace those that the other parts of the proof share
 */
export async function startSubject(
  undo: AsyncDisposableStack,
  settings: Partial<typeof SETTINGS> & Network = {},
): Promise<Subject> {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-proof-'))
  const outputs: string[] = []
  const [brokerToken, metricsToken] = [randomBytes(24).toString('hex'), randomBytes(24).toString('hex')]
  let server: ServerProcess | null = null
  undo.defer(async () => {
    await server?.kill('runner')
    await Promise.all(findWorkerds(data).map(endProcess))
    rmSync(data, { recursive: true, force: true })
  })
  const start = async (port: string) => {
    const tokens = { LATCHKEY_BROKER_TOKEN: brokerToken, LATCHKEY_METRICS_TOKEN: metricsToken }
    const own = { PORT: port, LATCHKEY_DATA: data, ...tokens }
    server = await startServerProcess({ ...SETTINGS, ...settings, ...own })
    return server
  }
  const { url } = await start('0')
  const { port } = new URL(url)
  const credentials = readCredentials(data)
  if (credentials === null) throw new Error('a server that is ready has credentials')
  let isUp = Promise.resolve()
  return {
    data,
    url,
    credentials,
    brokerToken,
    metricsToken,
    bootstrapToken: () => deriveBootstrapToken(keepMasterKey(data, join(data, 'state')), lockOf(data).nonce),
    workerdPid() {
      const { workerd } = lockOf(data)
      if (!workerd) throw new Error('a server that is ready has a workerd')
      return workerd.pid
    },
    up: () => isUp,
    crash(victim, meanwhile) {
      isUp = isUp.then(async () => {
        if (victim === 'workerd' && (await killWorkerd(data, url))) return
        outputs.push(server?.output() ?? '')
        await server?.kill('group')
        meanwhile?.()
        await start(port)
      })
      return isUp
    },
    async pause(look) {
      await isUp
      await server?.stop()
      const seen = await look()
      outputs.push(server?.output() ?? '')
      await start(port)
      return seen
    },
    slowDisk: (delayMs, signal) => slowDown(lockOf(data), delayMs, signal),
    output: () => [...outputs, server?.output() ?? ''].join(''),
    async stop() {
      await isUp
      await server?.stop()
    },
  }
}

function lockOf(data: string): LockFile {
  const lock = readLock(data)
  if (lock === null) throw new Error('a server that is ready has a lock')
  return lock
}

/** False: it was not there to be killed. */
async function killWorkerd(data: string, url: string): Promise<boolean> {
  const { workerd } = lockOf(data)
  if (!workerd || !isRunning(workerd)) return false
  process.kill(workerd.pid, 'SIGKILL')
  for (const deadline = Date.now() + READY_DEADLINE_MS; Date.now() < deadline; await delay(50)) {
    const isNew = !isRunning(workerd) && lockOf(data).workerd?.pid !== workerd.pid
    if (isNew && (await isReady(url))) return true
  }
  throw new Error('the runner has put no other workerd in the place of the killed one')
}

/** Whether `/healthz` answers well, and soon. */
export async function isReady(url: string): Promise<boolean> {
  try {
    return (await openFetch(url, { timeoutMs: 2_000 }).ask('GET', '/healthz')).status === 200
  } catch {
    return false
  }
}

async function slowDown({ workerd }: LockFile, delayMs: number, signal: AbortSignal): Promise<boolean> {
  const hasStrace = spawnSync('strace', ['-V']).status === 0
  if (!hasStrace || !workerd || !isRunning(workerd)) return false
  const inject = `inject=fsync,fdatasync:delay_enter=${delayMs * 1_000}`
  const options = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync', '-e', inject]
  const strace: ChildProcess = spawn('strace', [...options, '-p', String(workerd.pid)], { stdio: 'ignore' })
  const ended = new Promise<boolean>((resolve) => {
    strace.once('error', () => resolve(false))
    // It lets go of what it traces on SIGTERM, and ends with it when that is killed.
    strace.once('exit', (code) => resolve(signal.aborted || code === 0 || !isRunning(workerd)))
  })
  const end = () => strace.kill('SIGTERM')
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  return ended
}
