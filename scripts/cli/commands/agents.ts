import { Command, Option } from 'commander'
import { parseCount, parseSince } from '../input.ts'
import { note, printItem, printList, type View } from '../output.ts'
import { findAgent, findKey, findProfile, listAgents, optionsOf, relative, signedIn } from '../shared.ts'
import { AGENT_VIEW } from './views.ts'

type Filters = {
  state: string
  key?: string
  profile?: string
  hostname?: string
  label?: string
  since?: string
  limit?: number
}

export function agentsCommand(): Command {
  const agents = new Command('agents').description('Agents, which redemptions made')

  agents
    .command('ls')
    .description('List agents: the active ones, unless --state says otherwise')
    .addOption(
      new Option('-s, --state <state>').choices(['active', 'left', 'revoked', 'all']).default('active'),
    )
    .option('-k, --key <key>', 'only those of this key')
    .option('-p, --profile <profile>', 'only those of this profile')
    .option('--hostname <text>', 'only those whose host name has this part')
    .option('--label <key=value>', 'only those with this label')
    .option('--since <time>', 'only those that enrolled since: 1h, or a time', parseSince)
    .option('--limit <n>', 'how many to list at most', parseCount)
    .addHelpText('after', '\nExample:\n  latchkey agents ls --since 1h')
    .action(async (_, command: Command) => {
      const api = signedIn(command)
      const { state, key, profile, hostname, label, since, limit, ...output } = optionsOf<Filters>(command)
      const query = {
        state: state === 'all' ? undefined : state,
        key_id: key === undefined ? undefined : (await findKey(api, key)).id,
        profile_id: profile === undefined ? undefined : (await findProfile(api, profile)).id,
        hostname,
        label,
        since,
      }
      printList(await listAgents(api, query, limit), AGENT_VIEW, output, 'no such agents')
    })

  agents
    .command('get')
    .description('Show one agent')
    .argument('<agent>', 'its id, or the host name of an active one')
    .addHelpText('after', '\nExample:\n  latchkey agents get web-01')
    .action(async (named: string, _, command: Command) => {
      printItem(await findAgent(signedIn(command), named), AGENT_VIEW, optionsOf(command))
    })

  agents
    .command('revoke')
    .description('Revoke an agent; its key is disabled, unless --keep-key says otherwise')
    .argument('<agent>', 'its id, or the host name of an active one')
    .option('--keep-key', 'the machine may enroll again with a new claim')
    .addHelpText('after', '\nExample:\n  latchkey agents revoke web-01 --keep-key')
    .action(async (named: string, _, command: Command) => {
      const api = signedIn(command)
      const { keepKey, ...output } = optionsOf<{ keepKey?: true }>(command)
      const { id, key_id } = await findAgent(api, named)
      const { key } = await api.ask('POST', `/v1/agents/${id}/revoke`, {
        and_key: keepKey ? 'keep' : 'disable',
      })
      note(`agent ${id} is revoked; its key ${key_id} is ${key.enabled ? 'enabled' : 'disabled'}`)
      printItem(await api.get(`/v1/agents/${id}`), AGENT_VIEW, output)
    })

  agents
    .command('certificates')
    .description('List the certificates that an agent was given; --revoke ends all of them')
    .argument('<agent>', 'its id, or the host name of an active one')
    .option('--revoke', 'the agent stays, and may once enroll again with another private key')
    .addHelpText('after', '\nExample:\n  latchkey agents certificates web-01')
    .action(async (named: string, _, command: Command) => {
      const api = signedIn(command)
      const { revoke, ...output } = optionsOf<{ revoke?: true }>(command)
      const { id } = await findAgent(api, named)
      const path = `/v1/agents/${id}/certificates`
      const { items } = revoke ? await api.ask('POST', `${path}/revoke`) : await api.get(path)
      printList({ items, next_cursor: null }, CERTIFICATES, output, 'no certificates')
    })

  return agents
}

const CERTIFICATES: View = {
  columns: [
    ['serial', ({ serial }) => serial],
    ['issued', ({ issued_at }) => relative(issued_at)],
    ['expires', ({ expires_at }) => relative(expires_at)],
    ['revoked', ({ revoked_at }) => relative(revoked_at)],
    ['issuer', ({ issuer_id }) => issuer_id],
  ],
  quiet: ({ serial }) => serial,
}
