import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { createServer, type Server } from 'node:tls'
import { Refusal } from '../cli/refusal.ts'
import { keepSelfSigned, type ServerCertificate } from './certificate.ts'
import type { Settings } from './settings.ts'

export type TlsFront = { readonly port: number; open(direct: URL): void; close(): Promise<void> }

const RENEWAL_CHECK_MS = 86_400_000

/** Ends TLS here and passes the bytes on: HTTP is read in one place only, by workerd. */
export async function openTlsFront(settings: Settings, names: readonly string[]): Promise<TlsFront> {
  const current = () => readCertificate(settings, names)
  const { certificate, key } = await current()
  const server = makeServer(certificate, key, settings)
  let target: URL | null = null
  const connections = new Set<Socket>()
  server.on('secureConnection', (client) => {
    // The port is held from the start; before the Worker can serve no connection is accepted.
    if (target === null) return void client.destroy()
    const inner = connect({ host: target.hostname, port: Number(target.port), noDelay: true })
    client.setNoDelay(true)
    // Either side going ends the other; a client that vanishes is no news.
    pipeline(client, inner, client, () => {
      inner.destroy()
      client.destroy()
    })
  })
  server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  const port = await listen(server, settings)
  // A server that runs for a year outlives its certificate, unless it looks now and then.
  const renewal = setInterval(() => {
    current().then(
      ({ certificate, key }) => server.setSecureContext({ cert: certificate, key }),
      console.error,
    )
  }, RENEWAL_CHECK_MS)
  renewal.unref()
  return {
    port,
    open(direct) {
      target = direct
    },
    close() {
      clearInterval(renewal)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of connections) socket.destroy()
      return closed
    },
  }
}

async function readCertificate(settings: Settings, names: readonly string[]): Promise<ServerCertificate> {
  if (settings.tls.kind !== 'files') return keepSelfSigned(settings.data, names, new Date())
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      throw new Refusal(`LATCHKEY_TLS names ${path}, which cannot be read`, 2)
    }
  }
  return { certificate: read(settings.tls.certificate), key: read(settings.tls.key) }
}

function makeServer(certificate: string, key: string, settings: Settings): Server {
  try {
    return createServer({ cert: certificate, key, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] })
  } catch (error) {
    if (settings.tls.kind !== 'files') throw error
    throw new Refusal('LATCHKEY_TLS does not name a certificate and its key, both in PEM', 2)
  }
}

function listen(server: Server, { host, port }: Settings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
