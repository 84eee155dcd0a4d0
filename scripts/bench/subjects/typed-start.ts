import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Refusal } from '../../lib/cli/refusal.ts'
import { readLock } from '../../lib/server/lock.ts'

const DEADLINE_MS = 120_000

/**
 * `npm start` in a checkout, as a person types it: what npm, the checks and a build take is in it. Returns the milliseconds
 * until `/healthz` was answered; the server is stopped then.
 */
export async function timeTypedStart(
  checkout: string,
  data: string,
  settings: Readonly<Record<string, string>>,
): Promise<number> {
  const begun = performance.now()
  const child = spawn('npm', ['start'], {
    cwd: checkout,
    env: { ...process.env, ...settings, LATCHKEY_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = once(child, 'exit')
  const deadline = setTimeout(() => child.kill('SIGTERM'), DEADLINE_MS)
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  try {
    const url = await readyUrl(child.stdout)
    if (url === null) throw new Refusal(`npm start in ${checkout} failed: ${said.trim()}`)
    await (await fetch(new URL('/healthz', url))).text()
    return performance.now() - begun
  } finally {
    clearTimeout(deadline)
    // npm does not pass on every signal through its shell: the server itself is asked to stop.
    const runner = readLock(data)?.runner
    if (runner === undefined) child.kill('SIGTERM')
    else process.kill(runner.pid, 'SIGTERM')
    await exit
  }
}

async function readyUrl(output: NodeJS.ReadableStream): Promise<string | null> {
  for await (const line of createInterface(output)) {
    const url = /^Latchkey ready on (\S+)$/.exec(line)?.[1]
    if (url !== undefined) return url
  }
  return null
}
