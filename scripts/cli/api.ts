/** The native API as the commands call it: an answer, or one line and an exit code. */
import { Refusal } from '../lib/cli/refusal.ts'
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
}

const TIMEOUT_MS = 30_000
const PAGE = 500

/** @param headers null: without a credential */
export function openApi(url: string, headers: Headers | null, signal?: AbortSignal): Api {
  const client = openFetch(url, { headers, timeoutMs: TIMEOUT_MS, signal })
  async function send(method: string, path: string, body?: Body): Promise<Answer> {
    try {
      return await client.ask(method, path, body)
    } catch (error) {
      throw new Refusal(`cannot reach ${url}: ${reasonOf(error)}`, 5)
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
  }
}

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}

/** A refusal of the server: its own words, and the request id that its operators can look up. */
export function refusalOf(answer: Answer, url: string, isSignedIn: boolean): Refusal {
  const { status, headers, text } = answer
  const problem = parse(text)
  if (problem?.code === undefined) {
    return new Refusal(
      `${url} answered ${status}, which is no answer of Latchkey's API: is it another server, or an older version?`,
    )
  }
  const errors = (problem.errors ?? []).map(
    ({ pointer, detail }: { pointer: string; detail: string }) => `\n  ${pointer || 'input'}: ${detail}`,
  )
  const retry = headers['retry-after'] === undefined ? '' : `; try again in ${headers['retry-after']} s`
  const said = `${problem.detail} (${problem.code}${retry}; request ${problem.request_id})${errors.join('')}`
  if (status === 401 && isSignedIn) {
    return new Refusal(`${said}\nThe credential is not accepted: latchkey login ${url}`, 4)
  }
  return new Refusal(said, status >= 500 && status !== 503 ? 1 : 3)
}

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

/** What `fetch` hides in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1_000} s`
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : error.message
}
