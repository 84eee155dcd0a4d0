// Plays the activation endpoint, for the pairing script's own logic: one agent per claim, and
// whatever else a test tells it to answer.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { SELF_SIGNED_CERTIFICATE, SELF_SIGNED_KEY } from './pair-certificate.ts'

export type ActivationRequest = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: ActivationBody
}

export type ActivationBody = {
  readonly activation_code: string
  readonly claim: string
  readonly interfaces: readonly PairInterface[]
  readonly overrides?: unknown
  readonly [fact: string]: unknown
}

export type PairInterface = {
  readonly name: string
  readonly address: string
  readonly cidr_block: number
  readonly default_gateway_address?: string
}

export type ScriptedAnswer =
  | { readonly lost: true }
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
      /** Answer only when this settles. */
      readonly after?: Promise<void>
    }

export type ActivationServer = {
  readonly url: string
  readonly port: number
  /** Every request, in the order of arrival. */
  readonly requests: ActivationRequest[]
  /** How many agents were made. */
  agentCount(): number
  /** The next answers, one each, before it goes back to making agents. */
  answerNext(...answers: readonly ScriptedAnswer[]): void
  /** The agent that this claim made has left: the claim makes a new one. */
  endClaims(): void
  /** Settles when that many requests have come in. */
  received(count: number): Promise<void>
  close(): Promise<void>
}

export async function startActivationServer(scheme: 'http' | 'https' = 'http'): Promise<ActivationServer> {
  const requests: ActivationRequest[] = []
  const answers: ScriptedAnswer[] = []
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  const agents = new Map<string, number>()
  let made = 0

  function activate(claim: string): { status: number; body: string } {
    const known = agents.get(claim)
    const number = known ?? ++made
    agents.set(claim, number)
    return { status: known === undefined ? 201 : 200, body: JSON.stringify(identity(number)) }
  }

  const server = serverFor(scheme).on('request', async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const isJson = request.headers['content-type'] === 'application/json'
    const body = (isJson ? JSON.parse(text) : {}) as ActivationBody
    const { method = '', url: path = '', headers } = request
    requests.push({ method, path, headers, text, body })
    const scripted = answers.shift()
    const usual = scripted === undefined || 'lost' in scripted ? activate(body.claim) : undefined
    for (const waiter of waiting) if (requests.length >= waiter.count) waiter.resolve()
    if (scripted === undefined) {
      response.writeHead(usual?.status ?? 500, { 'content-type': 'application/json' }).end(usual?.body)
    } else if ('lost' in scripted) {
      request.socket.destroy()
    } else {
      await scripted.after
      const answer = scripted.body === undefined && scripted.status < 300 ? activate(body.claim) : scripted
      response.writeHead(answer.status, { 'content-type': 'application/json', ...scripted.headers })
      response.end(answer.body)
    }
  })
  const port = await listen(server)

  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    requests,
    agentCount: () => made,
    answerNext: (...next) => void answers.push(...next),
    endClaims: () => agents.clear(),
    received: (count) =>
      requests.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => void waiting.push({ count, resolve })),
    close: () => closeAll(server),
  }
}

export type Proxy = {
  readonly port: number
  /** What was asked of it: "CONNECT host:port", or "POST http://host:port/path". */
  readonly seen: string[]
  close(): Promise<void>
}

/** A forward proxy: tunnels for https, absolute URLs for http. */
export async function startProxy(): Promise<Proxy> {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer(async (request, response) => {
    seen.push(`${request.method} ${request.url}`)
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const answer = await fetch(request.url ?? '', { method: 'POST', body })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  server.on('connect', (request, client: Socket) => {
    seen.push(`CONNECT ${request.url}`)
    const target = new URL(`http://${request.url}`)
    const upstream = connect(Number(target.port), target.hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\nX-Request-Id: of-the-proxy\r\n\r\n')
      upstream.pipe(client)
      client.pipe(upstream)
    })
    for (const socket of [upstream, client]) sockets.add(socket.on('error', () => socket.destroy()))
  })
  const port = await listen(server)
  return {
    port,
    seen,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return closeAll(server)
    },
  }
}

/** A port of 127.0.0.1 without a listener. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await closeAll(server)
  return port
}

function identity(number: number) {
  return {
    agent: { href: `/orgs/1/agents/${number}` },
    ven: { href: `/orgs/1/vens/uuid-${number}` },
    workload: { href: `/orgs/1/workloads/uuid-${number}` },
    access_token: `access-${number}.a-b_c`,
    token_type: 'Bearer',
    expires_in: 600,
    refresh_token: `refresh-${number}`,
  }
}

function serverFor(scheme: 'http' | 'https'): Server {
  if (scheme === 'http') return createServer()
  return createTlsServer({ cert: SELF_SIGNED_CERTIFICATE, key: SELF_SIGNED_KEY })
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function closeAll(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
