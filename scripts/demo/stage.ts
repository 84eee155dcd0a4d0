import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findWorkerds } from '../lib/server/lock.ts'
import { endProcess } from '../lib/server/processes.ts'
import { type ServerProcess, startServerProcess } from '../lib/server/server-process.ts'

export type Stage = {
  readonly data: string
  /** Returns the address, which it keeps over crashes. */
  start(): Promise<string>
  /** kill -9 to the server and its workerd, sent before this returns, and a new start on what they left. */
  crash(): Promise<void>
  stop(): Promise<void>
  /** Whatever happened: nothing runs on, and nothing stays on the disk. */
  clear(): Promise<void>
}

// The demo is the same whatever the shell that it runs in has set for npm start.
const DEFAULTS = {
  HOST: '127.0.0.1',
  LATCHKEY_TLS: '',
  LATCHKEY_PUBLIC_URL: '',
  LATCHKEY_MASTER_KEY: '',
  LATCHKEY_BROKER_TOKEN: '',
  LATCHKEY_CLIENT_ADDRESS: '',
  LATCHKEY_RATE_LIMITS: '',
}

/** A server in a temporary folder. */
export function openStage(settings: Readonly<Record<string, string>> = {}): Stage {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-demo-'))
  const clearing = new AbortController()
  let server: ServerProcess | null = null
  const start = async (port: string) => {
    const env = { ...DEFAULTS, ...settings, PORT: port, LATCHKEY_DATA: data }
    server = await startServerProcess(env, clearing.signal)
    return server.url
  }
  return {
    data,
    start: () => start('0'),
    async crash() {
      if (server === null) throw new Error('only what was started can crash')
      const { port } = new URL(server.url)
      await server.kill('group')
      await start(port)
    },
    async stop() {
      await server?.stop()
    },
    async clear() {
      clearing.abort()
      await server?.kill('runner')
      await Promise.all(findWorkerds(data).map(endProcess))
      rmSync(data, { recursive: true, force: true })
    },
  }
}
