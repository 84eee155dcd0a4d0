import { parseArgs } from 'node:util'
import { exitBecause, Refusal } from './lib/cli/refusal.ts'
import { withMaintenance } from './lib/deployment/reach.ts'

const HELP = `After D1 alone was set back to an earlier time: suspends the API keys, disables the API clients and ends the
sessions that are in it again, gives out no number that a ledger had which was made since, and has every ledger and key pair
tell D1 again of all that it owns.

  npm run rebuild -- --remote    on the Worker that npm run deploy made
  npm run rebuild                on the state of npm start here

  --url URL         with --remote: where the Worker is (else LATCHKEY_PUBLIC_URL, else the one in wrangler.toml)
  --help`

try {
  const options = readOptions()
  if (options.help) {
    console.log(HELP)
  } else {
    if (options.url && !options.remote) throw new Refusal('--url goes with --remote', 2)
    const where = { isRemote: options.remote, url: options.url ?? null, env: process.env }
    const { apiKeys, apiClients, ledgers, keyPairs } = await withMaintenance(where, async (maintenance) => ({
      ...(await maintenance.fence()),
      ledgers: await maintenance.rebuild(),
      keyPairs: await maintenance.rebuildKeyPairs(),
    }))
    console.log(
      `${ledgers} ledgers and ${keyPairs} key pairs tell D1 again of all that they own. ` +
        `${apiKeys} API keys are suspended, ${apiClients} API clients disabled.`,
    )
  }
  process.exit()
} catch (error) {
  exitBecause(error)
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
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
