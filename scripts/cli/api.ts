/** The native API as the commands call it: an answer, or one line and an exit code. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type ErrorKind, errorOf, type LatchkeyError, unreachable } from '../../client/error.ts'
import { type ExitCode, Refusal } from '../lib/cli/refusal.ts'
import type { Answer, Json } from '../lib/http/answer.ts'
import type { Headers } from '../lib/http/credential.ts'
import { type Body, openFetch } from '../lib/http/fetch-client.ts'

export type Query = Readonly<Record<string, string | number | undefined>>

export type List = { readonly items: readonly Json[]; readonly next_cursor: string | null }

export type Api = {
  readonly url: string
  /** Whatever the server answers. */
  send(method: string, path: string, body?: Body): Promise<Answer>
  /** The JSON of a good answer; null when it has none. */
  ask(method: string, path: string, body?: Body): Promise<Json>
  get(path: string, query?: Query): Promise<Json>
  /** All pages, or as many items as are wanted. */
  list(path: string, query?: Query, limit?: number): Promise<List>
  /** The body of a good answer, as it comes. */
  stream(path: string): AsyncGenerator<Uint8Array>
}

type Ways = {
  /** Before a pause that the server asks for; absent: its refusal ends the command. */
  readonly onWait?: ((seconds: number) => void) | undefined
}

const TIMEOUT_MS = 30_000
const PAGE = 500

/** @param headers null: without a credential */
export function openApi(url: string, headers: Headers | null, { onWait }: Ways = {}): Api {
  const client = openFetch(url, { headers, timeoutMs: TIMEOUT_MS })
  async function send(method: string, path: string, body?: Body): Promise<Answer> {
    for (;;) {
      const answer = await client.ask(method, path, body).catch((error) => {
        throw refusalBy(unreachable(url, error))
      })
      const seconds = onWait ? pauseIn(answer) : null
      if (seconds === null) return answer
      onWait?.(seconds)
      await sleep(seconds * 1_000)
    }
  }
  async function ask(method: string, path: string, body?: Body): Promise<Json> {
    const answer = await send(method, path, body)
    if (answer.status >= 200 && answer.status <= 299) return jsonOf(answer, url)
    throw refusalOf(answer, url, headers !== null)
  }
  const get = (path: string, query: Query = {}) => ask('GET', withQuery(path, query))
  return {
    url,
    send,
    ask,
    get,
    async list(path, query = {}, limit = Number.POSITIVE_INFINITY) {
      const items: Json[] = []
      let cursor: string | null | undefined
      do {
        const size = Math.min(PAGE, limit - items.length)
        const page = await get(path, { ...query, limit: size, cursor: cursor ?? undefined })
        items.push(...page.items)
        cursor = page.next_cursor
      } while (cursor && items.length < limit)
      return { items, next_cursor: cursor ?? null }
    },
    async *stream(path) {
      try {
        const response = await client.open('GET', path)
        if (response.status !== 200) {
          const { status, headers: its } = response
          const answer = { status, headers: Object.fromEntries(its), text: await response.text() }
          throw refusalOf(answer, url, headers !== null)
        }
        yield* response.body ?? []
      } catch (error) {
        throw error instanceof Refusal ? error : refusalBy(unreachable(url, error))
      }
    },
  }
}

const MAX_WAIT_SECONDS = 120

/** For how long a server asks to wait that has begun nothing of the request; null: it does not. */
function pauseIn({ status, headers }: Answer): number | null {
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  const isPause = (status === 429 || status === 503) && seconds >= 0 && seconds <= MAX_WAIT_SECONDS
  return isPause ? seconds : null
}

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}

/** A refusal of the server: its own words, and the request id that its operators can look up. */
export function refusalOf({ status, headers, text }: Answer, url: string, isSignedIn: boolean): Refusal {
  const header = (name: string) => headers[name]?.toString() ?? null
  const error = errorOf({ url, status, header, body: parse(text) })
  if (status === 401 && isSignedIn && error.kind === 'refused') {
    return new Refusal(`${error.message}\nThe credential is not accepted: latchkey login ${url}`, 4)
  }
  return refusalBy(error)
}

/** What the client library throws, with the exit code of its kind. */
export function refusalBy({ kind, status = 0, message }: LatchkeyError): Refusal {
  if (kind === 'refused') return new Refusal(message, status >= 500 && status !== 503 ? 1 : 3)
  return new Refusal(kind === 'not_enrolled' ? `${message}: latchkey enroll` : message, EXIT_CODES[kind])
}

const EXIT_CODES = {
  unreachable: 5,
  unexpected: 1,
  waiting: 3,
  not_enrolled: 4,
  ended: 4,
  state_damaged: 1,
  token_invalid: 3,
} as const satisfies Record<Exclude<ErrorKind, 'refused'>, ExitCode>

function jsonOf({ text }: Answer, url: string): Json {
  if (text === '') return null
  const json = parse(text)
  if (json === null) throw new Refusal(`${url} answered no JSON: is it another server?`)
  return json
}

function parse(text: string): Json | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
