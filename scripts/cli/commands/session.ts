/** Signing in and out, and which server is meant. */
import { Command } from 'commander'
import { Refusal } from '../../lib/cli/refusal.ts'
import { readDataFolder } from '../../lib/server/settings.ts'
import { credentialsPath, readCredentials } from '../../lib/state/credentials.ts'
import { openApi } from '../api.ts'
import {
  type Context,
  type Credential,
  chosenContext,
  headersOf,
  readApiKey,
  readConfiguration,
  readUrl,
  writeConfiguration,
} from '../contexts.ts'
import { prompt, readSecret } from '../input.ts'
import { note, printItem, printList, type View } from '../output.ts'
import { type GlobalOptions, optionsOf, signedIn } from '../shared.ts'

type SignIn = { email?: string; passwordFile?: string; apiKeyFile?: string; data?: string; name?: string }

export function loginCommand(): Command {
  return new Command('login')
    .description('Sign in, and keep the server as a context')
    .argument('[url]', 'the server; absent: the one that runs on a data folder of this machine')
    .option('--email <address>', 'of the user who signs in')
    .option('--password-file <file>', 'a file that has the password; - is standard input')
    .option('--api-key-file <file>', 'a file that has api_ID:SECRET; - is standard input')
    .option('--data <folder>', 'take the API key of a server on this machine from its data folder')
    .option('--name <context>', 'what the context is called; absent: the server’s host')
    .addHelpText(
      'after',
      '\nExamples:\n  latchkey login https://keys.example\n  latchkey login --data .latchkey',
    )
    .action(async (given: string | undefined, _, command: Command) => {
      const { name, ...how } = optionsOf<SignIn>(command)
      refuseMixture(given, how)
      const context = given === undefined ? localContext(how.data) : await remoteContext(readUrl(given), how)
      await openApi(context.url, headersOf(context.credential)).get('/v1/me')
      const called = name ?? new URL(context.url).host
      const { contexts } = readConfiguration(process.env)
      writeConfiguration(process.env, { current: called, contexts: { ...contexts, [called]: context } })
      note(`signed in to ${context.url}; the context is "${called}"`)
    })
}

/** An option that has no say would leave the user signed in as another. */
function refuseMixture(url: string | undefined, { data, email, passwordFile, apiKeyFile }: SignIn): void {
  const isRemote = [email, passwordFile, apiKeyFile].some((option) => option !== undefined)
  if (url === undefined && isRemote) throw new Refusal('name the server: latchkey login URL', 2)
  if (data !== undefined && (url !== undefined || isRemote)) {
    throw new Refusal('--data names a server of this machine: give no other', 2)
  }
}

function localContext(folder: string | undefined): Context {
  const data = folder ?? readDataFolder(process.env)
  const credentials = readCredentials(data)
  if (credentials === null)
    throw new Refusal(`no ${credentialsPath(data)}: name a server, or start one first`, 2)
  const { illumio, url } = credentials
  return { url, credential: readApiKey(`${illumio.auth_username}:${illumio.secret}`, credentialsPath(data)) }
}

async function remoteContext(url: string, how: SignIn & Pick<GlobalOptions, 'input'>): Promise<Context> {
  if (how.apiKeyFile !== undefined) {
    return { url, credential: readApiKey(await readSecret(how.apiKeyFile), how.apiKeyFile) }
  }
  const isAllowed = how.input
  const email = how.email ?? (await prompt('E-mail', { isSecret: false, isAllowed, instead: '--email' }))
  const password =
    how.passwordFile === undefined
      ? await prompt('Password', { isSecret: true, isAllowed, instead: '--password-file' })
      : await readSecret(how.passwordFile)
  const { token } = await openApi(url, null).ask('POST', '/v1/sessions', { email, password })
  return { url, credential: { kind: 'session', token } satisfies Credential }
}

export function logoutCommand(): Command {
  return new Command('logout')
    .description('End the session, and forget the context')
    .addHelpText('after', '\nExample:\n  latchkey logout')
    .action(async (_, command: Command) => {
      const { context: named } = optionsOf(command)
      const { current, contexts } = readConfiguration(process.env)
      const name = named ?? current
      if (name === null) throw new Refusal('not signed in', 4)
      const { url, credential } = chosenContext(process.env, name)
      const { [name]: _forgotten, ...others } = contexts
      writeConfiguration(process.env, { current: current === name ? null : current, contexts: others })
      // It is forgotten here whether or not the server can be reached.
      if (credential.kind === 'session') {
        await openApi(url, headersOf(credential)).send('DELETE', '/v1/sessions/current')
      }
      note(`signed out of ${url}`)
    })
}

const WHO: View = {
  columns: [
    ['name', ({ name }) => name],
    ['kind', ({ kind }) => kind],
    ['api key', ({ credential }) => credential.api_key_id],
    ['organization', ({ organization }) => organization.name],
    ['roles', ({ roles }) => roles?.map(({ role }: { role: string }) => role).join(', ')],
  ],
  quiet: ({ name }) => name,
}

export function whoamiCommand(): Command {
  return new Command('whoami')
    .description('Say who is signed in, and what they may do')
    .addHelpText('after', '\nExample:\n  latchkey whoami')
    .action(async (_, command: Command) =>
      printItem(await signedIn(command).get('/v1/me'), WHO, optionsOf(command)),
    )
}

const CONTEXTS: View = {
  columns: [
    ['current', ({ current }) => (current ? '*' : '')],
    ['name', ({ name }) => name],
    ['url', ({ url }) => url],
    ['credential', ({ credential }) => credential],
  ],
  quiet: ({ name }) => name,
}

export function contextCommand(): Command {
  const context = new Command('context').description('The servers that you are signed in to')
  context
    .command('ls')
    .description('List them; secrets are not shown')
    .addHelpText('after', '\nExample:\n  latchkey context ls')
    .action((_, command: Command) => {
      const { current, contexts } = readConfiguration(process.env)
      const items = Object.entries(contexts).map(([name, { url, credential }]) => ({
        name,
        current: name === current,
        url,
        credential: credential.kind === 'session' ? 'session' : credential.id,
      }))
      printList({ items, next_cursor: null }, CONTEXTS, optionsOf(command), 'none: latchkey login URL')
    })
  context
    .command('use')
    .description('Make one the current one')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  latchkey context use keys.example')
    .action((name: string) => {
      chosenContext(process.env, name)
      writeConfiguration(process.env, { ...readConfiguration(process.env), current: name })
    })
  return context
}
