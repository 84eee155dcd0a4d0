import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import type { Json } from '../../lib/http/answer.ts'
import type { Api, Query } from '../api.ts'
import { parseCount, parseSince } from '../input.ts'
import { type OutputOptions, printLines, printList, type View } from '../output.ts'
import { findKey, optionsOf, signedIn } from '../shared.ts'

const VIEW: View = {
  columns: [
    ['at', ({ at }) => at],
    ['type', ({ type }) => type],
    ['result', ({ success }) => (success ? 'done' : 'refused')],
    ['subject', ({ subject }) => subject?.name || subject?.id],
    ['by', ({ actor }) => actor.name ?? actor.id ?? actor.kind],
    ['address', ({ request }) => request.address],
  ],
  quiet: ({ id }) => id,
}

type Options = {
  type?: string
  key?: string
  address?: string
  request?: string
  since?: string
  refused?: true
  follow?: true
  limit: number
}

const PAUSE_MS = 2_000

export function eventsCommand(): Command {
  return new Command('events')
    .description('What happened, the newest first')
    .option('--type <types>', 'such as agent.enroll,key.*')
    .option('-k, --key <key>', 'what happened to it, and what it enrolled')
    .option('--address <address>', 'from an address or a CIDR range')
    .option('--request <id>', 'what a request did: the id that it was answered')
    .option('--since <time>', '1h, or a time', parseSince)
    .option('--refused', 'only what was refused')
    .option('--limit <n>', 'how many to list at most', parseCount, 50)
    .option('-f, --follow', 'go on with what arrives, a line each, until it is stopped')
    .addHelpText('after', '\nExamples:\n  latchkey events --refused --since 1h\n  latchkey events --follow')
    .action(async (_, command: Command) => {
      const api = signedIn(command)
      const { key, request, refused, follow, limit, type, address, since, ...output } =
        optionsOf<Options>(command)
      const query = {
        type,
        address,
        since,
        key_id: key === undefined ? undefined : (await findKey(api, key)).id,
        request_id: request,
        success: refused ? 'false' : undefined,
      }
      if (follow) return followEvents(api, query, output)
      printList(await api.list('/v1/events', query, limit), VIEW, output, 'no such events')
    })
}

/** Each event once, in the order in which they arrive. */
async function followEvents(api: Api, query: Query, output: OutputOptions): Promise<never> {
  let { follow_cursor: after } = await api.get('/v1/events', { ...query, limit: 1 })
  for (;;) {
    const page = await api.get('/v1/events', { ...query, after })
    printLines(page.items.map((event: Json) => lineOf(event, output)))
    after = page.next_cursor
    if (page.is_end) await sleep(PAUSE_MS)
  }
}

function lineOf(event: Json, { json, quiet }: OutputOptions): string {
  if (json) return JSON.stringify(event)
  if (quiet) return event.id
  return VIEW.columns.map(([, value]) => value(event) ?? '-').join('  ')
}
