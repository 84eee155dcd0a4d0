import { Command } from 'commander'
import { printItem, printList, type View } from '../output.ts'
import { optionsOf, relative, signedIn } from '../shared.ts'

const WAITING: View = {
  columns: [
    ['id', ({ id }) => id],
    ['status', ({ status }) => status],
    ['code', ({ comparison_code }) => comparison_code],
    ['key', ({ key_name, key_id }) => key_name || key_id],
    ['address', ({ known }) => known.address],
    ['says it is', ({ claimed }) => claimed.hostname],
    ['expires', ({ expires_at }) => relative(expires_at)],
  ],
  quiet: ({ id }) => id,
}

const DECISION: View = {
  columns: [
    ['id', ({ id }) => id],
    ['decision', ({ decision }) => decision],
    ['by', ({ decided_by }) => decided_by],
    ['at', ({ decided_at }) => decided_at],
  ],
  quiet: ({ id }) => id,
}

export function approvalsCommand(): Command {
  const approvals = new Command('approvals').description('Machines that wait for an operator, and held uses')

  approvals
    .command('ls')
    .description('List claims that wait or hold a use')
    .addHelpText('after', '\nExample:\n  latchkey approvals ls')
    .action(async (_, command: Command) => {
      const list = await signedIn(command).list('/v1/approvals')
      printList(list, WAITING, optionsOf(command), 'no machine waits')
    })

  for (const verb of ['approve', 'deny'] as const) {
    approvals
      .command(verb)
      .description(
        `${verb === 'approve' ? 'Let a machine in' : 'Refuse a machine: its claim does not come back'}; an API key may not`,
      )
      .argument('<approval>', 'its id')
      .addHelpText('after', `\nExample:\n  latchkey approvals ${verb} APPROVAL`)
      .action(async (id: string, _, command: Command) => {
        const path = `/v1/approvals/${encodeURIComponent(id)}/${verb}`
        printItem(await signedIn(command).ask('POST', path), DECISION, optionsOf(command))
      })
  }

  return approvals
}
