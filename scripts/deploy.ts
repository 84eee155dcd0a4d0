// wrangler deploy, unless what wrangler.toml says could only make a Worker that cannot serve.

import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { shortcomingsOf } from './deploy/shortcomings.ts'
import { WRANGLER_CONFIG } from './lib/cli/project.ts'
import { exitBecause, Refusal } from './lib/cli/refusal.ts'
import { onStopSignal } from './lib/cli/signals.ts'
import { readDeployment } from './lib/deployment/deployment.ts'

try {
  const args = process.argv.slice(2)
  const { environment, isDryRun } = readOptions(args)
  const shortcomings = shortcomingsOf(readDeployment(WRANGLER_CONFIG, environment))
  if (shortcomings.length > 0 && !isDryRun) throw new Refusal(shortcomings.join('\nlatchkey: '), 2)
  for (const shortcoming of shortcomings) {
    console.error(`latchkey: WARNING: npm run deploy would refuse this. ${shortcoming}`)
  }
  process.exitCode = await runWrangler(['deploy', '-c', WRANGLER_CONFIG, ...args])
} catch (error) {
  exitBecause(error)
}

/** The two options that matter here; all others are wrangler's to judge. */
function readOptions(args: readonly string[]): {
  readonly environment: string | null
  readonly isDryRun: boolean
} {
  const { values } = parseArgs({
    args: [...args],
    options: { env: { type: 'string', short: 'e' }, 'dry-run': { type: 'boolean' } },
    strict: false,
  })
  return {
    environment: typeof values.env === 'string' ? values.env : null,
    isDryRun: values['dry-run'] === true,
  }
}

/** wrangler as npm puts it on the PATH; resolves with its exit code. */
function runWrangler(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('wrangler', args, { stdio: 'inherit' })
    onStopSignal(() => child.kill('SIGTERM'))
    child.once('error', () => reject(new Refusal('wrangler is not on the PATH: use npm run deploy')))
    child.once('close', (code) => resolve(code ?? 1))
  })
}
