import { Agent, request } from 'node:http'
import type { Answer } from './answer.ts'
import type { Headers } from './credential.ts'

export type Ask = {
  readonly method: string
  readonly path: string
  readonly headers?: Headers | null
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly raw?: { readonly type: string | null; readonly body: string | Buffer }
}

export type Client = {
  /** Rejects when no whole answer came. @param dropAfterMs hangs up so long after the request was sent */
  ask(ask: Ask, dropAfterMs?: number): Promise<Answer>
  close(): void
}

const TIMEOUT_MS = 30_000

/** Over a limited number of kept connections. Any method may have a body, and a GET can be sent one. */
export function openClient(url: string, connections: number, timeoutMs = TIMEOUT_MS): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    ask: (ask, dropAfterMs) => send(agent, url, ask, timeoutMs, dropAfterMs),
    close: () => agent.destroy(),
  }
}

function send(agent: Agent, url: string, ask: Ask, timeoutMs: number, dropAfterMs?: number): Promise<Answer> {
  const content =
    ask.raw ?? (ask.json === undefined ? null : { type: 'application/json', body: JSON.stringify(ask.json) })
  return new Promise((resolve, reject) => {
    // Not through URL, which would tidy the path.
    const { hostname, port } = new URL(url)
    const outgoing = request({
      agent,
      hostname,
      port,
      method: ask.method,
      path: ask.path,
      timeout: timeoutMs,
      headers: {
        ...ask.headers?.(content?.body ?? ''),
        ...(content && { 'Content-Length': Buffer.byteLength(content.body) }),
        ...(content?.type && { 'Content-Type': content.type }),
      },
    })
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer in ${timeoutMs} ms`)))
    outgoing.once('error', reject)
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('aborted', () => reject(new Error('the answer broke off')))
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      })
    })
    if (dropAfterMs !== undefined) {
      outgoing.once('finish', () => setTimeout(() => outgoing.destroy(new Error('hung up')), dropAfterMs))
    }
    outgoing.end(content?.body)
  })
}
