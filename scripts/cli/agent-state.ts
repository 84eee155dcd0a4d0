/** What a machine keeps of its enrollment, in a folder that processes may share: one of them at a time refreshes its token. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, fileStore } from '../../client/index.ts'
import { Refusal } from '../lib/cli/refusal.ts'
import { type Mutex, takeMutex } from '../lib/server/mutex.ts'
import type { Environment } from './contexts.ts'

export function stateFolder(env: Environment, given?: string): string {
  return given ?? join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'latchkey')
}

/** @param url absent: of the server that it enrolled at */
export function openAgent(folder: string, url?: string): Agent {
  const files = fileStore(folder)
  const store = {
    ...files,
    async exclusively<T>(work: () => Promise<T>): Promise<T> {
      const mutex = await waitForMutex(join(folder, 'lock'))
      try {
        return await work()
      } finally {
        mutex.release()
      }
    },
  }
  const server = url ?? files.read()?.url
  if (server === undefined) throw new Refusal(`${folder} has no agent: latchkey enroll`, 4)
  return new Agent({ url: server, state: store })
}

async function waitForMutex(path: string): Promise<Mutex> {
  for (let tries = 0; tries < 600; tries++) {
    const mutex = takeMutex(path)
    if (mutex !== null) return mutex
    await sleep(50)
  }
  throw new Refusal(`${path} is held by another process`)
}
