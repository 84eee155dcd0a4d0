import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'

export type ScriptRun = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

const SCRIPTS = resolve(import.meta.dirname, '../../scripts')

/** Runs one of the scripts to its end, as npm run does; `onStart` may signal it meanwhile. */
export async function runScript(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onStart?: (signal: (name: NodeJS.Signals) => void) => Promise<void>,
): Promise<ScriptRun> {
  const child = spawn(process.execPath, [resolve(SCRIPTS, script), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const output = Promise.all([text(child.stdout), text(child.stderr)])
  await onStart?.((name) => child.kill(name))
  const [[code], [stdout, stderr]] = await Promise.all([closed, output])
  return { code, stdout, stderr }
}
