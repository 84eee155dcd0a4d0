import { Command, Option } from 'commander'
import { Refusal } from '../../lib/cli/refusal.ts'
import type { Json } from '../../lib/http/answer.ts'
import { type OutputOptions, printItem, printLines, type View } from '../output.ts'
import { findKey, optionsOf, signedIn } from '../shared.ts'

const VIEW: View = {
  columns: [
    ['decision', ({ decision }) => decision],
    ['because', ({ explanation }) => explanation],
    ['reason', ({ reason }) => reason],
    ['agent', ({ agent_id }) => agent_id],
    ['uses left', ({ uses_left }) => uses_left ?? 'unlimited'],
  ],
  quiet: ({ reason, decision }) => reason ?? decision,
}

const MARKS: Readonly<Record<string, string>> = { passed: '  ', refused: '> ', not_asked: '- ' }

type Question = OutputOptions & { from?: string; claim?: string; intent?: string; request?: string } & {
  hostname?: string
  serial?: string
}

export function explainKey(): Command {
  return new Command('explain')
    .description('Say whether a machine would be let in now, which rule decides, and what was refused before')
    .argument('[key]', 'its id or name')
    .option('--from <address>', 'as if the machine had this address')
    .option('--claim <claim>', 'as if it came with this claim')
    .option('--hostname <name>', 'as if the machine had this host name')
    .option('--serial <number>', 'as if it had this serial number')
    .addOption(new Option('--intent <intent>', 'what it asks for').choices(['enroll', 'hold', 'confirm']))
    .option('--request <id>', 'why this request was refused: the request id that the machine printed')
    .addHelpText(
      'after',
      '\nExamples:\n  latchkey keys explain rollout --from 10.1.2.3\n  latchkey keys explain --request REQUEST',
    )
    .action(async (named: string | undefined, _, command: Command) => {
      const api = signedIn(command)
      const { from, claim, intent, request, hostname, serial, ...output } = optionsOf<Question>(command)
      if ((named === undefined) === (request === undefined)) throw new Refusal('name a key, or --request', 2)
      if (request !== undefined) {
        const why = await api.ask('POST', '/v1/explain', { request_id: request })
        printItem(why, REQUEST_VIEW, output)
        return
      }
      const { id } = await findKey(api, named ?? '')
      const machine = { ...(hostname && { hostname }), ...(serial && { serial }) }
      const attempt = { ...(from && { address: from }), ...(claim && { claim }), ...(intent && { intent }) }
      const about = { ...attempt, ...machine }
      const explained = await api.ask('POST', `/v1/keys/${id}/explain`, about)
      printItem(explained, VIEW, output)
      if (output.json || output.quiet || output.field !== undefined) return
      printLines(['', 'rules, in their order (> decides, - is not asked):', ...explained.rules.map(ruleLine)])
      const refusals = explained.refusals.slice(0, 20).map(refusalLine)
      if (refusals.length > 0) printLines(['', 'refused before, newest first:', ...refusals])
    })
}

const REQUEST_VIEW: View = {
  columns: [
    ['key', ({ key_id }) => key_id],
    ['reason', ({ refusal }) => refusal?.reason],
    ['because', ({ explanation }) => explanation],
    ['minute', ({ refusal }) => refusal?.minute],
  ],
  quiet: ({ refusal }) => refusal?.reason,
}

const ruleLine = ({ reason, outcome }: Json): string => `  ${MARKS[outcome] ?? '  '}${reason}`

const refusalLine = ({ minute, count, reason, address }: Json): string =>
  `  ${minute}  ${count} × ${reason} from ${address ?? 'an unknown address'}`
