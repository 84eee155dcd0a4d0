import { Refusal } from '../cli/refusal.ts'
import { mustRunWrangler, runWrangler } from './wrangler.ts'

export type WorkerSecret = 'LATCHKEY_BOOTSTRAP_TOKEN' | 'LATCHKEY_MASTER_KEY' | 'LATCHKEY_MASTER_KEY_NEXT'

/** Over standard input: arguments are shown to every user of the machine. */
export async function putWorkerSecret(name: WorkerSecret, value: string): Promise<void> {
  const { code, reason } = await runWrangler(['secret', 'put', name], value)
  if (code === 0) return
  throw new Refusal(
    `wrangler could not set the secret (${reason}): log in with npx wrangler login, and deploy first`,
  )
}

export async function deleteWorkerSecret(name: WorkerSecret): Promise<void> {
  await mustRunWrangler(['secret', 'delete', name], 'delete the secret')
}
