import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Credentials, readCredentials } from '../../scripts/runtime/credentials.ts'
import { findWorkerds, readLock } from '../../scripts/runtime/lock.ts'
import { endProcess, type ProcessIdentity } from '../../scripts/runtime/processes.ts'
import { type ServerProcess, StartFailed, startServerProcess } from '../../scripts/server-process.ts'

export type TestServer = ServerProcess & {
  readonly data: string
  readonly credentials: Credentials
  readonly runner: ProcessIdentity
  readonly workerd: ProcessIdentity
}

/** A temporary LATCHKEY_DATA for one test; when that ends, what still runs on it is ended, and the folder removed. */
export function temporaryData(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
  onTestFinished(async () => {
    await endServersOn(folder)
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** Ends what still runs on a folder that is there. */
export async function endServersOn(folder: string): Promise<void> {
  if (!existsSync(folder)) return
  const runner = readLock(folder)?.runner
  // The runner first: it would replace its workerd.
  if (runner !== undefined) await endProcess(runner)
  await Promise.all(findWorkerds(folder).map(endProcess))
}

/** The built Worker, served by scripts/start.ts on a free port. */
export async function startTestServer(env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const data = env.LATCHKEY_DATA ?? temporaryData()
  const server = await startServerProcess({ PORT: '0', ...env, LATCHKEY_DATA: data })
  const lock = readLock(data)
  const credentials = readCredentials(data)
  const workerd = lock?.workerd
  if (!workerd || credentials === null) throw new Error('a server that is ready has a lock and credentials')
  return { ...server, data, credentials, runner: lock.runner, workerd }
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
  deadlineMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + deadlineMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`still not so after ${deadlineMs} ms: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
