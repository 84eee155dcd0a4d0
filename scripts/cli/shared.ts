/** What every command shares: the global options, the chosen server, and names instead of ids. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { Refusal } from '../lib/cli/refusal.ts'
import type { Json } from '../lib/http/answer.ts'
import { type Api, type List, openApi, type Query } from './api.ts'
import { chosenContext, headersOf } from './contexts.ts'
import { note, type OutputOptions } from './output.ts'

export type GlobalOptions = OutputOptions & { readonly context?: string; readonly input: boolean }

export function optionsOf<T>(command: Command): T & GlobalOptions {
  return command.optsWithGlobals()
}

/** The server of the chosen context, with its credential. */
export function signedIn(command: Command): Api {
  const { context } = optionsOf(command)
  const { url, credential } = chosenContext(process.env, context)
  return openApi(url, headersOf(credential))
}

/** The same for work of many requests, which waits while the budget of requests is used up. */
export function signedInPatiently(command: Command): Api {
  const { context } = optionsOf(command)
  const { url, credential } = chosenContext(process.env, context)
  const onWait = (seconds: number) => note(`the server asks to wait: going on in ${seconds} s`)
  return openApi(url, headersOf(credential), { onWait })
}

/** A profile by its id or its whole name. */
export async function findProfile(api: Api, named: string): Promise<Json> {
  if (/^prf_[0-9]+$/.test(named)) return api.get(`/v1/profiles/${named}`)
  const { items } = await api.list('/v1/profiles', { name: named })
  return api.get(`/v1/profiles/${only(items, 'profile', named)}`)
}

/** A key by its id or its whole name. */
export async function findKey(api: Api, named: string): Promise<Json> {
  if (/^key_[0-9]+$/.test(named)) return api.get(`/v1/keys/${named}`)
  const { items } = await api.list('/v1/keys', { q: named })
  return api.get(`/v1/keys/${only(items, 'key', named)}`)
}

/** An agent by its id, or the host name of one that is active. */
export async function findAgent(api: Api, named: string): Promise<Json> {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(named)) return api.get(`/v1/agents/${named}`)
  const { items } = await listAgents(api, { hostname: named, state: 'active' })
  return api.get(`/v1/agents/${only(items, 'active agent', named, 'hostname')}`)
}

/** An enrollment may take two seconds to be listed: no agents right after the first one would mislead. */
export async function listAgents(api: Api, query: Query, limit?: number): Promise<List> {
  for (let tries = 1; ; tries++) {
    const list = await api.list('/v1/agents', query, limit)
    if (list.items.length > 0 || tries === 5) return list
    await sleep(500)
  }
}

/** The id: a list may be behind what its items are by now. */
function only(items: readonly Json[], kind: string, named: string, member = 'name'): string {
  const those = items.filter((item) => item[member] === named)
  if (those.length > 1) {
    const ids = those.map(({ id }) => id).join(', ')
    throw new Refusal(`${those.length} ${kind}s are called "${named}": name one by its id: ${ids}`, 2)
  }
  if (!those[0]) throw new Refusal(`there is no ${kind} "${named}"`, 3)
  return those[0].id
}

/** A time, relative to now: `in 7 d`, `3 h ago`. */
export function relative(time: string | null | undefined): string | null {
  if (!time) return null
  const seconds = Math.round((Date.parse(time) - Date.now()) / 1_000)
  // From two of a unit on, so that rounding is never off by half of the time.
  const [size, unit] = UNITS.find(([size]) => Math.abs(seconds) >= 2 * size) ?? [1, 's']
  const amount = `${Math.round(Math.abs(seconds) / size)} ${unit}`
  return seconds < 0 ? `${amount} ago` : `in ${amount}`
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
]
