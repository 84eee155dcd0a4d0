/** For the whole project `server`: a state that a first start left, to be copied, and one server for all that only use it. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type ServerProcess, startServerProcess } from '../../scripts/lib/server/server-process.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The data folder that a first start left. */
    readonly firstState: string
    readonly sharedServer: { readonly url: string; readonly data: string }
  }
}

let folder: string
let server: ServerProcess

export async function setup({ provide }: TestProject): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-tests-'))
  const [firstState, data] = [join(folder, 'first'), join(folder, 'shared')]
  await (await startServerProcess({ PORT: '0', LATCHKEY_DATA: firstState })).stop()
  cpSync(firstState, data, { recursive: true })
  server = await startServerProcess({ PORT: '0', LATCHKEY_DATA: data })
  // It leads a process group of its own, which a Ctrl-C does not reach.
  process.once('exit', () => void server.kill('group'))
  provide('firstState', firstState)
  provide('sharedServer', { url: server.url, data })
}

export async function teardown(): Promise<void> {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
