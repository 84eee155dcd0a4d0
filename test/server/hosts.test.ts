/**
 * Host headers on the socket that is really served: those that no URL can be made of are answered like any other, and
 * those that would choose the path are refused.
 */
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { sharedServer, startTestServer } from '../support/server.ts'

const ODD_HOSTS = [
  'a b',
  '[::',
  '[::]:x',
  ']',
  'a:b:c',
  '%',
  '%zz',
  'a%00b',
  '<>',
  'exa mple.com:99999',
  '',
  ' ',
  'é',
  '127.0.0.1:65536',
  'xn--',
]

const GLUED = '/zpa/mgmtconfig/v1/admin/customers/1/apiKeys&page=2'

/** They end the host of a URL: what follows would be its path, its query, or another host. */
const AMBIGUOUS_HOSTS = [
  'a/b',
  'a?b',
  'a#b',
  'a@b',
  'a\\b',
  'a/.well-known/jwks.json?',
  'a#',
  '/',
  '127.0.0.1:1/x',
]

/** The status of the answer to one request, sent byte by byte as it stands. */
async function statusOf(url: string, lines: readonly string[]): Promise<number> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(Buffer.from(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`, 'latin1'))
  const answer = await text(socket)
  return Number(/^HTTP\/1\.1 ([0-9]{3}) /.exec(answer)?.[1])
}

test('a Host that no URL can be made of is no failure, on any path, and the server goes on', async () => {
  const server = await startTestServer()
  const paths = [
    '/healthz',
    '/api/v2/noop',
    '/api/v2//noop',
    '/openapi.json',
    '/v1/keys?limit=1',
    '/no/such',
    '/mgmtconfig/v1/admin/customers/1/apiKeys',
    GLUED,
    '/',
  ]
  const failed: string[] = []
  for (const host of ODD_HOSTS) {
    for (const path of paths) {
      const status = await statusOf(server.url, [`GET ${path} HTTP/1.1`, `Host: ${host}`])
      if (!(status >= 200 && status < 500)) failed.push(`${JSON.stringify(host)} ${path}: ${status}`)
    }
  }
  expect(failed).toEqual([])
  for (const target of [
    '*',
    'http://a b/healthz',
    'http://[::/healthz',
    '//',
    '///healthz',
    '/%',
    '/?',
    '?',
  ]) {
    expect(await statusOf(server.url, [`GET ${target} HTTP/1.1`, 'Host: a']), target).toBeLessThan(500)
  }
  // What is answered with such a host is what is answered with a good one.
  expect(await statusOf(server.url, ['GET /healthz HTTP/1.1', 'Host: a b'])).toBe(200)
  expect(await statusOf(server.url, ['GET /api/v2//noop HTTP/1.1', 'Host: [::'])).toBe(401)
  expect(await statusOf(server.url, [`GET ${GLUED} HTTP/1.1`, 'Host: [::'])).toBe(401)
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  expect(server.output()).not.toMatch(/Uncaught exception/)
  await server.stop()
})

test('a Host that would choose the path is refused, on any path and in any dialect', async () => {
  const server = sharedServer()
  const paths = ['/healthz', '/no/such', '/', '/v1/keys', '/api/v2/noop', '/api/v2/health', '/api_sign_in']
  const answered: string[] = []
  for (const host of AMBIGUOUS_HOSTS) {
    for (const path of [...paths, '/api/v3/things', '/api/v3/no/such', GLUED]) {
      const status = await statusOf(server.url, [`GET ${path} HTTP/1.1`, `Host: ${host}`])
      if (status !== 400) answered.push(`${host} ${path}: ${status}`)
    }
  }
  expect(answered).toEqual([])
})

test('the server is no proxy: CONNECT is refused, and it goes on', async () => {
  const server = sharedServer()
  const { host } = new URL(server.url)
  for (const target of [host, 'a:80', '/healthz']) {
    expect(
      await statusOf(server.url, [`CONNECT ${target} HTTP/1.1`, `Host: ${host}`]),
    ).toBeGreaterThanOrEqual(400)
  }
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
})
