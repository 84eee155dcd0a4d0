import { spawn } from 'node:child_process'
import { WRANGLER_CONFIG } from '../runtime/project.ts'
import { Refusal } from '../runtime/refusal.ts'

export const BOOTSTRAP_SECRET = 'LATCHKEY_BOOTSTRAP_TOKEN'

/** Over standard input: arguments are shown to every user of the machine. */
export async function putBootstrapSecret(value: string): Promise<void> {
  await runWrangler('put', value)
}

export async function deleteBootstrapSecret(): Promise<void> {
  await runWrangler('delete', '')
}

/** wrangler as npm puts it on the PATH. */
function runWrangler(verb: 'put' | 'delete', input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('wrangler', ['secret', verb, BOOTSTRAP_SECRET, '-c', WRANGLER_CONFIG], {
      // Standard output is for the credential. Not a terminal on stdin, so wrangler confirms the deletion by itself.
      stdio: ['pipe', 'pipe', 'inherit'],
      // A group of its own: Ctrl-C is ours to answer, by removing the secret.
      detached: true,
    })
    child.stdout.pipe(process.stderr, { end: false })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.once('error', () => reject(new Refusal('wrangler is not on the PATH: use npm run bootstrap')))
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Refusal(`wrangler secret ${verb} failed (exit ${code})`)),
    )
  })
}
