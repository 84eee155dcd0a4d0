/** What a machine does: it enrolls, and has a token at hand. */
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command, Option } from 'commander'
import { fileStore, LatchkeyError } from '../../../client/index.ts'
import { Refusal } from '../../lib/cli/refusal.ts'
import { writePrivateFile } from '../../lib/state/private-file.ts'
import { openAgent, stateFolder } from '../agent-state.ts'
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

type Enrollment = {
  codeFile?: string
  identityTokenFile?: string
  state?: string
  hostname: string
  ifNeeded?: true
  wait: boolean
}

export function enrollCommand(): Command {
  return new Command('enroll')
    .description('Make this machine an agent: the code comes from --code-file, or LATCHKEY_CODE')
    .argument('[url]', 'the server; absent: LATCHKEY_URL, or that of the context')
    .option('--code-file <file>', 'a file that has the code; - is standard input')
    .option('--identity-token-file <file>', 'a file that has a token of the machine’s platform')
    .option('--state <folder>', 'where the claim and the tokens are kept')
    .addOption(new Option('--hostname <name>', 'what it says it is called').default(hostname(), 'its own'))
    .option('--if-needed', 'do nothing where the machine is an agent already')
    .option('--no-wait', 'do not wait for an operator’s approval')
    .addHelpText('after', '\nExample:\n  latchkey enroll https://keys.example --code-file /etc/latchkey/code')
    .action(async (given: string | undefined, _, command: Command) => {
      const { codeFile, identityTokenFile, state, hostname, ifNeeded, wait, ...output } =
        optionsOf<Enrollment>(command)
      const folder = stateFolder(process.env, state)
      const before = ifNeeded ? fileStore(folder).read() : null
      if (before !== null) {
        printItem(before.agent, VIEW, output)
        return
      }
      const url = chosenUrl(process.env, given, output.context)
      const code = codeFile === undefined ? process.env.LATCHKEY_CODE : await readSecret(codeFile)
      if (!code) throw new Refusal('give the code by --code-file or LATCHKEY_CODE', 2)
      const onWaiting = onceWaiting()
      const identityToken = identityTokenFile === undefined ? undefined : await readSecret(identityTokenFile)
      const enrollment = {
        code,
        hostname,
        ...(identityToken !== undefined && { identityToken }),
        ...(wait && { onWaiting }),
      }
      const { agent, isNew } = await openAgent(folder, url).enroll(enrollment)
      note(isNew ? `enrolled; its state is in ${folder}` : 'it was enrolled before: nothing is spent')
      printItem(agent, VIEW, output)
    })
}

function onceWaiting() {
  let isSaid = false
  return ({ comparisonCode, expiresAt }: { comparisonCode: string; expiresAt: string }) => {
    if (!isSaid) note(`waiting until ${expiresAt} for an operator, who sees the code ${comparisonCode}`)
    isSaid = true
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
      const agent = openAgent(stateFolder(process.env, state))
      if (keep === undefined) {
        process.stdout.write(`${await agent.token()}\n`)
        return
      }
      for (;;) {
        const kept = await agent.state().catch(orLater)
        if (kept !== null) writePrivateFile(keep, kept.access_token)
        await sleep(Math.max((kept?.refresh_at ?? 0) - Date.now(), RETRY_MS))
      }
    })
}

const RETRY_MS = 5_000

/** A server that is away for a while is no reason to stop; an agent that may not go on is. */
function orLater(error: unknown): null {
  const isAway = error instanceof LatchkeyError && (error.kind === 'unreachable' || error.kind === 'refused')
  if (!isAway) throw error
  note(`latchkey: ${error.message}`)
  return null
}
