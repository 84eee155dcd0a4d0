/** A receiver gets every event although the server is killed between commits and deliveries: at least once, and numbered in order. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { signatures } from '../../src/core/webhooks/signature.ts'
import type { Progress } from '../lib/cli/progress.ts'
import { type Client, openClient } from '../lib/http/agent-client.ts'
import type { Json } from '../lib/http/answer.ts'
import { basic } from '../lib/http/credential.ts'
import { certificatePath, keepSelfSigned } from '../lib/server/certificate.ts'
import { must } from './api/ask.ts'
import { atLeast, type Check, exactly, none, type Part } from './report.ts'
import { startSubject } from './subject.ts'

export type WebhooksPlan = {
  /** Enrollments, each of which is an event. */
  readonly events: number
  readonly kills: number
  readonly killEvery: { readonly least: number; readonly most: number }
}

const KEYS = 4
const MACHINES = 16
/** Of this many attempts one is answered with status 500. */
const REFUSED_EVERY = 500
/** The receiver has to catch up within this after the last enrollment. */
const PATIENCE_MS = 30 * 60_000
const POLL_MS = 200

/** An event as it was received first. */
type Received = { readonly key: string; readonly use: number; readonly seq: number }

type Receiver = {
  readonly url: string
  readonly certificate: string
  /** By `webhook-id`, of what was answered 2xx. */
  readonly received: ReadonlyMap<string, Received>
  readonly seen: { attempts: number; readonly unsigned: string[]; readonly renumbered: string[] }
  secret: Uint8Array<ArrayBuffer>
}

export async function proveWebhooks(
  plan: WebhooksPlan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Part> {
  await using undo = new AsyncDisposableStack()
  const receiver = await startReceiver(undo)
  const subject = await startSubject(undo, {
    LATCHKEY_EGRESS: 'private',
    NODE_EXTRA_CA_CERTS: receiver.certificate,
  })
  const client = openClient(subject.url, MACHINES + 1)
  undo.defer(() => client.close())
  const { auth_username: username, secret } = subject.credentials.illumio
  const headers = basic(username, secret)
  const post = (path: string, json: unknown) => must(client, { method: 'POST', path, headers, json })
  const webhook = await post('/v1/webhooks', { url: receiver.url, types: ['agent.enroll'] })
  receiver.secret = new Uint8Array(Buffer.from(webhook.secret.slice('whsec_'.length), 'base64'))
  const { id: profile_id } = await post('/v1/profiles', { name: 'webhooks' })
  const keys: Json[] = []
  for (let n = 0; n < KEYS; n++) keys.push(await post('/v1/keys', { profile_id, max_uses: null }))

  progress.begin('webhooks: enrollments while the server is killed')
  const working = new AbortController()
  const trouble = crashNowAndThen(plan, subject, AbortSignal.any([working.signal, signal]))
  let left = plan.events
  const machine = async () => {
    while (left > 0) {
      signal.throwIfAborted()
      const { code } = keys[left-- % KEYS]
      await enroll(client, subject.up, code)
      progress.step()
    }
  }
  await Promise.all(Array.from({ length: MACHINES }, machine)).finally(() => working.abort())
  const kills = await trouble
  await subject.up()

  progress.begin('webhooks: until the receiver has all')
  const uses = new Map<string, number>()
  for (const { id } of keys) {
    // A management call brings D1 all that the ledger has for it.
    const changed = await must(client, {
      method: 'PATCH',
      path: `/v1/keys/${id}`,
      headers,
      json: { name: 'told' },
    })
    uses.set(id, changed.uses)
  }
  const wanted = [...uses.values()].reduce((sum, n) => sum + n, 0)
  const begin = performance.now()
  while (receiver.received.size < wanted && performance.now() - begin < PATIENCE_MS) {
    signal.throwIfAborted()
    await delay(POLL_MS)
  }
  const { attempts, unsigned, renumbered } = receiver.seen
  return {
    title: 'Webhooks',
    notes: [
      `${wanted} enrollments by ${KEYS} keys, ${kills} SIGKILLs; ${attempts} attempts, ` +
        `${((performance.now() - begin) / 1_000).toFixed(1)} s after the last enrollment until the receiver had all.`,
    ],
    checks: [
      atLeast('enrollments', wanted, plan.events),
      atLeast('SIGKILLs', kills, plan.kills),
      exactly('events that the receiver has', receiver.received.size, wanted),
      ...orderOf(receiver.received, uses),
      none('attempts whose signature or time is wrong', unsigned),
      none('messages that came under two numbers', renumbered),
    ],
  }
}

/** Again and again until it is answered: the server may be down, or have answered before it was killed. */
async function enroll(client: Client, up: () => Promise<void>, code: string): Promise<void> {
  const json = { code, claim: randomBytes(24).toString('base64url') }
  for (;;) {
    const answer = await client.ask({ method: 'POST', path: '/v1/enroll', json }).catch(() => null)
    if (answer?.status === 200 || answer?.status === 201) return
    await up()
    await delay(POLL_MS)
  }
}

async function crashNowAndThen(
  { kills, killEvery: { least, most } }: WebhooksPlan,
  { crash }: Pick<Awaited<ReturnType<typeof startSubject>>, 'crash'>,
  signal: AbortSignal,
): Promise<number> {
  for (let kill = 0; kill < kills; kill++) {
    await delay(least + Math.random() * (most - least), undefined, { signal }).catch(() => {})
    if (signal.aborted) return kill
    await crash(kill % 2 === 0 ? 'group' : 'workerd')
  }
  return kills
}

/** Each use of each key, once, and in the order of their numbers. */
function orderOf(received: ReadonlyMap<string, Received>, uses: ReadonlyMap<string, number>): Check[] {
  const ofKeys = Map.groupBy(received.values(), ({ key }) => key)
  const missing: string[] = []
  const disordered: string[] = []
  for (const [key, count] of uses) {
    const its = (ofKeys.get(key) ?? []).toSorted((a, b) => a.seq - b.seq)
    const has = new Set(its.map(({ use }) => use))
    for (let use = 1; use <= count; use++) if (!has.has(use)) missing.push(`${key}, use ${use}`)
    for (const [i, { use, seq }] of its.entries()) {
      if (use < (its[i - 1]?.use ?? 0)) disordered.push(`${key}, use ${use}, seq ${seq}`)
    }
  }
  return [none('uses without an event', missing), none('events of a key out of order', disordered)]
}

async function startReceiver(undo: AsyncDisposableStack): Promise<Receiver> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-proof-receiver-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  const { certificate, key } = await keepSelfSigned(folder, ['localhost'], new Date())
  const received = new Map<string, Received>()
  const seen: Receiver['seen'] = { attempts: 0, unsigned: [], renumbered: [] }
  const server: Server = createServer({ cert: certificate, key }, async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const header = (name: string) => String(request.headers[name])
    const [id, timestamp] = [header('webhook-id'), Number(header('webhook-timestamp'))]
    const isTimely = Math.abs(Date.now() / 1_000 - timestamp) < 300
    const right = await signatures([receiver.secret], { id, timestamp, body })
    if (!isTimely || header('webhook-signature') !== right) seen.unsigned.push(id)
    if (++seen.attempts % REFUSED_EVERY === 0) return void response.writeHead(500).end()
    const { data } = JSON.parse(body)
    const before = received.get(id)
    if (before && before.seq !== data.seq) seen.renumbered.push(id)
    received.set(id, { key: data.detail.key, use: data.detail.use, seq: data.seq })
    response.writeHead(204).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  undo.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('a server that listens has a port')
  const receiver: Receiver = {
    url: `https://localhost:${address.port}/`,
    certificate: certificatePath(folder),
    received,
    seen,
    secret: new Uint8Array(),
  }
  return receiver
}
