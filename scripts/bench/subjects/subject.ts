import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findWorkerds, readLock } from '../../lib/server/lock.ts'
import { endProcess } from '../../lib/server/processes.ts'
import { startServerProcess } from '../../lib/server/server-process.ts'
import { type Credentials, readCredentials } from '../../lib/state/credentials.ts'
import { type Operator, operate } from './operator.ts'

/** The server that is measured: the one of `npm start`, with its state on the disk. */
export type Subject = {
  readonly url: string
  /** Of workerd, which does all the work; the runner only watches over it. */
  readonly pid: number
  readonly operator: Operator
  readonly organization: number
  readonly credentials: Credentials
  stop(): Promise<void>
}

// The bench is the same whatever the shell that it runs in has set for npm start. Rate limits are the vendors' quotas on
// management calls: they would turn the measure of such a call into one of refusals.
const SETTINGS = {
  HOST: '127.0.0.1',
  PORT: '0',
  LATCHKEY_TLS: '',
  LATCHKEY_PUBLIC_URL: '',
  LATCHKEY_MASTER_KEY: '',
  LATCHKEY_BROKER_TOKEN: '',
  LATCHKEY_CLIENT_ADDRESS: '',
  LATCHKEY_RATE_LIMITS: 'off',
}

export async function startSubject(data: string, signal: AbortSignal): Promise<Subject> {
  const server = await startServerProcess({ ...SETTINGS, LATCHKEY_DATA: data }, signal)
  const credentials = readCredentials(data)
  const workerd = readLock(data)?.workerd
  if (credentials === null || !workerd)
    throw new Error('a server that is ready has credentials and a workerd')
  return {
    url: server.url,
    pid: workerd.pid,
    operator: operate(server.url, credentials.illumio),
    organization: credentials.illumio.org_id,
    credentials,
    async stop() {
      await server.stop()
    },
  }
}

/** One on a data folder of its own, which ends with its measurement. */
export async function startSubjectIn(undo: AsyncDisposableStack, signal: AbortSignal): Promise<Subject> {
  const subject = await startSubject(temporaryData(undo), signal)
  undo.defer(() => subject.stop())
  return subject
}

/** A data folder that goes when the bench ends, with whatever then still runs on it. */
export function temporaryData(undo: AsyncDisposableStack): string {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  undo.defer(async () => {
    await Promise.all(findWorkerds(data).map(endProcess))
    rmSync(data, { recursive: true, force: true })
  })
  return data
}
