import { Refusal } from '../cli/refusal.ts'
import { deriveBootstrapToken, readKeptMasterKey } from '../state/master-key.ts'
import { readLock } from './lock.ts'
import { isRunning } from './processes.ts'
import { readMasterKey } from './settings.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The server that npm start runs on a folder: where it serves, and the token of its start. */
export type RunningServer = {
  readonly url: string
  /** Plain HTTP, on this machine. */
  readonly local: string
  readonly token: string
}

/** null: none runs there. The token follows from the server's master key and its lock. */
export function findRunningServer(data: string, env: Environment): RunningServer | null {
  const lock = readLock(data)
  if (lock === null || !isRunning(lock.runner)) return null
  const { url, local, nonce, runner } = lock
  if (url === null || local === null) {
    throw new Refusal(`the Latchkey on ${data} (process ${runner.pid}) is still starting: try again`)
  }
  const masterKey = readMasterKey(env) ?? readKeptMasterKey(data)
  if (masterKey === null) {
    throw new Refusal('the server was given its LATCHKEY_MASTER_KEY by the environment: give it here, too')
  }
  return { url, local, token: deriveBootstrapToken(masterKey, nonce) }
}
