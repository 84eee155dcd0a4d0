import { Command } from 'commander'
import { parseCount } from '../input.ts'
import { note, printItem, printList, type View } from '../output.ts'
import { optionsOf, relative, signedIn } from '../shared.ts'

const VIEW: View = {
  columns: [
    ['id', ({ id }) => id],
    ['url', ({ url }) => url],
    ['state', ({ enabled, disabled_reason }) => (enabled ? 'enabled' : (disabled_reason ?? 'disabled'))],
    ['waiting', ({ queued }) => queued],
    ['failing', ({ failing_since }) => relative(failing_since)],
    ['types', ({ types }) => types?.length ?? 'all'],
  ],
  quiet: ({ id }) => id,
}

const WITH_SECRET: View = {
  columns: [...VIEW.columns, ['secret', ({ secret }) => secret]],
  quiet: ({ secret }) => secret,
}

const DELIVERY: View = {
  columns: [
    ['seq', ({ seq }) => seq],
    ['type', ({ type }) => type],
    ['state', ({ state }) => state],
    ['outcome', ({ outcome, status }) => status ?? outcome],
    ['attempts', ({ attempts }) => attempts],
    ['attempted', ({ attempted_at }) => relative(attempted_at)],
    ['next', ({ next_attempt_at }) => relative(next_attempt_at)],
  ],
  quiet: ({ message_id }) => message_id,
}

const QUEUED: View = {
  columns: [['message', ({ message_id }) => message_id]],
  quiet: ({ message_id }) => message_id,
}

type Members = { url?: string; description?: string; type?: string }

function membersOf({ url, description, type }: Members) {
  return { url, description, types: type?.split(',') }
}

const pathOf = (id: string) => `/v1/webhooks/${encodeURIComponent(id)}`

export function webhooksCommand(): Command {
  const webhooks = new Command('webhooks').description('URLs of yours that get what happens')

  webhooks
    .command('ls')
    .description('List webhooks')
    .addHelpText('after', '\nExample:\n  latchkey webhooks ls')
    .action(async (_, command: Command) => {
      const { items } = await signedIn(command).get('/v1/webhooks')
      printList({ items, next_cursor: null }, VIEW, optionsOf(command), 'no webhook')
    })

  webhooks
    .command('create')
    .description('Make a webhook and print its secret, once')
    .argument('<url>', 'https')
    .option('--type <types>', 'such as agent.enroll,key.*; absent: all')
    .option('--description <text>')
    .addHelpText('after', "\nExample:\n  latchkey webhooks create https://hooks.example/in --type 'agent.*'")
    .action(async (url: string, _, command: Command) => {
      const members = membersOf({ ...optionsOf<Members>(command), url })
      printItem(await signedIn(command).ask('POST', '/v1/webhooks', members), WITH_SECRET, optionsOf(command))
    })

  webhooks
    .command('change')
    .description('Change what is named')
    .argument('<webhook>', 'its id')
    .option('--url <url>')
    .option('--type <types>', 'instead of those that it gets')
    .option('--description <text>')
    .addHelpText('after', '\nExample:\n  latchkey webhooks change WEBHOOK --type agent.enroll')
    .action(async (id: string, _, command: Command) => {
      const members = membersOf(optionsOf<Members>(command))
      printItem(await signedIn(command).ask('PATCH', pathOf(id), members), VIEW, optionsOf(command))
    })

  for (const verb of ['enable', 'disable'] as const) {
    webhooks
      .command(verb)
      .description(verb === 'enable' ? 'Send what waits, and what happens' : 'Send nothing; what waits stays')
      .argument('<webhook>', 'its id')
      .addHelpText('after', `\nExample:\n  latchkey webhooks ${verb} WEBHOOK`)
      .action(async (id: string, _, command: Command) => {
        const change = { enabled: verb === 'enable' }
        printItem(await signedIn(command).ask('PATCH', pathOf(id), change), VIEW, optionsOf(command))
      })
  }

  webhooks
    .command('rm')
    .description('Delete a webhook, and what waits for it')
    .argument('<webhook>', 'its id')
    .addHelpText('after', '\nExample:\n  latchkey webhooks rm WEBHOOK')
    .action(async (id: string, _, command: Command) => {
      await signedIn(command).ask('DELETE', pathOf(id))
      note(`deleted ${id}`)
    })

  webhooks
    .command('rotate-secret')
    .description('Make another secret and print it, once; for 24 hours both sign')
    .argument('<webhook>', 'its id')
    .addHelpText('after', '\nExample:\n  latchkey webhooks rotate-secret WEBHOOK')
    .action(async (id: string, _, command: Command) => {
      const rotated = await signedIn(command).ask('POST', `${pathOf(id)}/rotate-secret`)
      printItem(rotated, WITH_SECRET, optionsOf(command))
    })

  webhooks
    .command('test')
    .description('Send a test')
    .argument('<webhook>', 'its id')
    .addHelpText('after', '\nExample:\n  latchkey webhooks test WEBHOOK')
    .action(async (id: string, _, command: Command) => {
      printItem(await signedIn(command).ask('POST', `${pathOf(id)}/test`), QUEUED, optionsOf(command))
    })

  webhooks
    .command('deliveries')
    .description('List what was sent in the last seven days, the newest first')
    .argument('<webhook>', 'its id')
    .option('--limit <n>', 'how many to list at most', parseCount, 50)
    .addHelpText('after', '\nExample:\n  latchkey webhooks deliveries WEBHOOK')
    .action(async (id: string, _, command: Command) => {
      const { limit, ...output } = optionsOf<{ limit: number }>(command)
      const list = await signedIn(command).list(`${pathOf(id)}/deliveries`, {}, limit)
      printList(list, DELIVERY, output, 'nothing was sent')
    })

  webhooks
    .command('replay')
    .description('Send a message again, under the same id')
    .argument('<webhook>', 'its id')
    .argument('<seq>', 'its number', parseCount)
    .addHelpText('after', '\nExample:\n  latchkey webhooks replay WEBHOOK 12')
    .action(async (id: string, seq: number, _, command: Command) => {
      const path = `${pathOf(id)}/deliveries/${seq}/replay`
      printItem(await signedIn(command).ask('POST', path), QUEUED, optionsOf(command))
    })

  return webhooks
}
