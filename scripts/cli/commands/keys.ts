import { Command, Option } from 'commander'
import { collect, type Limit, limitOf, parseCount, parseLifetime, parseSince, parseUses } from '../input.ts'
import { note, printItem, printList } from '../output.ts'
import { findKey, findProfile, optionsOf, signedIn, signedInPatiently } from '../shared.ts'
import { createKeys, FORMS, type NewKey } from './create-keys.ts'
import { explainKey } from './explain.ts'
import { IDENTITY_HELP } from './identity.ts'
import { KEY_VIEW } from './views.ts'

const STATES = ['usable', 'active', 'spent', 'expired', 'disabled', 'revoked', 'suspended_by_restore', 'all']

export function keysCommand(): Command {
  const keys = new Command('keys').description('Keys, which agents redeem')

  keys
    .command('create')
    .description('Make a key and print its code, once')
    .option('-p, --profile <profile>', 'its id or name; the only one, if there is only one')
    .option('-n, --name <name>')
    .option('-u, --uses <n>', 'how many agents it may make: a number, or unlimited', parseUses, 1)
    .addOption(
      new Option('-e, --expires <duration>', '90s, 15m, 1h, 7d, 2w or never')
        .argParser(parseLifetime)
        .default(7 * 86_400, '7d'),
    )
    .option('--from <cidr>', 'only from these addresses; may be repeated', collect)
    .option('--label <key=value>', 'may be repeated; its agents have it, too', collect)
    .addOption(
      new Option('--hold <rule>', 'whether a use may be held first').choices(['allowed', 'required']),
    )
    .option('--approval', 'each machine waits for an operator')
    .option('--identity <who>', IDENTITY_HELP, collect)
    .option('--identity-file <file>', 'rules as JSON, as the API has them; - is standard input')
    .option('--only-expected', 'it lets in only machines of its slots: latchkey slots add')
    .addOption(new Option('--as <form>', 'what to print').choices(FORMS))
    .option('--count <n>', 'how many keys to make', parseCount)
    .option('--out <file>', 'write the codes of --count there as CSV, readable by you only')
    .option('--resume', 'go on with a file of --out, up to --count keys in all')
    .addHelpText(
      'after',
      '\nExamples:\n  latchkey keys create\n  latchkey keys create -p web -n rollout -u 25 -e 1h --from 10.0.0.0/8\n' +
        '  latchkey keys create --as cloud-init\n  latchkey keys create --as qr',
    )
    .action((_, command: Command) => {
      const options = optionsOf<NewKey>(command)
      return createKeys(options.count === undefined ? signedIn(command) : signedInPatiently(command), options)
    })

  keys
    .command('ls')
    .description('List keys: those that can still make an agent, unless --state says otherwise')
    .addOption(new Option('-s, --state <state>').choices(STATES).default('usable'))
    .option('-p, --profile <profile>', 'its id or name')
    .option('--label <key=value>', 'only those with this label')
    .option('--name <text>', 'only those whose name has this part')
    .option('--limit <n>', 'how many to list at most', parseCount)
    .addHelpText('after', '\nExample:\n  latchkey keys ls -p web --state spent')
    .action(async (_, command: Command) => {
      const api = signedIn(command)
      const { state, profile, label, name, limit, ...output } = optionsOf<{
        state: string
        profile?: string
        label?: string
        name?: string
        limit?: number
      }>(command)
      const query = {
        state: state === 'all' ? undefined : state,
        profile_id: profile === undefined ? undefined : (await findProfile(api, profile)).id,
        label,
        q: name,
      }
      const empty = state === 'all' ? 'no keys' : `no keys that are ${state}: --state all shows every one`
      printList(await api.list('/v1/keys', query, limit), KEY_VIEW, output, empty)
    })

  keys
    .command('get')
    .description('Show one key')
    .argument('<key>', 'its id or name')
    .addHelpText('after', '\nExample:\n  latchkey keys get rollout')
    .action(async (named: string, _, command: Command) => {
      printItem(await findKey(signedIn(command), named), KEY_VIEW, optionsOf(command))
    })

  const VERBS = {
    enable: 'Let it make agents again',
    disable: 'Stop it; its agents stay',
    pause: 'Stop new claims until it is resumed',
    resume: 'Let new claims in again',
  } as const
  for (const [verb, description] of Object.entries(VERBS)) {
    keys
      .command(verb)
      .description(description)
      .argument('<key>', 'its id or name')
      .addHelpText('after', `\nExample:\n  latchkey keys ${verb} rollout`)
      .action(async (named: string, _, command: Command) => {
        const api = signedIn(command)
        const { id } = await findKey(api, named)
        printItem(await api.ask('POST', `/v1/keys/${id}/${verb}`), KEY_VIEW, optionsOf(command))
      })
  }

  keys
    .command('extend')
    .description('Let it end later, or allow more uses')
    .argument('<key>', 'its id or name')
    .option('-e, --expires <duration>', 'from now: 1h, 7d or never', parseLifetime)
    .option('-u, --uses <n>', 'how many agents in all: a number, or unlimited', parseUses)
    .addHelpText('after', '\nExample:\n  latchkey keys extend rollout -e 1d -u 50')
    .action(async (named: string, _, command: Command) => {
      const api = signedIn(command)
      const { expires, uses } = optionsOf<{ expires?: Limit; uses?: Limit }>(command)
      if (expires === undefined && uses === undefined)
        command.error('error: give --expires or --uses', { exitCode: 2 })
      const { id } = await findKey(api, named)
      const change = {
        ...(expires !== undefined && {
          expires_at: expires === 'none' ? null : new Date(Date.now() + expires * 1_000).toISOString(),
        }),
        ...(uses !== undefined && { max_uses: limitOf(uses) }),
      }
      printItem(await api.ask('PATCH', `/v1/keys/${id}`, change), KEY_VIEW, optionsOf(command))
    })

  keys
    .command('revoke')
    .description('End it for good; its agents stay, unless --agents says otherwise')
    .argument('<key>', 'its id or name')
    .option('--agents', 'revoke the agents that it made, too')
    .option('--since <time>', 'only those that enrolled since: 1h, or a time', parseSince)
    .option('--dry-run', 'say which agents, and revoke nothing')
    .addHelpText('after', '\nExample:\n  latchkey keys revoke rollout --agents --since 1h --dry-run')
    .action(async (named: string, _, command: Command) => {
      const api = signedIn(command)
      const { agents, since, dryRun, ...output } = optionsOf<{
        agents?: true
        since?: string
        dryRun?: true
      }>(command)
      if (!agents && (since || dryRun))
        command.error('error: --since and --dry-run go with --agents', { exitCode: 2 })
      const { id } = await findKey(api, named)
      // The key first: none may enroll between the two.
      const key = dryRun ? await api.get(`/v1/keys/${id}`) : await api.ask('POST', `/v1/keys/${id}/revoke`)
      if (agents) {
        const body = { since: since ?? key.created_at, and_key: 'disable', dry_run: dryRun === true }
        const revoked = await api.ask('POST', `/v1/keys/${id}/revoke-agents`, body)
        note(`${revoked.count} agents ${dryRun ? 'would be' : 'are'} revoked`)
        if (revoked.left_out > 0) note(`${revoked.left_out} more have labels outside your role: they stay`)
      }
      printItem(key, KEY_VIEW, output)
    })

  keys.addCommand(explainKey())
  return keys
}
