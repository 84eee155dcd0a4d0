/** What a machine does: it enrolls, and has a token at hand. */
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command, Option } from 'commander'
import { Refusal } from '../../lib/cli/refusal.ts'
import type { Answer } from '../../lib/http/answer.ts'
import { writePrivateFile } from '../../lib/state/private-file.ts'
import { freshAgent, keepAgent, keptClaim, readAgent, stateFolder } from '../agent-state.ts'
import { openApi, refusalOf } from '../api.ts'
import { chosenUrl } from '../contexts.ts'
import { readSecret } from '../input.ts'
import { note, printItem, type View } from '../output.ts'
import { optionsOf } from '../shared.ts'

const VIEW: View = {
  columns: [
    ['agent', ({ id }) => id],
    ['profile', ({ profile_id }) => profile_id],
    ['key', ({ key_id }) => key_id],
  ],
  quiet: ({ id }) => id,
}

type Enrollment = { codeFile?: string; state?: string; hostname: string; ifNeeded?: true; wait: boolean }

export function enrollCommand(): Command {
  return new Command('enroll')
    .description('Make this machine an agent: the code comes from --code-file, or LATCHKEY_CODE')
    .argument('[url]', 'the server; absent: LATCHKEY_URL, or that of the context')
    .option('--code-file <file>', 'a file that has the code; - is standard input')
    .option('--state <folder>', 'where the claim and the tokens are kept')
    .addOption(new Option('--hostname <name>', 'what it says it is called').default(hostname(), 'its own'))
    .option('--if-needed', 'do nothing where the machine is an agent already')
    .option('--no-wait', 'do not wait for an operator’s approval')
    .addHelpText('after', '\nExample:\n  latchkey enroll https://keys.example --code-file /etc/latchkey/code')
    .action(async (given: string | undefined, _, command: Command) => {
      const { codeFile, state, hostname, ifNeeded, wait, ...output } = optionsOf<Enrollment>(command)
      const folder = stateFolder(process.env, state)
      const before = readAgent(folder)
      if (before !== null && ifNeeded) {
        printItem(before.agent, VIEW, output)
        return
      }
      const url = chosenUrl(process.env, given, output.context)
      const code = codeFile === undefined ? process.env.LATCHKEY_CODE : await readSecret(codeFile)
      if (!code) throw new Refusal('give the code by --code-file or LATCHKEY_CODE', 2)
      const answer = await enroll(url, { code, claim: keptClaim(folder), hostname }, wait)
      const { agent, ...tokens } = JSON.parse(answer.text)
      keepAgent(folder, url, agent, tokens)
      note(
        answer.status === 201
          ? `enrolled; its state is in ${folder}`
          : 'it was enrolled before: nothing is spent',
      )
      printItem(agent, VIEW, output)
    })
}

/** An answer that has an agent, after as long as an operator takes. */
async function enroll(url: string, body: object, mayWait: boolean): Promise<Answer> {
  const api = openApi(url, null)
  let isSaid = false
  for (;;) {
    const answer = await api.send('POST', '/v1/enroll', body)
    if (answer.status === 200 || answer.status === 201) return answer
    if (answer.status !== 202) throw refusalOf(answer, url, false)
    const { comparison_code, expires_at } = JSON.parse(answer.text)
    if (!mayWait) throw new Refusal(`it waits for an operator, who sees the code ${comparison_code}`, 3)
    if (!isSaid) note(`waiting until ${expires_at} for an operator, who sees the code ${comparison_code}`)
    isSaid = true
    await sleep(1_000 * Number(answer.headers['retry-after'] ?? 5))
  }
}

export function tokenCommand(): Command {
  return new Command('token')
    .description('Print a fresh access token of this machine’s agent')
    .option('--state <folder>', 'where the tokens are kept')
    .option('--keep <file>', 'keep a fresh one in a file, until it is stopped')
    .addHelpText(
      'after',
      '\nExample:\n  curl -H "Authorization: Bearer $(latchkey token)" https://api.example/',
    )
    .action(async (_, command: Command) => {
      const { state, keep } = optionsOf<{ state?: string; keep?: string }>(command)
      const folder = stateFolder(process.env, state)
      if (keep === undefined) {
        process.stdout.write(`${(await freshAgent(folder)).access_token}\n`)
        return
      }
      for (;;) {
        const agent = await freshAgent(folder).catch(orLater)
        if (agent !== null) writePrivateFile(keep, agent.access_token)
        await sleep(agent === null ? RETRY_MS : Math.max(agent.refresh_at - Date.now(), 1_000))
      }
    })
}

const RETRY_MS = 5_000

/** A server that is away for a while is no reason to stop; an agent that may not go on is. */
function orLater(error: unknown): null {
  if (!(error instanceof Refusal) || error.exitCode === 4) throw error
  note(`latchkey: ${error.message}`)
  return null
}
