/**
 * A CONNECT proxy on loopback for one child process, which alone has its password. Connections to the vendor's hosts end here,
 * and their requests go to the server; all others pass through unread.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, request as requestHttps } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type Duplex, pipeline } from 'node:stream'
import type { Authority } from './authority.ts'

export type Proxy = {
  /** With its credential. */
  readonly url: string
  close(): void
}

type Settings = {
  /** Where the vendor's requests go. */
  readonly target: URL
  readonly authority: Authority
  isVendor(host: string): boolean
  /** Through which all else goes; null: directly. */
  readonly upstream: URL | null
}

const USER = 'latchkey'
const CONNECT_TIMEOUT_MS = 30_000

export async function openProxy(settings: Settings): Promise<Proxy> {
  const password = randomBytes(24).toString('base64url')
  const expected = Buffer.from(basic(USER, password))
  const sockets = new Set<Duplex>()

  // Never listens: the connections of CONNECT are handed to it. No ALPN but HTTP/1.1, which is what is forwarded.
  const inner = createTlsServer(
    {
      ALPNProtocols: ['http/1.1'],
      SNICallback(name, done) {
        if (!settings.isVendor(name)) return done(new Error('not a host of the vendor'))
        settings.authority.contextOf(name).then((context) => done(null, context), done)
      },
    },
    (request, response) => forward(settings.target, request, response),
  )
  const outer = createServer((_, response) => refuse(response))
  outer.on('connection', (socket) => keep(sockets, socket))
  outer.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy())
    const given = Buffer.from(request.headers['proxy-authorization'] ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return void client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="latchkey exec"\r\nContent-Length: 0\r\n\r\n',
      )
    }
    const place = placeOf(request.url ?? '')
    if (place === null) return void client.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')
    if (!settings.isVendor(place.host)) return passThrough(settings.upstream, place, client, head, sockets)
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    if (head.length > 0) client.unshift(head)
    inner.emit('connection', client)
  })
  await new Promise<void>((resolve, reject) => {
    outer.once('error', reject)
    outer.listen(0, '127.0.0.1', resolve)
  })
  const { port } = outer.address() as AddressInfo
  return {
    url: `http://${USER}:${password}@127.0.0.1:${port}`,
    close() {
      outer.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** Only CONNECT is spoken here: plain HTTP is not led through it. */
function refuse(response: ServerResponse): void {
  response.writeHead(405, { Allow: 'CONNECT' }).end()
}

type Place = { readonly host: string; readonly port: number }

/** `host:port`, IPv6 in brackets. */
function placeOf(authority: string): Place | null {
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^:[\]/]+):([0-9]{1,5})$/i.exec(authority) ?? []
  if (host === undefined || Number(port) > 65_535) return null
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

function forward(target: URL, incoming: IncomingMessage, response: ServerResponse): void {
  const send = target.protocol === 'https:' ? requestHttps : requestHttp
  const outgoing = send({
    protocol: target.protocol,
    hostname: target.hostname.replace(/^\[|\]$/g, ''),
    port: target.port || undefined,
    method: incoming.method,
    path: incoming.url,
    headers: { ...incoming.headers, host: target.host },
  })
  outgoing.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    pipeline(answer, response, () => {})
  })
  outgoing.once('error', () => {
    if (response.headersSent) return void response.destroy()
    // The client shows it as it shows any failure of the vendor's edge.
    response
      .writeHead(502, { 'Content-Type': 'text/plain' })
      .end(`latchkey exec cannot reach ${target.origin}\n`)
  })
  pipeline(incoming, outgoing, () => {})
}

function passThrough(
  upstream: URL | null,
  { host, port }: Place,
  client: Duplex,
  head: Buffer,
  sockets: Set<Duplex>,
): void {
  const through =
    upstream === null ? { host, port } : { host: upstream.hostname, port: Number(upstream.port || 80) }
  const server = connect({ ...through, timeout: CONNECT_TIMEOUT_MS }, () => {
    server.removeListener('error', fail)
    server.setTimeout(0)
    if (upstream === null) client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    // The other proxy's answer is the client's.
    else server.write(connectRequest(upstream, host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`))
    if (head.length > 0) server.write(head)
    pipeline(client, server, client, () => {
      server.destroy()
      client.destroy()
    })
  })
  const fail = () => void client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')
  server.once('error', fail)
  server.once('timeout', () => server.destroy(new Error('no connection in time')))
  keep(sockets, server)
}

function connectRequest({ username, password }: URL, place: string): string {
  const credential = username === '' ? '' : basic(decodeURIComponent(username), decodeURIComponent(password))
  const header = credential === '' ? '' : `Proxy-Authorization: ${credential}\r\n`
  return `CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${header}\r\n`
}

function keep(sockets: Set<Duplex>, socket: Socket): void {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
}
