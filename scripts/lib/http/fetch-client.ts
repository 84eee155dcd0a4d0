import type { Answer, Json } from './answer.ts'
import { good } from './answer.ts'
import type { Headers } from './credential.ts'

/** A form is sent as one, text as it is, anything else as JSON. */
export type Body = object | string | URLSearchParams

export type FetchClient = {
  /** Rejects when no whole answer came. @param headers replace the client's own */
  ask(method: string, path: string, body?: Body, headers?: Headers | null): Promise<Answer>
  /** The answer as it comes. Its beginning has to be there in time; the rest may take as long as it does. */
  open(method: string, path: string): Promise<Response>
  /** The JSON of an answer that must be a good one. */
  must(method: string, path: string, body?: Body, headers?: Headers | null): Promise<Json>
}

type Settings = {
  /** The credential of every request. */
  readonly headers?: Headers | null
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

const TIMEOUT_MS = 60_000

/** One request at a time to a server, from wherever; for loads there is `openClient`. */
export function openFetch(
  url: string | URL,
  { headers: own = null, timeoutMs = TIMEOUT_MS, signal }: Settings = {},
): FetchClient {
  function send(timeout: AbortSignal, method: string, path: string, body?: Body, headers = own) {
    const isForm = body instanceof URLSearchParams
    const text =
      body === undefined ? '' : typeof body === 'string' || isForm ? `${body}` : JSON.stringify(body)
    const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
    return fetch(new URL(path, url), {
      method,
      headers: { ...(body !== undefined && { 'Content-Type': type }), ...headers?.(text) },
      body: body === undefined ? null : text,
      // A credential goes where it was meant to go, or nowhere.
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
  }
  async function ask(method: string, path: string, body?: Body, headers = own): Promise<Answer> {
    const response = await send(AbortSignal.timeout(timeoutMs), method, path, body, headers)
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text: await response.text(),
    }
  }
  return {
    ask,
    async open(method, path) {
      const late = new AbortController()
      const timer = setTimeout(() => late.abort(new DOMException('', 'TimeoutError')), timeoutMs)
      try {
        return await send(late.signal, method, path)
      } finally {
        clearTimeout(timer)
      }
    },
    must: async (method, path, body, headers) =>
      good(await ask(method, path, body, headers), `${method} ${path}`),
  }
}
