import { parseArgs } from 'node:util'
import { bootstrapLocally } from './bootstrap/local.ts'
import { bootstrapRemotely } from './bootstrap/remote.ts'
import { exitBecause, Refusal } from './lib/cli/refusal.ts'

const HELP = `Makes an organization and its owner, or a fresh credential for them, and prints it once, as JSON.

  npm run bootstrap -- --org NAME --email ADDRESS             on the server that npm start runs here
  npm run bootstrap -- --org NAME --email ADDRESS --remote    on the Worker that npm run deploy made

  --org NAME        the organization
  --email ADDRESS   its owner
  --reset-password  also an owner who has a password gets a new one (else they keep it, and it is not shown)
  --remote          sets LATCHKEY_BOOTSTRAP_TOKEN on the Worker for as long as this takes, and removes it again
  --url URL         with --remote: where the Worker is (else LATCHKEY_PUBLIC_URL, else the one in wrangler.toml)
  --help

Locally it reads LATCHKEY_DATA (.latchkey), and LATCHKEY_MASTER_KEY when the server was given one.`

try {
  const options = readOptions()
  if (options.help) {
    console.log(HELP)
  } else {
    const { org, email } = options
    if (!org || !email) throw new Refusal('--org and --email are needed (--help tells more)', 2)
    if (options.url && !options.remote) throw new Refusal('--url goes with --remote', 2)
    const wanted = { organization: org, email, resetPassword: options['reset-password'], env: process.env }
    const made = options.remote
      ? await bootstrapRemotely({ ...wanted, url: options.url ?? null })
      : await bootstrapLocally(wanted)
    console.log(JSON.stringify(made, null, 2))
  }
} catch (error) {
  exitBecause(error)
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        org: { type: 'string' },
        email: { type: 'string' },
        'reset-password': { type: 'boolean', default: false },
        remote: { type: 'boolean', default: false },
        url: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    return values
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : error} (--help tells more)`, 2)
  }
}
