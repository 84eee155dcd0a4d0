/** Which server a command talks to, and as whom: the environment, or a context of the user's configuration file. */
import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { Refusal } from '../lib/cli/refusal.ts'
import { basic, bearer, type Headers } from '../lib/http/credential.ts'
import { readFileIfThere, writePrivateFile } from '../lib/state/private-file.ts'

const Credential = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('api_key'), id: z.string(), secret: z.string() }),
  z.object({ kind: z.literal('session'), token: z.string() }),
])
export type Credential = z.infer<typeof Credential>

const Context = z.object({ url: z.string(), credential: Credential })
export type Context = z.infer<typeof Context>

const Configuration = z.object({ current: z.string().nullable(), contexts: z.record(z.string(), Context) })
export type Configuration = z.infer<typeof Configuration>

export type Environment = Readonly<Record<string, string | undefined>>

function configurationPath(env: Environment): string {
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'latchkey', 'config.json')
}

export function readConfiguration(env: Environment): Configuration {
  const path = configurationPath(env)
  const text = readFileIfThere(path)
  if (text === null) return { current: null, contexts: {} }
  try {
    return Configuration.parse(JSON.parse(text))
  } catch {
    throw new Refusal(`${path} is not a configuration of latchkey: mend or remove it`, 2)
  }
}

/** Readable by its owner only: it has secrets. */
export function writeConfiguration(env: Environment, configuration: Configuration): void {
  const path = configurationPath(env)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writePrivateFile(path, `${JSON.stringify(configuration, null, 2)}\n`)
}

/**
 * LATCHKEY_URL with LATCHKEY_API_KEY goes before any context. One of them alone never leads a command to another server.
 * @param name of a context; absent: LATCHKEY_CONTEXT, or the current one
 */
export function chosenContext(env: Environment, name?: string): Context {
  if (name !== undefined) return contextOf(env, name)
  const url = env.LATCHKEY_URL ? readUrl(env.LATCHKEY_URL) : null
  if (env.LATCHKEY_API_KEY) {
    if (url === null) throw new Refusal('LATCHKEY_API_KEY needs LATCHKEY_URL beside it', 2)
    return { url, credential: readApiKey(env.LATCHKEY_API_KEY, 'LATCHKEY_API_KEY') }
  }
  const context = contextOf(env)
  if (url === null || url === context.url) return context
  throw new Refusal(
    `no credential for ${url}, which LATCHKEY_URL names: set LATCHKEY_API_KEY, or choose a context`,
    4,
  )
}

function contextOf(env: Environment, name?: string): Context {
  const { current, contexts } = readConfiguration(env)
  const wanted = name ?? (env.LATCHKEY_CONTEXT || current)
  if (wanted === null) throw new Refusal('not signed in: latchkey login URL', 4)
  const context = contexts[wanted]
  if (!context) throw new Refusal(`there is no context "${wanted}": latchkey context ls`, 2)
  return context
}

/** A server that needs no credential: an argument, LATCHKEY_URL, or the current context's. */
export function chosenUrl(env: Environment, given?: string, context?: string): string {
  if (given !== undefined) return readUrl(given)
  return env.LATCHKEY_URL && context === undefined
    ? readUrl(env.LATCHKEY_URL)
    : chosenContext(env, context).url
}

export function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Refusal(`"${text}" is not the address of a server, such as https://keys.example`, 2)
  }
  return url.origin
}

/** @param source is named in the error; the value never is */
export function readApiKey(text: string, source: string): Credential {
  const match = /^(api_[0-9a-f]+):(\S+)$/.exec(text.trim())
  if (!match) throw new Refusal(`${source} must be api_ID:SECRET`, 2)
  return { kind: 'api_key', id: match[1] ?? '', secret: match[2] ?? '' }
}

export function headersOf(credential: Credential): Headers {
  return credential.kind === 'session' ? bearer(credential.token) : basic(credential.id, credential.secret)
}
