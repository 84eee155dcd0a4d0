/**
 * The one way out. On the embedded runtime it leads through a network that knows public addresses only, and looks at an
 * address after its name was resolved (scripts/lib/server/egress.ts); on Cloudflare through global fetch, where
 * `global_fetch_strictly_public` (wrangler.toml) makes every request one from outside, also to a host of the same zone.
 */
import { concat } from '../../core/kernel/encoding.ts'
import {
  OUTBOUND_BYTES,
  OUTBOUND_SECONDS,
  type Outbound,
  type OutboundFailure,
  type OutboundRequest,
  type OutboundResult,
} from '../../core/outbound/port.ts'

/**
 * @param egress undefined: global fetch
 * @param usualSeconds for the whole of an answer
 */
export function createOutbound(
  egress: Pick<Fetcher, 'fetch'> | undefined,
  usualSeconds = OUTBOUND_SECONDS,
): Outbound {
  return async (request) => {
    if (!mayBeSent(request.url)) return failed('url_refused')
    const deadline = AbortSignal.timeout((request.seconds ?? usualSeconds) * 1_000)
    try {
      const response = await send(egress, request, deadline)
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel()
        return failed('redirected')
      }
      const body = await readBounded(response.body, deadline)
      return body === null ? failed('too_large') : { kind: 'answered', status: response.status, body }
    } catch {
      return failed(deadline.aborted ? 'timed_out' : 'unreachable')
    }
  }
}

function mayBeSent(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return url?.protocol === 'https:' && url.username === '' && url.password === ''
}

function send(
  egress: Pick<Fetcher, 'fetch'> | undefined,
  { method, url, headers = [], body }: OutboundRequest,
  signal: AbortSignal,
): Promise<Response> {
  const init: RequestInit = {
    method,
    // GitHub's API refuses a request without one.
    headers: [['user-agent', 'latchkey'], ...headers.map(([name, value]): [string, string] => [name, value])],
    redirect: 'manual',
    signal,
    ...(body !== undefined && { body }),
  }
  return egress ? egress.fetch(url, init) : fetch(url, init)
}

/** Counts what arrives, whatever its length was said to be; null: it is too much. */
async function readBounded(
  body: ReadableStream<Uint8Array> | null,
  deadline: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (body === null) return new Uint8Array()
  const reader = body.getReader()
  deadline.addEventListener('abort', () => void reader.cancel(deadline.reason).catch(() => {}))
  const chunks: Uint8Array[] = []
  let length = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value)
    length += next.value.length
    if (length > OUTBOUND_BYTES) {
      await reader.cancel()
      return null
    }
  }
  // A cancelled stream ends as if it were whole.
  deadline.throwIfAborted()
  return concat(...chunks)
}

function failed(failure: OutboundFailure): OutboundResult {
  return { kind: 'failed', failure }
}
