import { Agent, request } from 'node:http'

export type Answer = {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  /** The parsed JSON, or null when there was no body. */
  readonly body: unknown
}

export type Call = {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly authorization?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export type Client = { call(call: Call): Promise<Answer>; close(): void }

const TIMEOUT_MS = 10_000

/** JSON over a limited number of kept connections; rejects when the connection breaks before the answer is whole. */
export function openClient(url: string, connections: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, timeout: TIMEOUT_MS })
  return {
    call: (call) => send(agent, url, call),
    close: () => agent.destroy(),
  }
}

function send(
  agent: Agent,
  url: string,
  { method, path, authorization, headers, body }: Call,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? null : JSON.stringify(body)
    const outgoing = request(new URL(path, url).href, {
      agent,
      method,
      timeout: TIMEOUT_MS,
      headers: {
        ...headers,
        ...(authorization === undefined ? {} : { Authorization: authorization }),
        ...(text === null
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
      },
    })
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)))
    outgoing.once('error', reject)
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString()
        try {
          const parsed: unknown = text === '' ? null : JSON.parse(text)
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parsed })
        } catch {
          reject(new Error(`${method} ${path} answered ${response.statusCode} with what is not JSON`))
        }
      })
    })
    outgoing.end(text)
  })
}
