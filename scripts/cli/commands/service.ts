/** The server itself: its state, any request, tokens, and the commands of those who run it. */
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { verify } from '../../../client/index.ts'
import { ensureBundle } from '../../lib/cli/bundle.ts'
import { exitCodeOf } from '../../lib/cli/child.ts'
import { type Script, scriptArgs } from '../../lib/cli/project.ts'
import { openApi, refusalOf } from '../api.ts'
import { chosenUrl, readUrl } from '../contexts.ts'
import { collect, readSecret, readText } from '../input.ts'
import { note, printItem, printList, type View } from '../output.ts'
import { optionsOf, signedIn } from '../shared.ts'
import { parseKeySet, readHeads, verifyHeads } from '../verify-heads.ts'

const HEALTH: View = {
  columns: [
    ['status', ({ status }) => status],
    ['because', ({ reason }) => reason],
    ['refused by D1', ({ dead_rows }) => `${dead_rows} rows`],
    ['D1', ({ database_bytes: bytes }) => bytes !== null && `${Math.ceil(bytes / 2 ** 20)} MiB`],
    ['oldest waiting', ({ oldest_outbox_seconds: seconds }) => seconds !== null && `${seconds} s`],
  ],
  quiet: ({ status }) => status,
}

export function statusCommand(): Command {
  return new Command('status')
    .description('Say whether the server serves')
    .argument('[url]', 'the server; absent: LATCHKEY_URL, or that of the context')
    .option('--watch', 'every two seconds, until it is stopped')
    .addHelpText('after', '\nExample:\n  latchkey status https://keys.example')
    .action(async (given: string | undefined, _, command: Command) => {
      const { watch, ...output } = optionsOf<{ watch?: true }>(command)
      const api = openApi(chosenUrl(process.env, given, output.context), null)
      do {
        const answer = await api.send('GET', '/healthz')
        if (answer.status !== 200 && answer.status !== 503) throw refusalOf(answer, api.url, false)
        printItem(JSON.parse(answer.text), HEALTH, output)
        process.exitCode = answer.status === 200 ? 0 : 1
        if (watch) await sleep(2_000)
      } while (watch)
    })
}

export function apiCommand(): Command {
  return new Command('api')
    .description('Send any request with the context’s credential, and print the answer')
    .argument('<method>')
    .argument('<path>', 'such as /v1/keys')
    .option('-d, --data <json>', 'the body; @FILE: from a file, @-: from standard input')
    .addHelpText('after', '\nExample:\n  latchkey api GET /v1/keys?limit=1')
    .action(async (method: string, path: string, _, command: Command) => {
      const { data } = optionsOf<{ data?: string }>(command)
      const api = signedIn(command)
      const text = data?.startsWith('@') ? await readText(data.slice(1)) : data
      const answer = await api.send(method.toUpperCase(), path, text)
      if (answer.text !== '') process.stdout.write(`${answer.text.trimEnd()}\n`)
      if (answer.status >= 400) throw refusalOf(answer, api.url, true)
    })
}

const CLAIMS: View = {
  columns: [
    ['subject', ({ sub }) => sub],
    ['issuer', ({ iss }) => iss],
    ['expires', ({ exp }) => new Date(exp * 1_000).toISOString()],
  ],
  quiet: ({ sub }) => sub,
}

export function verifyCommand(): Command {
  const command = new Command('verify').description('Check what the server signed')
  command
    .command('token')
    .description('Check an agent’s access token by the server’s public keys')
    .argument('[file]', 'a file that has the token; - is standard input', '-')
    .option('--issuer <url>', 'the server; absent: LATCHKEY_URL, or that of the context')
    .addHelpText(
      'after',
      '\nExample:\n  latchkey token | latchkey verify token --issuer https://keys.example',
    )
    .action(async (file: string, _, command: Command) => {
      const { issuer: given, ...output } = optionsOf<{ issuer?: string }>(command)
      const url = given === undefined ? chosenUrl(process.env, undefined, output.context) : readUrl(given)
      const { issuer, jwks_uri } = await openApi(url, null).get('/.well-known/oauth-authorization-server')
      // The address that was given may be another one of the server.
      const claims = await verify(await readSecret(file), { issuer, jwksUri: jwks_uri })
      printItem(claims, CLAIMS, output)
    })
  command
    .command('heads')
    .description('Check signed counts of keys, offline: exported events, or what is in them')
    .argument('[file]', 'what `latchkey events --type ledger.head --json` printed; - is standard input', '-')
    .requiredOption('--keys <file>', 'a copy of /.well-known/latchkey-heads.json')
    .option('--expect <hash>', 'of a head that must be among them; may be repeated', collect)
    .addHelpText('after', '\nExample:\n  latchkey verify heads events.json --keys heads-keys.json')
    .action(async (file: string, _, command: Command) => {
      const { keys, expect, ...output } = optionsOf<{ keys: string; expect?: readonly string[] }>(command)
      const set = parseKeySet(await readText(keys), keys)
      const { chains, problems } = await verifyHeads(readHeads(await readText(file)), set, expect)
      printList({ items: chains, next_cursor: null, problems }, CHAINS, output, 'no heads')
      for (const problem of problems) note(`latchkey: ${problem}`)
      if (problems.length > 0) process.exitCode = 1
    })
  return command
}

const CHAINS: View = {
  columns: [
    ['ledger', ({ ledger }) => ledger],
    ['heads', ({ from, to }) => `${from} to ${to}`],
    ['until', ({ until }) => until],
    ['hash of the newest', ({ hash }) => hash],
  ],
  quiet: ({ hash }) => hash,
}

const ADMIN: Readonly<Record<Exclude<Script, 'start'>, string>> = {
  backup: 'Copy the state of a server on this machine',
  restore: 'Begin from a copy',
  rotate: 'Give the keyring a new version, or end one',
  rebuild: 'Make D1 again from the ledgers',
  bootstrap: 'Make an organization with its first owner',
}

/** Those that run the Worker, which must be built. */
const SERVING: ReadonlySet<string> = new Set(['start', 'restore', 'rotate', 'rebuild'])

/** The scripts of `npm run`, whose own options and help they keep. */
export function adminCommand(): Command {
  const admin = new Command('admin').description('For those who run the server')
  for (const [name, description] of Object.entries(ADMIN) as [Script, string][]) {
    admin.addCommand(script(name, description, `latchkey admin ${name} --help`))
  }
  return admin
}

export function startCommand(): Command {
  return script('start', 'Run Latchkey on this machine, until it is stopped', 'latchkey start')
}

function script(name: Script, description: string, example: string): Command {
  return new Command(name)
    .description(description)
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', `\nExample:\n  ${example}`)
    .action(async (_, command: Command) => {
      if (SERVING.has(name) && !command.args.includes('--help')) await ensureBundle()
      const args = [...process.execArgv, ...scriptArgs(name), ...command.args]
      const child = spawn(process.execPath, args, { stdio: 'inherit' })
      process.exitCode = await exitCodeOf(child)
    })
}
