import { Command } from 'commander'
import {
  collect,
  type Limit,
  limitOf,
  parseCount,
  parseDuration,
  parseLifetime,
  parseUses,
} from '../input.ts'
import { note, printItem, printList, type View } from '../output.ts'
import { findProfile, optionsOf, relative, signedIn } from '../shared.ts'

const VIEW: View = {
  columns: [
    ['id', ({ id }) => id],
    ['name', ({ name }) => name],
    ['dialect', ({ dialect }) => dialect],
    ['enabled', ({ enabled }) => (enabled ? 'yes' : 'no')],
    ['redemptions', ({ uses }) => uses],
    ['last used', ({ last_redeemed_at }) => relative(last_redeemed_at)],
  ],
  quiet: ({ id }) => id,
}

type Settings = {
  name?: string
  description?: string
  from?: readonly string[]
  defaultUses?: Limit
  defaultExpires?: Limit
  certificates?: boolean
  trustDomain?: string
  certificateLife?: number
}

export function profilesCommand(): Command {
  const profiles = new Command('profiles').description('Profiles, which keys belong to')

  profiles
    .command('ls')
    .description('List profiles')
    .option('--name <text>', 'only those whose name has this part')
    .option('--limit <n>', 'how many to list at most', parseCount)
    .addHelpText('after', '\nExample:\n  latchkey profiles ls')
    .action(async (_, command: Command) => {
      const { name, limit, ...output } = optionsOf<{ name?: string; limit?: number }>(command)
      const list = await signedIn(command).list('/v1/profiles', { name }, limit)
      printList(list, VIEW, output, 'no profiles: latchkey profiles create NAME makes one')
    })

  profiles
    .command('get')
    .description('Show one profile')
    .argument('<profile>', 'its id or name')
    .addHelpText('after', '\nExample:\n  latchkey profiles get web')
    .action(async (named: string, _, command: Command) => {
      printItem(await findProfile(signedIn(command), named), VIEW, optionsOf(command))
    })

  withSettings(profiles.command('create'))
    .description('Make a profile')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  latchkey profiles create web --from 10.0.0.0/8')
    .action(async (name: string, _, command: Command) => {
      const made = await signedIn(command).ask('POST', '/v1/profiles', {
        name,
        ...members(optionsOf(command)),
      })
      printItem(made, VIEW, optionsOf(command))
    })

  withSettings(profiles.command('change'))
    .description('Change a profile')
    .argument('<profile>', 'its id or name')
    .option('-n, --name <name>', 'its new name')
    .addHelpText('after', '\nExample:\n  latchkey profiles change web --name frontend')
    .action(async (named: string, _, command: Command) => {
      const api = signedIn(command)
      const { id } = await findProfile(api, named)
      printItem(
        await api.ask('PATCH', `/v1/profiles/${id}`, members(optionsOf(command))),
        VIEW,
        optionsOf(command),
      )
    })

  for (const verb of ['enable', 'disable'] as const) {
    profiles
      .command(verb)
      .description(
        verb === 'enable' ? 'Let its keys make agents again' : 'Stop all its keys; its agents stay',
      )
      .argument('<profile>', 'its id or name')
      .addHelpText('after', `\nExample:\n  latchkey profiles ${verb} web`)
      .action(async (named: string, _, command: Command) => {
        const api = signedIn(command)
        const { id } = await findProfile(api, named)
        printItem(await api.ask('POST', `/v1/profiles/${id}/${verb}`), VIEW, optionsOf(command))
      })
  }

  profiles
    .command('rm')
    .description('Delete a profile: its keys end, its agents stay')
    .argument('<profile>', 'its id or name')
    .addHelpText('after', '\nExample:\n  latchkey profiles rm web')
    .action(async (named: string, _, command: Command) => {
      const api = signedIn(command)
      const { id, name } = await findProfile(api, named)
      await api.ask('DELETE', `/v1/profiles/${id}`)
      note(`profile ${name} (${id}) is deleted: its keys have ended, its agents stay`)
    })

  return profiles
}

function withSettings(command: Command): Command {
  return command
    .option('--description <text>')
    .option('--certificates', 'its agents get a certificate where they send a request')
    .option('--no-certificates', 'they get none any more')
    .option('--trust-domain <name>', 'certificates, with a SPIFFE ID in that trust domain')
    .option('--certificate-life <duration>', 'certificates, good for that long, such as 7d', parseDuration)
    .option('--from <cidr>', 'only from these addresses; may be repeated', collect)
    .option('--default-uses <n>', 'of keys whose maker says nothing: a number, or unlimited', parseUses)
    .option('--default-expires <duration>', 'the same of their end: 7d, or never', parseLifetime)
}

function members(settings: Settings): object {
  const { name, description, from, defaultUses, defaultExpires } = settings
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(from !== undefined && { allowed_addresses: from }),
    ...(defaultUses !== undefined && { default_max_uses: limitOf(defaultUses) }),
    ...(defaultExpires !== undefined && { default_key_lifetime_seconds: limitOf(defaultExpires) }),
    ...certificatesOf(settings),
  }
}

/** What is not said is the server's to say. */
function certificatesOf({ certificates, trustDomain, certificateLife }: Settings): object {
  if (certificates === false) return { certificates: null }
  if (certificates === undefined && trustDomain === undefined && certificateLife === undefined) return {}
  return {
    certificates: {
      ...(trustDomain !== undefined && { trust_domain: trustDomain }),
      ...(certificateLife !== undefined && { lifetime_seconds: certificateLife }),
    },
  }
}
