import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, inject, onTestFinished } from 'vitest'
import { findWorkerds, readLock } from '../../scripts/lib/server/lock.ts'
import { endProcess, isRunning, type ProcessIdentity } from '../../scripts/lib/server/processes.ts'
import {
  type ServerProcess,
  StartFailed,
  startServerProcess,
} from '../../scripts/lib/server/server-process.ts'
import { type Credentials, readCredentials } from '../../scripts/lib/state/credentials.ts'

/** What a client needs of a server. */
export type Served = { readonly url: string; readonly data: string; readonly credentials: Credentials }

export type TestServer = ServerProcess &
  Served & {
    readonly runner: ProcessIdentity
    readonly workerd: ProcessIdentity
  }

/** A temporary LATCHKEY_DATA for one test; when that ends, what still runs on it is ended, and the folder removed. */
export function temporaryData(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
  onTestFinished(() => removeData(folder))
  return folder
}

async function removeData(folder: string): Promise<void> {
  await endServersOn(folder)
  rmSync(folder, { recursive: true, force: true })
}

/** Ends what still runs on a folder that is there. */
export async function endServersOn(folder: string): Promise<void> {
  if (!existsSync(folder)) return
  const runner = readLock(folder)?.runner
  // The runner first: it would replace its workerd.
  if (runner !== undefined) await endProcess(runner)
  await Promise.all(findWorkerds(folder).map(endProcess))
}

/** A temporary LATCHKEY_DATA as a server left it that was started on nothing and stopped. */
export function stoppedData(): string {
  const folder = temporaryData()
  cpSync(inject('firstState'), folder, { recursive: true })
  return folder
}

/** The server of all tests that neither stop nor configure one, and ask about nothing but what they made there. */
export function sharedServer(): Served {
  const { url, data } = inject('sharedServer')
  return { url, data, credentials: credentialsOf(data) }
}

/** The built Worker, served by scripts/start.ts on a free port. */
export async function startTestServer(env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  // The first state has a master key of its own.
  const data = env.LATCHKEY_DATA ?? (env.LATCHKEY_MASTER_KEY === undefined ? stoppedData() : temporaryData())
  const server = await startServerProcess({ PORT: '0', ...env, LATCHKEY_DATA: data })
  const lock = readLock(data)
  const workerd = lock?.workerd
  if (!workerd) throw new Error('a server that is ready has a lock')
  return { ...server, data, credentials: credentialsOf(data), runner: lock.runner, workerd }
}

export type KeptServer = {
  /** As an earlier test left it, or started now. */
  running(): Promise<TestServer>
  /** In place of one that is over, on the same data. */
  restarted(): Promise<TestServer>
}

/** One server for the tests of a file that kill and restart it: each begins with it running, and may leave it so. */
export function keepServer(): KeptServer {
  let data: string | undefined
  let server: TestServer | undefined
  afterAll(async () => {
    if (data !== undefined) await removeData(data)
  })
  async function restarted(): Promise<TestServer> {
    if (data === undefined) {
      data = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
      cpSync(inject('firstState'), data, { recursive: true })
    }
    server = await startTestServer({ LATCHKEY_DATA: data })
    return server
  }
  return {
    restarted,
    async running() {
      if (server === undefined || !isRunning(server.runner)) return restarted()
      // Another, if that crashed.
      return { ...server, workerd: readLock(server.data)?.workerd ?? server.workerd }
    },
  }
}

function credentialsOf(data: string): Credentials {
  const credentials = readCredentials(data)
  if (credentials === null) throw new Error('a server that is ready has credentials')
  return credentials
}

/** The failure of a start that must fail. */
export async function failureOf(env: Readonly<Record<string, string>>): Promise<StartFailed> {
  const failure = await startTestServer(env).catch((error: unknown) => error)
  if (!(failure instanceof StartFailed)) throw new Error(`expected a start that fails, got ${failure}`)
  return failure
}

/** Polls until it holds; a test never sleeps. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 120_000,
): Promise<void> {
  const deadline = Date.now() + deadlineMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`still not so after ${deadlineMs} ms: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
