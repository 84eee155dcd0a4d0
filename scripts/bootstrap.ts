import { bootstrapLocally } from './bootstrap/local.ts'
import { bootstrapRemotely } from './bootstrap/remote.ts'
import { command } from './lib/cli/command.ts'
import { commandLine } from './lib/cli/project.ts'
import { Refusal } from './lib/cli/refusal.ts'
import { REMOTE_OPTIONS, whereOf } from './lib/deployment/where.ts'

const HELP = `Makes an organization and its owner, or a fresh credential for them, and prints it once, as JSON.

  ${commandLine('bootstrap', '--org NAME --email ADDRESS')}    on the server that runs here
  ${commandLine('bootstrap', '--org NAME --email ADDRESS --remote')}    on the Worker that npm run deploy made

  --org NAME        the organization
  --email ADDRESS   its owner
  --reset-password  also an owner who has a password gets a new one (else they keep it, and it is not shown)
  --remote          sets LATCHKEY_BOOTSTRAP_TOKEN on the Worker for as long as this takes, and removes it again
  --url URL         with --remote: where the Worker is (else LATCHKEY_PUBLIC_URL, else the one in wrangler.toml)
  --help

Locally it reads LATCHKEY_DATA (.latchkey), and LATCHKEY_MASTER_KEY when the server was given one.`

const OPTIONS = {
  ...REMOTE_OPTIONS,
  org: { type: 'string' },
  email: { type: 'string' },
  'reset-password': { type: 'boolean', default: false },
} as const

await command({ help: HELP, options: OPTIONS }, async ({ values }) => {
  const { org: organization, email, 'reset-password': resetPassword } = values
  if (!organization || !email) throw new Refusal('--org and --email are needed (--help tells more)', 2)
  const { isRemote, url, env } = whereOf(values)
  const wanted = { organization, email, resetPassword, env }
  const made = isRemote ? await bootstrapRemotely({ ...wanted, url }) : await bootstrapLocally(wanted)
  console.log(JSON.stringify(made, null, 2))
})
