/** Webhooks from outside: a real receiver over TLS, real processes, a server that is killed. */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer as createPlainServer } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Json } from '../../scripts/lib/http/answer.ts'
import { certificatePath, keepSelfSigned } from '../../scripts/lib/server/certificate.ts'
import { openNative } from '../support/native-operator.ts'
import { endServersOn, eventually, startTestServer, type TestServer } from '../support/server.ts'

type Got = {
  readonly path: string
  readonly headers: Record<string, string>
  readonly text: string
  readonly at: number
}

const LATCHKEY = resolve(import.meta.dirname, '../../scripts/latchkey.ts')
const undo = new AsyncDisposableStack()
const got: Got[] = []
let receiver: string
let env: Readonly<Record<string, string>>
let server: TestServer

afterAll(() => undo.disposeAsync())

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-receiver-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  const { certificate, key } = await keepSelfSigned(folder, ['localhost', '127.0.0.1'], new Date())
  const listening = createServer({ cert: certificate, key }, async (request, response) => {
    const path = request.url ?? ''
    let text = ''
    for await (const chunk of request) text += chunk
    got.push({ path, headers: request.headers as Record<string, string>, text, at: Date.now() })
    switch (path) {
      case '/silent':
        return
      case '/closes':
        response.writeHead(200, { 'Content-Length': '100' }).write('early')
        return void response.socket?.destroy()
      case '/elsewhere':
        return void response.writeHead(302, { Location: '/in' }).end()
      case '/large':
        return void response.end('x'.repeat(5 * 2 ** 20))
      case '/gone':
        return void response.writeHead(410).end()
      default:
        response.writeHead(204).end()
    }
  })
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done))
  undo.defer(() => {
    listening.closeAllConnections()
    listening.close()
  })
  receiver = `https://localhost:${(listening.address() as { port: number }).port}`
  env = { LATCHKEY_EGRESS: 'private', NODE_EXTRA_CA_CERTS: certificatePath(folder) }
  const data = join(folder, 'data')
  cpSync(inject('firstState'), data, { recursive: true })
  undo.defer(() => endServersOn(data))
  server = await startTestServer({ ...env, LATCHKEY_DATA: data })
})

const at = (path: string) => got.filter((one) => one.path === path)
const bodies = (path: string): Json[] => at(path).map(({ text }) => JSON.parse(text))

async function makeWebhook(path: string, types: readonly string[] | null = null): Promise<Json> {
  const { status, json } = await openNative(server).ask('POST', '/v1/webhooks', {
    url: receiver + path,
    types,
  })
  expect([status, json]).toEqual([201, json])
  return json
}

async function deliveryOf({ id }: Json): Promise<Json> {
  const { json } = await openNative(server).ask('GET', `/v1/webhooks/${id}/deliveries?limit=1`)
  return json.items[0]
}

test('each way to fail is recorded by its name, while another receiver gets all within seconds', async () => {
  const outcomes = {
    '/closes': 'unreachable',
    '/elsewhere': 'redirected',
    '/large': 'too_large',
    '/gone': 'refused',
  }
  const failing: [Json, string][] = []
  for (const [path, outcome] of Object.entries(outcomes)) {
    failing.push([await makeWebhook(path, ['profile.create']), outcome])
  }
  await makeWebhook('/silent', ['profile.create'])
  const good = await makeWebhook('/good', ['profile.create'])
  const native = openNative(server)
  await native.profile()
  for (const [webhook, outcome] of failing) {
    await eventually(async () => (await deliveryOf(webhook))?.outcome === outcome)
  }
  await eventually(() => at('/silent').length > 0)
  for (let n = 0; n < 5; n++) await native.ask('POST', '/v1/profiles', { name: `more ${n}` })
  await eventually(() => at('/good').length >= 6, 10_000)
  const [{ headers, text } = { headers: {}, text: '' }] = at('/good')
  expect(new Webhook(good.secret).verify(text, headers)).toMatchObject({ type: 'profile.create' })
  const { json } = await native.ask('GET', '/v1/webhooks')
  const gone = json.items.find(({ url }: Json) => url.endsWith('/gone'))
  expect([gone.enabled, gone.disabled_reason]).toEqual([false, 'gone'])
})

test('SIGKILL between commits and deliveries: the receiver gets each event, and those of a key in order', async () => {
  const webhook = await makeWebhook('/kept', ['agent.enroll'])
  const before = openNative(server)
  const key = await before.key({ profile_id: await before.profile(), max_uses: 300 })
  let killed: Promise<unknown> | null = null
  let acknowledged = 0
  await Promise.allSettled(
    Array.from({ length: 300 }, async () => {
      const { status } = await before.enroll(key.code)
      if (status === 201) acknowledged++
      if (acknowledged >= 150) killed ??= server.kill('group')
    }),
  )
  await killed
  server = await startTestServer({ ...env, LATCHKEY_DATA: server.data })
  const after = openNative(server)
  // A management call delivers all that its ledger had for D1.
  await after.ask('PATCH', `/v1/keys/${key.id}`, { name: 'settled' })
  const { json } = await after.ask('GET', `/v1/keys/${key.id}`)
  const uses = () =>
    new Map(bodies('/kept').map(({ data }) => [data.detail.use as number, data.seq as number]))
  await eventually(() => uses().size === json.uses, 50_000)

  expect(json.uses).toBeGreaterThanOrEqual(acknowledged)
  const inOrder = [...uses()].sort(([a], [b]) => a - b).map(([, seq]) => seq)
  expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b))
  const ids = new Map(
    at('/kept').map(({ headers, text }) => [headers['webhook-id'], JSON.parse(text).data.id]),
  )
  expect(ids.size).toBe(json.uses)
  for (const { headers, text } of at('/kept')) new Webhook(webhook.secret).verify(text, headers)
  expect(
    at('/kept')
      .map(({ text }) => text)
      .join(),
  ).not.toContain(key.code)
})

test('latchkey listen forwards what happens to a local program, signed under the secret that it prints', async () => {
  const forwarded: { headers: Record<string, string>; text: string }[] = []
  const program = createPlainServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    forwarded.push({ headers: request.headers as Record<string, string>, text })
    response.writeHead(200).end()
  })
  await new Promise<void>((done) => program.listen(0, '127.0.0.1', done))
  undo.defer(() => void program.close())
  const { auth_username, secret } = server.credentials.illumio
  const target = `http://127.0.0.1:${(program.address() as { port: number }).port}`
  const listening = spawn(
    process.execPath,
    [LATCHKEY, 'listen', '--forward-to', target, '--type', 'profile.create'],
    { env: { ...process.env, LATCHKEY_URL: server.url, LATCHKEY_API_KEY: `${auth_username}:${secret}` } },
  )
  undo.defer(() => void listening.kill())
  let notes = ''
  listening.stderr.on('data', (chunk) => {
    notes += chunk
  })
  await eventually(() => /whsec_\S+/.test(notes))
  await openNative(server).ask('POST', '/v1/profiles', { name: 'heard' })
  await eventually(() => forwarded.length > 0)
  const [message] = forwarded as [(typeof forwarded)[number]]
  const own = new Webhook(/whsec_\S+/.exec(notes)?.[0] ?? '')
  expect(own.verify(message.text, message.headers)).toMatchObject({
    type: 'profile.create',
    data: { seq: 1 },
  })
})
