import { spawn } from 'node:child_process'
import { shortcomingsOf } from './deploy/shortcomings.ts'
import { command } from './lib/cli/command.ts'
import { WRANGLER_CONFIG } from './lib/cli/project.ts'
import { Refusal } from './lib/cli/refusal.ts'
import { onStopSignal } from './lib/cli/signals.ts'
import { readDeployment } from './lib/deployment/deployment.ts'

const HELP = `Deploys with wrangler, unless what wrangler.toml says could only make a Worker that cannot serve.

  npm run deploy -- OPTIONS    all options are wrangler's (npx wrangler deploy --help)`

const OPTIONS = { env: { type: 'string', short: 'e' }, 'dry-run': { type: 'boolean' } } as const

await command({ help: HELP, options: OPTIONS, takes: 'passed on' }, async ({ values }) => {
  // Without its value it is wrangler's to refuse.
  const environment = typeof values.env === 'string' ? values.env : null
  const shortcomings = shortcomingsOf(readDeployment(WRANGLER_CONFIG, environment))
  if (shortcomings.length > 0 && !values['dry-run']) throw new Refusal(shortcomings.join('\nlatchkey: '), 2)
  for (const shortcoming of shortcomings) {
    console.error(`latchkey: WARNING: npm run deploy would refuse this. ${shortcoming}`)
  }
  process.exitCode = await runWrangler(['deploy', '-c', WRANGLER_CONFIG, ...process.argv.slice(2)])
})

/** wrangler as npm puts it on the PATH; resolves with its exit code. */
function runWrangler(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('wrangler', args, { stdio: 'inherit' })
    onStopSignal(() => child.kill('SIGTERM'))
    child.once('error', () => reject(new Refusal('wrangler is not on the PATH: use npm run deploy')))
    child.once('close', (code) => resolve(code ?? 1))
  })
}
