import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Refusal } from '../../lib/cli/refusal.ts'
import { findWorkerds, readLock } from '../../lib/server/lock.ts'
import { endProcess } from '../../lib/server/processes.ts'
import * as here from '../../lib/server/server-process.ts'
import { type Credentials, readCredentials } from '../../lib/state/credentials.ts'
import { type Operator, operate } from './operator.ts'

/** The server that is measured: the one of `npm start`, with its state on the disk. */
export type Subject = {
  readonly url: string
  /** Of workerd. */
  readonly pid: number
  /** Of all that serves: workerd and the runner beside it. */
  readonly pids: readonly number[]
  readonly operator: Operator
  readonly organization: number
  readonly credentials: Credentials
  stop(): Promise<void>
}

// The bench is the same whatever the shell that it runs in has set for npm start. Rate limits are the vendors' quotas on
// management calls: they would turn the measure of such a call into one of refusals.
export const SETTINGS = {
  HOST: '127.0.0.1',
  PORT: '0',
  LATCHKEY_TLS: '',
  LATCHKEY_PUBLIC_URL: '',
  LATCHKEY_MASTER_KEY: '',
  LATCHKEY_BROKER_TOKEN: '',
  LATCHKEY_CLIENT_ADDRESS: '',
  LATCHKEY_RATE_LIMITS: 'off',
}

/** What starts a server process: this checkout's, or an older one's own. */
type Starter = Pick<typeof import('../../lib/server/server-process.ts'), 'startServerProcess'>

/** @param checkout a folder with another checkout, built, whose server is started instead of this one's */
export async function startSubject(
  data: string,
  signal: AbortSignal,
  checkout: string | null = null,
): Promise<Subject> {
  const { startServerProcess } = checkout === null ? here : await starterOf(checkout)
  const server = await startServerProcess({ ...SETTINGS, LATCHKEY_DATA: data }, signal)
  const credentials = readCredentials(data)
  const workerd = readLock(data)?.workerd
  if (credentials === null || !workerd)
    throw new Error('a server that is ready has credentials and a workerd')
  return {
    url: server.url,
    pid: workerd.pid,
    pids: [workerd.pid, server.pid],
    operator: operate(server.url, credentials.illumio),
    organization: credentials.illumio.org_id,
    credentials,
    async stop() {
      await server.stop()
    },
  }
}

/** One on a data folder of its own, which ends with its measurement. */
export async function startSubjectIn(
  undo: AsyncDisposableStack,
  signal: AbortSignal,
  checkout: string | null = null,
): Promise<Subject> {
  const subject = await startSubject(temporaryData(undo), signal, checkout)
  undo.defer(() => subject.stop())
  return subject
}

async function starterOf(checkout: string): Promise<Starter> {
  for (const part of ['dist/worker.js', 'node_modules', STARTER]) {
    if (existsSync(join(checkout, part))) continue
    throw new Refusal(`${checkout} has no ${part}: it is to be a checkout after npm ci and npm run build`, 2)
  }
  return import(pathToFileURL(join(checkout, STARTER)).href)
}

const STARTER = 'scripts/lib/server/server-process.ts'

/** A data folder that goes when the bench ends, with whatever then still runs on it. */
export function temporaryData(undo: AsyncDisposableStack): string {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  undo.defer(async () => {
    await Promise.all(findWorkerds(data).map(endProcess))
    rmSync(data, { recursive: true, force: true })
  })
  return data
}
