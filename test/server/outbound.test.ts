/** Where the Worker's own requests lead, and how much of an answer they take. */
import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { certificatePath, keepSelfSigned } from '../../scripts/lib/server/certificate.ts'
import { OUTBOUND_BYTES, OUTBOUND_SECONDS, type OutboundRequest } from '../../src/core/outbound/port.ts'
import { type OutboundWorker, startOutboundWorkers } from '../support/outbound-worker.ts'

/** What a local server saw, by the path that was asked for. */
type Seen = { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: string }

const undo = new AsyncDisposableStack()
const seen: Seen[] = []
let connections = 0
let port = 0
let strict: OutboundWorker
let open: OutboundWorker

beforeAll(async () => {
  const server = await listen(['localhost', '127.0.0.1', '::1'])
  port = server.port
  // The other files of this process must not have it.
  vi.stubEnv('NODE_EXTRA_CA_CERTS', server.certificatePath)
  undo.defer(() => void vi.unstubAllEnvs())
  ;[strict, open] = (await startOutboundWorkers(undo, ['public', 'private'])) as [
    OutboundWorker,
    OutboundWorker,
  ]
})

/** A server on every address of this machine, with a certificate of its own. */
async function listen(names: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-outbound-server-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  const { certificate, key } = await keepSelfSigned(folder, names, new Date())
  const server = createServer(
    { cert: certificate, key },
    (request, response) => void answer(request, response),
  )
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '::', resolve))
  undo.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('a server that listens has a port')
  return { port: address.port, certificatePath: certificatePath(folder) }
}

afterAll(() => undo.disposeAsync())

const get = (path: string, host = 'localhost'): OutboundRequest => ({
  method: 'GET',
  url: `https://${host}:${port}${path}`,
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? ''
  let body = ''
  for await (const chunk of request) body += chunk
  seen.push({ path, headers: request.headers, body })
  const redirect = /^\/redirect\/(\d+)$/.exec(path)?.[1]
  if (redirect !== undefined) return void response.writeHead(Number(redirect), { Location: '/good' }).end()
  const bytes = /^\/bytes\/(\d+)$/.exec(path)?.[1]
  if (bytes !== undefined) return void response.end('x'.repeat(Number(bytes)))
  switch (path) {
    case '/good':
      return void response.end('good')
    case '/gone':
      return void response.writeHead(410).end('gone')
    case '/silent':
      return
    case '/slow': {
      response.write('x')
      const drip = setInterval(() => response.write('x'), 200)
      return void response.on('close', () => clearInterval(drip))
    }
    case '/endless': {
      // Without a length, and faster than the time runs out.
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
        response.once('drain', more)
      }
      return more()
    }
    case '/bomb':
      response.writeHead(200, { 'Content-Encoding': 'gzip' })
      return void response.end(gzipSync('x'.repeat(OUTBOUND_BYTES * 100)))
    default:
      return void response.writeHead(404).end()
  }
}

const LOOPBACK = [
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '0177.0.0.1',
  '2130706433',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '0.0.0.0',
  '[::]',
  'localhost',
  'LOCALHOST',
]

/** This machine's own, as far as they are not public. */
const PRIVATE = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .filter(
    ({ internal, address, family }) => !internal && family === 'IPv4' && /^(10|172|192\.168)\./.test(address),
  )
  .map(({ address }) => address)

test.each([...LOOPBACK, ...PRIVATE])('%s is this machine, and is not connected to', async (host) => {
  const before = connections
  expect(await strict(get('/good', host))).toEqual({ kind: 'failed', failure: 'unreachable' })
  expect(connections).toBe(before)
})

test.each([
  '10.1.2.3',
  '172.16.1.2',
  '192.168.1.2',
  '169.254.169.254',
  '[fd00::1]',
  '[fe80::1]',
  '[::ffff:10.1.2.3]',
])('%s is no public address, and is refused at once', async (host) => {
  expect(await strict(get('/good', host))).toEqual({ kind: 'failed', failure: 'unreachable' })
})

test('LATCHKEY_EGRESS=private reaches this machine in every spelling that its certificate names', async () => {
  for (const host of ['localhost', '127.0.0.1', '[::1]', '0x7f.1', '2130706433']) {
    expect([host, await open(get('/good', host))]).toEqual([
      host,
      { kind: 'answered', status: 200, body: 'good' },
    ])
  }
})

test('a server whose certificate is not trusted is no answer', async () => {
  const { port: other } = await listen(['localhost'])
  expect(await open({ method: 'GET', url: `https://localhost:${other}/good` })).toEqual({
    kind: 'failed',
    failure: 'unreachable',
  })
})

test.each([
  ['http', () => `http://localhost:${port}/good`],
  ['a user name', () => `https://user@localhost:${port}/good`],
  ['a password', () => `https://:secret@localhost:${port}/good`],
  ['another scheme', () => 'data:text/plain,good'],
  ['a file', () => 'file:///etc/passwd'],
  ['no URL', () => 'localhost/good'],
  ['an empty one', () => ''],
])('%s is refused before anything is sent', async (_, url) => {
  const before = connections
  expect(await open({ method: 'GET', url: url() })).toEqual({ kind: 'failed', failure: 'url_refused' })
  expect(connections).toBe(before)
})

test.each([300, 301, 302, 303, 304, 307, 308])('%i is a failure, and is not followed', async (status) => {
  const before = seen.length
  expect(await open(get(`/redirect/${status}`))).toEqual({ kind: 'failed', failure: 'redirected' })
  expect(seen.slice(before).map(({ path }) => path)).toEqual([`/redirect/${status}`])
})

test.each(['/silent', '/slow'])('%s: what is not whole after some seconds is a failure', async (path) => {
  const begin = Date.now()
  expect(await open(get(path), 'usual')).toEqual({ kind: 'failed', failure: 'timed_out' })
  expect(Date.now() - begin).toBeGreaterThanOrEqual(OUTBOUND_SECONDS * 1_000 - 100)
})

test('64 KiB are taken, and one byte more is not, whether it is announced, endless or unpacked', async () => {
  const whole = { kind: 'answered', status: 200, body: 'x'.repeat(OUTBOUND_BYTES) }
  expect(await open(get(`/bytes/${OUTBOUND_BYTES}`))).toEqual(whole)
  for (const path of [`/bytes/${OUTBOUND_BYTES + 1}`, '/endless', '/bomb']) {
    expect([path, await open(get(path))]).toEqual([path, { kind: 'failed', failure: 'too_large' }])
  }
})

test('an answer that is an error is an answer, and a POST arrives as it was given, without a credential', async () => {
  expect(await open(get('/gone'))).toEqual({ kind: 'answered', status: 410, body: 'gone' })
  const headers = [
    ['content-type', 'application/json'],
    ['webhook-id', 'msg_1'],
  ] as const
  const body = '{"a":"ä"}'
  const sent = await open({ method: 'POST', url: `https://localhost:${port}/good`, headers, body })
  expect(sent).toEqual({ kind: 'answered', status: 200, body: 'good' })
  const { headers: arrived, body: got } = seen.at(-1) ?? { headers: {}, body: '' }
  expect(got).toBe(body)
  expect(arrived).toMatchObject(Object.fromEntries(headers))
  expect(Object.keys(arrived)).not.toContain('authorization')
  expect(Object.keys(arrived)).not.toContain('cookie')
})

test('a server that is not there is a failure', async () => {
  expect(await open({ method: 'GET', url: 'https://127.0.0.1:1/' })).toEqual({
    kind: 'failed',
    failure: 'unreachable',
  })
})
