import { command } from './lib/cli/command.ts'
import { commandLine } from './lib/cli/project.ts'
import { withMaintenance } from './lib/deployment/reach.ts'
import { REMOTE_OPTIONS, whereOf } from './lib/deployment/where.ts'

const HELP = `After D1 alone was set back to an earlier time: suspends the API keys, disables the API clients and ends the
sessions that are in it again, gives out no number that a ledger had which was made since, and has every ledger and key pair
tell D1 again of all that it owns.

  ${commandLine('rebuild', '--remote')}    on the Worker that npm run deploy made
  ${commandLine('rebuild')}    on the state here

  --url URL         with --remote: where the Worker is (else LATCHKEY_PUBLIC_URL, else the one in wrangler.toml)
  --help`

await command({ help: HELP, options: REMOTE_OPTIONS }, async ({ values }) => {
  const { apiKeys, apiClients, ledgers, keyPairs } = await withMaintenance(
    whereOf(values),
    async (maintenance) => ({
      ...(await maintenance.fence()),
      ledgers: await maintenance.rebuild(),
      keyPairs: await maintenance.rebuildKeyPairs(),
    }),
  )
  console.log(
    `${ledgers} ledgers and ${keyPairs} key pairs tell D1 again of all that they own. ` +
      `${apiKeys} API keys are suspended, ${apiClients} API clients disabled.`,
  )
})
