import { createServer } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { Refusal } from '../cli/refusal.ts'
import { isErrno } from '../state/private-file.ts'
import type { Settings } from './settings.ts'
import { openTlsFront } from './tls.ts'

export type Endpoint = {
  /** Where clients reach it. */
  readonly url: string
  /** Where workerd is to listen. */
  readonly socket: { readonly host: string; readonly port: number }
  /** From now on what arrives goes to the Worker. */
  open(direct: URL): void
  close(): Promise<void>
}

const WILDCARDS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** Whether it means all addresses of this machine. */
export function isWildcard(host: string): boolean {
  return host in WILDCARDS
}

/** Settles the address before the Worker runs, because the Worker gets its own address as a setting (its tokens' issuer). */
export async function prepareEndpoint(settings: Settings): Promise<Endpoint> {
  const { host, port, tls } = settings
  if (tls.kind !== 'off') {
    // workerd's direct sockets speak plain HTTP only; it stays on loopback behind the TLS front.
    const front = await openTlsFront(settings, certificateNames(settings)).catch((e) => refuse(e, host, port))
    return { ...front, url: urlOf('https', host, front.port), socket: { host: '127.0.0.1', port: 0 } }
  }
  const free = await tryPort(host, port).catch((e) => refuse(e, host, port))
  return {
    url: urlOf('http', host, free),
    socket: { host, port: free },
    open: () => {},
    close: async () => {},
  }
}

function certificateNames({ host, publicUrl }: Settings): readonly string[] {
  const reached = isWildcard(host) ? ownAddresses(host) : [host]
  const advertised = publicUrl === null ? [] : [new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')]
  return [...new Set(['localhost', '127.0.0.1', '::1', ...ownName(), ...reached, ...advertised])]
}

// A machine may be called what no certificate can say.
function ownName(): readonly string[] {
  const name = hostname()
  return /^[a-z0-9]([\w.-]*[a-z0-9])?$/i.test(name) ? [name] : []
}

function ownAddresses(host: string): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family }) => family === 'IPv4' || host === '::')
    .map(({ address }) => address)
    .filter((address) => !isLinkLocal(address))
}

// Reached only with the name of an interface (RFC 4007), which means nothing on another machine.
function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address)
}

/** Listens for a moment: says early, and by name, that a port is taken, and turns 0 into a free one. */
function tryPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port))
    })
  })
}

function urlOf(scheme: string, host: string, port: number): string {
  const reached = WILDCARDS[host] ?? host
  // The origin as every client normalizes it: it is what tokens name as their issuer.
  return new URL(`${scheme}://${reached.includes(':') ? `[${reached}]` : reached}:${port}`).origin
}

function refuse(error: unknown, host: string, port: number): never {
  if (isErrno(error, 'EADDRINUSE')) {
    throw new Refusal(`port ${port} on ${host} is in use: stop what has it, or set PORT to another (0 = any)`)
  }
  if (isErrno(error, 'EACCES'))
    throw new Refusal(`not allowed to listen on port ${port}: set PORT to another`)
  if (isErrno(error, 'EADDRNOTAVAIL') || isErrno(error, 'ENOTFOUND')) {
    throw new Refusal(`HOST ${host} is not an address of this machine`, 2)
  }
  throw error
}
