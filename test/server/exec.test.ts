/** `latchkey exec`: a client that spells a vendor's host reaches this server, and nothing else is touched. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type AddressInfo, connect as connectPlain, createServer, type Server } from 'node:net'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect, createServer as createTlsServer } from 'node:tls'
import { expect, test } from 'vitest'
import { createAuthority } from '../../scripts/cli/exec/authority.ts'
import { isHostOf, VENDOR_DOMAINS } from '../../scripts/cli/exec/vendors.ts'
import { SELF_SIGNED_CERTIFICATE, SELF_SIGNED_KEY } from '../support/pair-certificate.ts'
import { sharedServer } from '../support/server.ts'

const LATCHKEY = resolve(import.meta.dirname, '../../scripts/latchkey.ts')
const { url, credentials } = sharedServer()

function exec(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [LATCHKEY, 'exec', '--url', url, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nowhere', ...env },
    encoding: 'utf8',
  })
  return { code: status, stdout, stderr }
}

/** Beside servers of this process. */
async function execAsync(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [LATCHKEY, 'exec', '--url', url, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nowhere', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { stdout, stderr }
}

function listen(server: Server): Promise<void> {
  return new Promise((done) => server.listen(0, '0.0.0.0', () => done()))
}

/** Runs in the child: asks the vendor's host by name, with this Node and with curl, and looks around. */
const LOOK = `
const { execFileSync } = require('node:child_process')
const { readFileSync, statSync } = require('node:fs')
const { connect } = require('node:net')
const body = new URLSearchParams({ client_id: process.env.ID, client_secret: process.env.SECRET })
const host = 'https://config.private.zscaler.com'
const proxy = new URL(process.env.HTTPS_PROXY)
const withoutPassword = new Promise((resolve) => {
  const socket = connect(Number(proxy.port), proxy.hostname, () => socket.write('CONNECT config.private.zscaler.com:443 HTTP/1.1\\r\\n\\r\\n'))
  socket.once('data', (data) => resolve(String(data).split(' ')[1]))
})
;(async () => {
  const signedIn = await fetch(host + '/signin', { method: 'POST', body })
  const { access_token } = await signedIn.json()
  const path = '/mgmtconfig/v1/admin/customers/' + process.env.CUSTOMER + '/associationType/CONNECTOR_GRP/provisioningKey'
  const list = execFileSync('curl', ['-sS', '-H', '@-', host + path], { input: 'Authorization: Bearer ' + access_token })
  const plain = await fetch('http://127.0.0.1:' + proxy.port, { headers: { Connection: 'close' } })
  const bundle = readFileSync(process.env.SSL_CERT_FILE, 'utf8')
  console.log(JSON.stringify({
    signedIn: signedIn.status,
    listed: JSON.parse(list).totalPages !== undefined,
    withoutPassword: await withoutPassword,
    plain: plain.status,
    isLastOfBundle: bundle.trimEnd().endsWith(readFileSync(process.env.NODE_EXTRA_CA_CERTS, 'utf8').trimEnd()),
    certificates: bundle.split('BEGIN CERTIFICATE').length - 1,
    mode: (statSync(process.env.SSL_CERT_FILE).mode & 0o777).toString(8),
    isInArguments: readFileSync('/proc/' + process.ppid + '/cmdline', 'utf8').includes(proxy.password),
    file: process.env.SSL_CERT_FILE,
  }))
})()`

test('the vendor’s host is this server to Node and to curl, for the child alone, and nothing is left afterwards', () => {
  const { client_id, client_secret, customer_id } = credentials.zpa
  const env = { ID: client_id, SECRET: client_secret, CUSTOMER: customer_id }
  const run = exec(['--zpa', '--', process.execPath, '-e', LOOK], env)
  expect([run.code, run.stderr]).toEqual([0, ''])
  const { file, certificates, ...seen } = JSON.parse(run.stdout)
  expect(seen).toEqual({
    signedIn: 200,
    listed: true,
    withoutPassword: '407',
    plain: 405,
    isLastOfBundle: true,
    mode: '600',
    isInArguments: false,
  })
  // The system's, and this one.
  expect(certificates).toBeGreaterThan(50)
  expect(existsSync(file)).toBe(false)
})

test('another host passes through unread, also by the proxy that the network has', async () => {
  const other = createTlsServer({ cert: SELF_SIGNED_CERTIFICATE, key: SELF_SIGNED_KEY }, (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother'),
  )
  const asked: string[] = []
  // As a network's own proxy, which is asked for everything else.
  const upstream = createServer((client) => {
    client.on('error', () => client.destroy())
    client.once('data', (data) => {
      asked.push(String(data))
      const server = connectPlain((other.address() as AddressInfo).port, '127.0.0.1')
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      client.pipe(server).pipe(client)
      server.on('error', () => client.destroy())
    })
  })
  await listen(other)
  await listen(upstream)
  const { port } = other.address() as AddressInfo
  // `-k`: the certificate must be the other server's own, which -v shows.
  const curl = ['--illumio', '--', 'curl', '-sSkv', `https://127.0.0.2:${port}/`]
  const run = (env = {}) => execAsync(curl, env)
  const direct = await run()
  expect([direct.stdout, direct.stderr]).toEqual(['other', expect.not.stringContaining('latchkey exec')])
  const proxied = await run({
    HTTPS_PROXY: `http://user:pass%20word@127.0.0.1:${(upstream.address() as AddressInfo).port}`,
  })
  expect(proxied.stdout).toBe('other')
  expect(asked[0]).toContain(`CONNECT 127.0.0.2:${port} HTTP/1.1`)
  expect(asked[0]).toContain(`Basic ${Buffer.from('user:pass word').toString('base64')}`)
  other.close()
  upstream.close()
})

test('its certificates are good for the vendor’s hosts and no others, even if its key signed one', async () => {
  const authority = await createAuthority(['zsapi.net'])
  const server = createTlsServer({
    SNICallback: (name, done) => void authority.contextOf(name).then((context) => done(null, context), done),
  })
  await listen(server)
  const { port } = server.address() as AddressInfo
  const verdict = (servername: string) =>
    new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', servername, ca: authority.certificate }, () => {
        socket.destroy()
        resolve('trusted')
      })
      socket.once('error', ({ message }) => resolve(message))
    })
  expect(await verdict('zsapi.net')).toBe('trusted')
  expect(await verdict('api.beta.zsapi.net')).toBe('trusted')
  expect(await verdict('keys.example')).toBe('permitted subtree violation')
  server.close()
})

test('a host is the vendor’s by its whole name or as a subdomain', () => {
  const isZpa = (host: string) => isHostOf(host, VENDOR_DOMAINS.zpa)
  expect(['config.private.zscaler.com', 'acme.zslogin.net', 'API.ZSAPI.NET'].every(isZpa)).toBe(true)
  expect(['zscaler.com', 'notzsapi.net', 'zsapi.net.evil.example', '127.0.0.1'].some(isZpa)).toBe(false)
})

test.each([
  [['--zpa', '--', 'sh', '-c', 'exit 7'], 7, ''],
  [['--zpa', '--', 'sh', '-c', 'kill -TERM $$'], 143, ''],
  [['--zpa', '--', '/no/such/program'], 2, 'latchkey: cannot run /no/such/program'],
  [['--', 'true'], 2, 'say whose hosts'],
  [['--zpa', '--illumio', '--', 'true'], 2, 'cannot be used with'],
] as const)('%j ends with %i', (args, code, said) => {
  const run = exec(args)
  expect([run.code, run.stdout]).toEqual([code, ''])
  expect(run.stderr).toContain(said)
})
