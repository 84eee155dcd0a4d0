/** `latchkey init`: a deployment on Cloudflare, by wrangler. */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { IS_PACKAGE, WRANGLER_CONFIG } from '../../lib/cli/project.ts'
import { Refusal } from '../../lib/cli/refusal.ts'
import { parseDeployedUrl } from '../../lib/deployment/deployed-url.ts'
import { stepsOf } from '../init/steps.ts'
import { valuesIn } from '../init/wrangler-toml.ts'
import { confirm } from '../input.ts'
import { note } from '../output.ts'
import { optionsOf } from '../shared.ts'

type Options = { masterKey: string; yes?: true }

export function initCommand(): Command {
  return new Command('init')
    .description('Set up a deployment on Cloudflare: D1, KV, wrangler.toml, the Worker and its master key')
    .argument('[url]', 'the https address that the Worker will have; absent: that of wrangler.toml')
    .option('--master-key <file>', 'what has the master key, or gets a new one', 'master.key')
    .option('--yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  latchkey init https://latchkey.example.workers.dev')
    .action(async (given: string | undefined, _, command: Command) => {
      if (IS_PACKAGE) {
        throw new Refusal('init works in a checkout of the project, which has wrangler and wrangler.toml', 2)
      }
      const { masterKey, yes, input } = optionsOf<Options>(command)
      const before = valuesIn(readFileSync(WRANGLER_CONFIG, 'utf8'))
      const url = parseDeployedUrl(given ?? before.url)
      if (url === null)
        throw new Refusal('name the https address that the Worker will have: latchkey init URL', 2)
      const steps = stepsOf({ url, before, masterKey })
      note(`For ${url}: ${steps.map(({ title }) => title).join(', ')}. What is there is kept.`)
      if (!yes) await confirm('Go on?', { isAllowed: input, instead: '--yes' })
      for (const [i, { title, run }] of steps.entries()) {
        note(`${i + 1}/${steps.length} ${title} ${await run()}`)
      }
      note('Now make the first organization: npm run bootstrap -- --org NAME --email ADDRESS --remote')
    })
}
