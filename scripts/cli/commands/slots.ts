/** `latchkey slots`: the machines that a key expects. */
import { Command, Option } from 'commander'
import { MAX_SLOTS_A_CALL } from '../../../src/core/enrollment/ledger/slot.ts'
import { Refusal } from '../../lib/cli/refusal.ts'
import type { Json } from '../../lib/http/answer.ts'
import type { Api } from '../api.ts'
import { parseCount, readText } from '../input.ts'
import { note, printItem, printList, type View } from '../output.ts'
import { findKey, optionsOf, relative, signedIn } from '../shared.ts'
import { readSlotList } from '../slot-list.ts'

const SLOT_VIEW: View = {
  columns: [
    ['id', ({ id }) => id],
    ['by', ({ by }) => by],
    ['value', ({ value }) => value],
    ['state', ({ state, held_until }) => (held_until ? 'held' : state)],
    ['agent', ({ agent_id }) => agent_id],
    ['agent is', ({ agent_state }) => agent_state],
    ['filled', ({ filled_at }) => relative(filled_at)],
  ],
  quiet: ({ value }) => value,
}

const COUNTS_VIEW: View = {
  columns: [
    ['added', ({ added }) => String(added)],
    ['slots', ({ counts }) => String(counts.total)],
    ['missing', ({ counts }) => String(counts.missing)],
    ['filled', ({ counts }) => String(counts.filled)],
  ],
  quiet: ({ added }) => String(added),
}

export function slotsCommand(): Command {
  const slots = new Command('slots').description('Machines that a key expects: it lets no others in')

  slots
    .command('add')
    .description(
      'Add machines to those that a key expects, from a CSV file; from then on it lets in no others',
    )
    .argument('<key>', 'its id or name')
    .argument(
      '<file>',
      'columns hostname, serial or csr_sha256, named in the first line; or a host name a line. - is standard input',
    )
    .addHelpText('after', '\nExample:\n  latchkey slots add rollout machines.csv')
    .action(async (named: string, file: string, _, command: Command) => {
      const api = signedIn(command)
      const list = readSlotList(await readText(file))
      const { id } = await findKey(api, named)
      printItem(await addAll(api, `/v1/keys/${id}/slots`, list), COUNTS_VIEW, optionsOf(command))
    })

  slots
    .command('ls')
    .description('List the machines that a key expects')
    .argument('<key>', 'its id or name')
    .addOption(new Option('-s, --state <state>').choices(['missing', 'filled', 'all']).default('all'))
    .option('--limit <n>', 'how many to list at most', parseCount)
    .addHelpText('after', '\nExample:\n  latchkey slots ls rollout --state missing')
    .action(async (named: string, _, command: Command) => {
      const api = signedIn(command)
      const { state, limit, ...output } = optionsOf<{ state: string; limit?: number }>(command)
      const { id } = await findKey(api, named)
      const query = { state: state === 'all' ? undefined : state }
      const list = await api.list(`/v1/keys/${id}/slots`, query, limit)
      printList(list, SLOT_VIEW, output, state === 'all' ? 'it expects no machine' : `none is ${state}`)
    })

  slots
    .command('refill')
    .description('Let a slot be filled once more, when its agent is not active any more')
    .argument('<key>', 'its id or name')
    .argument('<machine>', 'host name, serial number, SHA-256 of its certificate request, or id of the slot')
    .addHelpText('after', '\nExample:\n  latchkey slots refill rollout scanner-02')
    .action(async (named: string, machine: string, _, command: Command) => {
      const api = signedIn(command)
      const path = await pathOfSlot(api, named, machine)
      printItem(await api.ask('POST', `${path}/refill`), SLOT_VIEW, optionsOf(command))
    })

  slots
    .command('rm')
    .description('Take a machine off the list, when its agent is not active any more')
    .argument('<key>', 'its id or name')
    .argument('<machine>', 'host name, serial number, SHA-256 of its certificate request, or id of the slot')
    .addHelpText('after', '\nExample:\n  latchkey slots rm rollout scanner-02')
    .action(async (named: string, machine: string, _, command: Command) => {
      const api = signedIn(command)
      await api.ask('DELETE', await pathOfSlot(api, named, machine))
      note('the key expects it no more')
    })

  return slots
}

/** Batch by batch. Should one be refused, those before it are there; the same call again adds the rest. */
async function addAll(api: Api, path: string, list: readonly object[]): Promise<Json> {
  let added = 0
  let last: Json = null
  for (let from = 0; from < list.length; from += MAX_SLOTS_A_CALL) {
    last = await api.ask('POST', path, { slots: list.slice(from, from + MAX_SLOTS_A_CALL) })
    added += last.added
  }
  return { ...last, added }
}

/** Of a machine, however its name is written. */
async function pathOfSlot(api: Api, named: string, machine: string): Promise<string> {
  const { id } = await findKey(api, named)
  const path = `/v1/keys/${id}/slots`
  if (/^slt_[0-9]+$/.test(machine)) return `${path}/${machine}`
  const { items } = await api.list(path, { value: machine })
  if (items.length > 1) {
    const ids = items.map((item) => `${item.id} (${item.by})`).join(', ')
    throw new Refusal(`${items.length} slots are of "${machine}": name one by its id: ${ids}`, 2)
  }
  if (!items[0]) throw new Refusal(`the key expects no machine "${machine}"`, 3)
  return `${path}/${items[0].id}`
}
