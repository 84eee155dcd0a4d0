import { spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { WRANGLER_CONFIG } from '../cli/project.ts'
import { Refusal } from '../cli/refusal.ts'

export type WorkerSecret = 'LATCHKEY_BOOTSTRAP_TOKEN' | 'LATCHKEY_MASTER_KEY' | 'LATCHKEY_MASTER_KEY_NEXT'

type WranglerRun = { readonly code: number | null; readonly output: string }

/** Over standard input: arguments are shown to every user of the machine. */
export async function putWorkerSecret(name: WorkerSecret, value: string): Promise<void> {
  const { code, output } = await runWrangler('put', name, value)
  if (code === 0) return
  const reason = reasonIn(output) ?? `exit ${code}`
  throw new Refusal(
    `wrangler could not set the secret (${reason}): log in with npx wrangler login, and deploy first`,
  )
}

export async function deleteWorkerSecret(name: WorkerSecret): Promise<void> {
  const { code, output } = await runWrangler('delete', name, '')
  if (code !== 0)
    throw new Refusal(`wrangler could not delete the secret (${reasonIn(output) ?? `exit ${code}`})`)
}

/** wrangler as npm puts it on the PATH. What it says is kept from the terminal, where one line says it. */
function runWrangler(verb: 'put' | 'delete', name: WorkerSecret, input: string): Promise<WranglerRun> {
  return new Promise((resolve, reject) => {
    const child = spawn('wrangler', ['secret', verb, name, '-c', WRANGLER_CONFIG], {
      // Not a terminal on stdin, so wrangler confirms the deletion by itself.
      stdio: 'pipe',
      // A group of its own: Ctrl-C is ours to answer, by removing the secret.
      detached: true,
    })
    let output = ''
    const keep = (chunk: string) => {
      output += chunk
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.once('error', () => reject(new Refusal('wrangler is not on the PATH: use npm run')))
    child.once('close', (code) => resolve({ code, output }))
  })
}

/** The first sentence of wrangler's first error. */
function reasonIn(output: string): string | null {
  const error = /\[ERROR\] (.+)/.exec(stripVTControlCharacters(output))?.[1]
  return error?.split(/\.\s/)[0]?.trim() ?? null
}
