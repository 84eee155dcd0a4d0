import { spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { WRANGLER_CONFIG } from '../cli/project.ts'
import { Refusal } from '../cli/refusal.ts'

export type WranglerRun = {
  readonly code: number | null
  readonly stdout: string
  /** Why it failed: the first sentence of its first error, or its exit code. */
  readonly reason: string
}

/** wrangler as npm puts it on the PATH, with this project's wrangler.toml. What it prints is kept from the terminal. */
export function runWrangler(args: readonly string[], input = ''): Promise<WranglerRun> {
  return new Promise((resolve, reject) => {
    const child = spawn('wrangler', [...args, '-c', WRANGLER_CONFIG], {
      // Not a terminal on stdin, so wrangler asks nothing.
      stdio: 'pipe',
      // A group of its own: Ctrl-C is for this process to answer, by removing what it set.
      detached: true,
    })
    let stdout = ''
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
      output += chunk
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.once('error', () => reject(new Refusal('wrangler is not on the PATH: use npm run')))
    child.once('close', (code) => resolve({ code, stdout, reason: reasonIn(output) ?? `exit ${code}` }))
  })
}

/** The same, and its success is needed. @param what was tried, for the error */
export async function mustRunWrangler(args: readonly string[], what: string, input = ''): Promise<string> {
  const { code, stdout, reason } = await runWrangler(args, input)
  if (code !== 0) throw new Refusal(`wrangler could not ${what} (${reason})`)
  return stdout
}

function reasonIn(output: string): string | null {
  const error = /\[ERROR\] (.+)/.exec(stripVTControlCharacters(output))?.[1]
  return error?.split(/\.\s/)[0]?.trim() ?? null
}
