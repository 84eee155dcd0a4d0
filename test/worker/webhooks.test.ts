/** Webhooks: what is queued, what receivers get, and what becomes of it (docs/guides/webhooks.md). */
import { env } from 'cloudflare:workers'
import { Webhook } from 'standardwebhooks'
import { beforeEach, describe, expect, test } from 'vitest'
import { formatEvent } from '../../src/compose.ts'
import type { AuditEvent } from '../../src/core/events/event.ts'
import { eventId } from '../../src/core/kernel/time/event-id.ts'
import type { OutboundFailure, OutboundRequest, OutboundResult } from '../../src/core/outbound/port.ts'
import { createDeliveries, deliverDue } from '../../src/core/webhooks/deliver.ts'
import { MAX_QUEUED } from '../../src/core/webhooks/port.ts'
import { MAX_ATTEMPTS } from '../../src/core/webhooks/schedule.ts'
import { insertEvent } from '../../src/stores/d1/batch.ts'
import { insertEvents } from '../../src/stores/d1/outbox/projections.ts'
import { compose, composedPorts } from '../support/composed.ts'
import {
  anyone,
  type Client,
  clientOf,
  type Json,
  newOrganization,
  type Organization,
} from '../support/native-client.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let acme: Organization
/** Its owner, where no object delivers: the test does. */
let owner: Client
beforeEach(async () => {
  acme = await newOrganization()
  const { fetch } = await compose({ webhookDeliverer: { wake: async () => {} } })
  owner = clientOf(acme.authorization, fetch)
})

type Answer = number | OutboundFailure

/** Makes attempts as an organization's object does, with a receiver and a clock of the test's own. */
async function deliverer(answer: (request: OutboundRequest) => Answer | Promise<Answer> = () => 204) {
  const clock = { now: Date.now() }
  const sent: OutboundRequest[] = []
  const { ports } = await composedPorts({
    now: () => clock.now,
    outbound: async (request): Promise<OutboundResult> => {
      sent.push(request)
      const answered = await answer(request)
      return typeof answered === 'number'
        ? { kind: 'answered', status: answered, body: new Uint8Array() }
        : { kind: 'failed', failure: answered }
    },
  })
  return {
    clock,
    sent,
    ports,
    /** All that is due by now. */
    async deliver({ id }: { readonly id: string }) {
      while ((await deliverDue(ports, acme.id, id, formatEvent)) > 0) {}
    },
    /** As time goes by, until nothing waits or it has been that long. */
    async deliverFor({ id }: { readonly id: string }, milliseconds: number, step = 60_000) {
      const end = clock.now + milliseconds
      for (; clock.now <= end; clock.now += step) {
        while ((await deliverDue(ports, acme.id, id, formatEvent)) > 0) {}
      }
    },
  }
}

async function makeWebhook(members: object = {}): Promise<Json> {
  const made = await owner('POST', '/v1/webhooks', { url: 'https://hooks.example/in', ...members })
  if (made.status !== 201) throw new Error(made.text)
  return made.json
}

/** Something happens: an event of D1's own. */
async function happen(times = 1): Promise<void> {
  for (let n = 0; n < times; n++) {
    const made = await owner('POST', '/v1/service-accounts', { name: crypto.randomUUID() })
    if (made.status !== 201) throw new Error(made.text)
  }
}

const get = async ({ id }: Json): Promise<Json> => (await owner('GET', `/v1/webhooks/${id}`)).json
const deliveries = async ({ id }: Json): Promise<Json[]> =>
  (await owner('GET', `/v1/webhooks/${id}/deliveries`)).json.items
const headersOf = ({ headers = [] }: OutboundRequest) => Object.fromEntries(headers) as Record<string, string>
const bodyOf = ({ body = '' }: OutboundRequest): Json => JSON.parse(body)

async function queueOf({ id }: Json): Promise<Json[]> {
  const text = 'SELECT seq, event_id, attempts, due_at FROM webhook_queue WHERE endpoint_id = ? ORDER BY seq'
  return (await env.DB.prepare(text).bind(id).all()).results
}

/** As a receiver sees it at that time. */
function verifies(secret: string, request: OutboundRequest, now: number): boolean {
  const { 'webhook-timestamp': timestamp } = headersOf(request)
  if (Math.abs(Number(timestamp) - now / 1_000) > 300) return false
  const own = Date.now
  Date.now = () => now
  try {
    new Webhook(secret).verify(request.body ?? '', headersOf(request))
    return true
  } catch {
    return false
  } finally {
    Date.now = own
  }
}

describe('what a receiver gets', () => {
  test('an enrollment without what the platform of its machine claims', async () => {
    const webhook = await makeWebhook({ types: ['agent.enroll'] })
    const [id, at] = [eventId(Date.now()), Date.now()]
    await insertEvents(env.DB, [
      {
        ...{ id, at, organization: acme.id, type: 'agent.enroll', isSuccess: true },
        cause: { actor: { kind: 'system' }, request: { id: '', method: '', path: '', address: null } },
        subject: { kind: 'agent', id: '1', name: 'web-01' },
        detail: { key: '1', use: 1, identity: { issuer: 'https://issuer.example', claims: { '/sub': 'x' } } },
      },
    ])?.run()
    const { deliver, sent } = await deliverer()
    await deliver(webhook)
    const [request] = sent as [OutboundRequest]
    expect(bodyOf(request).data).toMatchObject({ id, detail: { use: 1 } })
    expect(request.body).not.toContain('issuer')
  })

  test('an event as the API shows it, signed so that Standard Webhooks verifies it', async () => {
    const webhook = await makeWebhook()
    await happen()
    const { deliver, sent, clock } = await deliverer()
    await deliver(webhook)

    const [request] = sent as [OutboundRequest]
    expect(sent).toHaveLength(1)
    expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/=]{44}$/)
    expect(verifies(webhook.secret, request, clock.now)).toBe(true)
    expect(verifies('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', request, clock.now)).toBe(false)
    const { type, timestamp, data } = bodyOf(request)
    const shown = (await owner('GET', `/v1/events/${data.id}`)).json
    expect({ type, timestamp, data }).toEqual({
      type: shown.type,
      timestamp: shown.at,
      data: { ...shown, seq: 1 },
    })
    expect(headersOf(request)['webhook-id']).toBe(`msg_${data.id}`)
    expect(request).toMatchObject({ method: 'POST', url: webhook.url, seconds: 15 })
    expect(await get(webhook)).toMatchObject({ queued: 0, failing_since: null })
  })

  test('what ledgers record, once each, in the order of the uses of a key, and never a code', async () => {
    const key = await acme.key({ max_uses: 5 })
    const webhook = await makeWebhook({ types: ['agent.*', 'key.*'] })
    const claims = Array.from({ length: 5 }, () => crypto.randomUUID() + crypto.randomUUID())
    for (const claim of claims) await anyone('POST', '/v1/enroll', { code: key.code, claim })
    // A management call delivers all that its ledger had for D1.
    await owner('PATCH', `/v1/keys/${key.id}`, { name: 'renamed' })
    const { deliver, sent } = await deliverer()
    await env.DB.prepare('UPDATE webhook_queue SET due_at = 0 WHERE endpoint_id = ?').bind(webhook.id).run()
    await deliver(webhook)

    const bodies = sent.map(bodyOf).sort((a, b) => a.data.seq - b.data.seq)
    const enrolled = bodies.filter(({ type }) => type === 'agent.enroll')
    expect(new Set(bodies.map(({ data }) => data.id)).size).toBe(bodies.length)
    expect(enrolled).toHaveLength(5)
    const times = enrolled.map(({ data }) => data.at)
    expect(times).toEqual([...times].sort())
    expect(bodies.map(({ type }) => type)).toContain('key.update')
    const text = sent.map(({ body }) => body).join()
    for (const secret of [key.code, key.code.slice(3), ...claims]) expect(text).not.toContain(secret)
  })

  test('only the types that it asks for, numbered without gaps', async () => {
    const some = await makeWebhook({ types: ['label.*', 'user.create'] })
    const all = await makeWebhook()
    await happen(2)
    await owner('POST', '/v1/users', { email: `${crypto.randomUUID()}@test.example` })
    await happen(1)

    expect((await get(some)).types).toContain('label.delete')
    expect((await queueOf(some)).map(({ seq }) => seq)).toEqual([1])
    const numbers = (await queueOf(all)).map(({ seq }) => seq)
    expect(numbers.length).toBeGreaterThanOrEqual(4)
    expect(numbers).toEqual(numbers.map((_, i) => i + 1))
  })

  test('a test, which no other webhook gets', async () => {
    const [webhook, other] = [await makeWebhook(), await makeWebhook()]
    const tested = await owner('POST', `/v1/webhooks/${webhook.id}/test`)
    const { deliver, sent } = await deliverer()
    await deliver(webhook)

    expect(tested.status).toBe(202)
    expect(sent.map((one) => headersOf(one)['webhook-id'])).toContain(tested.json.message_id)
    const ids = (await queueOf(other)).map(({ event_id }) => `msg_${event_id}`)
    expect(ids).not.toContain(tested.json.message_id)
  })
})

describe('an event is queued exactly when it is committed', () => {
  const eventNow = (): AuditEvent => ({
    id: eventId(Date.now()),
    organization: acme.id,
    at: Date.now(),
    type: 'label.create',
    isSuccess: true,
    cause: { actor: { kind: 'system' }, request: { id: '', method: '', path: '', address: null } },
    subject: { kind: 'label', id: '1', name: 'a' },
    detail: {},
  })

  test('a batch that fails queues nothing, and one that succeeds all', async () => {
    const webhook = await makeWebhook()
    const [lost, kept] = [eventNow(), eventNow()]
    const failing = [insertEvent(env.DB, lost), env.DB.prepare("SELECT json('no JSON')")]
    await expect(env.DB.batch(failing)).rejects.toThrow()
    await env.DB.batch([insertEvent(env.DB, kept)])
    expect((await queueOf(webhook)).map(({ event_id }) => event_id)).toEqual([kept.id])
  })

  test('while it is disabled nothing is queued for it, and what waits stays', async () => {
    const webhook = await makeWebhook()
    await happen()
    await owner('PATCH', `/v1/webhooks/${webhook.id}`, { enabled: false })
    const before = await queueOf(webhook)
    await happen(2)
    const { deliver, sent } = await deliverer()
    await deliver(webhook)
    expect([await queueOf(webhook), sent]).toEqual([before, []])
    await owner('PATCH', `/v1/webhooks/${webhook.id}`, { enabled: true })
    await deliver(webhook)
    expect(sent.length).toBeGreaterThanOrEqual(before.length)
    expect(await get(webhook)).toMatchObject({ queued: 0, enabled: true })
  })

  test('what does not fit the queue is counted, and leaves a gap in the numbers', async () => {
    const webhook = await makeWebhook()
    const setQueued = (n: number) =>
      env.DB.prepare('UPDATE webhook_endpoints SET queued = ? WHERE id = ?').bind(n, webhook.id).run()
    await happen()
    await setQueued(MAX_QUEUED)
    await happen(2)
    await setQueued(MAX_QUEUED - 1)
    await happen(2)
    expect((await queueOf(webhook)).map(({ seq }) => seq)).toEqual([1, 4])
    expect(await get(webhook)).toMatchObject({ queued: MAX_QUEUED, skipped: 3 })
  })

  test('a webhook that is deleted gets nothing more, and what waited is removed', async () => {
    const webhook = await makeWebhook()
    await happen(3)
    expect((await owner('DELETE', `/v1/webhooks/${webhook.id}`)).status).toBe(204)
    const { deliver, sent, ports } = await deliverer()
    await deliver(webhook)
    expect(sent).toEqual([])
    while ((await ports.webhooks.purge(0, 100)) > 0) {}
    expect(await queueOf(webhook)).toEqual([])
    expect((await owner('GET', `/v1/webhooks/${webhook.id}`)).status).toBe(404)
  })
})

describe('an attempt that fails', () => {
  test('is made again on the schedule, under the same id and signed for its own time, until the last one', async () => {
    const webhook = await makeWebhook()
    await happen()
    const at: number[] = []
    const { deliverFor, sent, clock } = await deliverer(() => {
      at.push(clock.now)
      return 500
    })
    const begin = clock.now
    await deliverFor(webhook, 20_000, 1_000)
    await deliverFor(webhook, 90 * HOUR, 5 * 60_000)

    const hours = at.map((time) => (time - begin) / HOUR)
    const wanted = [0, 0, 0.08, 0.58, 2.6, 7.6, 17.6, 31.6, 51.6, 75.6]
    expect(hours).toHaveLength(MAX_ATTEMPTS)
    // Later by a tenth at most, and by the steps of this clock.
    for (const [i, hour] of hours.entries()) {
      expect(hour).toBeGreaterThanOrEqual((wanted[i] ?? 0) - 0.01)
      expect(hour).toBeLessThanOrEqual((wanted[i] ?? 0) * 1.1 + 1)
    }
    expect(new Set(sent.map((one) => headersOf(one)['webhook-id'])).size).toBe(1)
    for (const [i, request] of sent.entries()) {
      expect(verifies(webhook.secret, request, at[i] ?? 0)).toBe(true)
    }
    const [delivery] = await deliveries(webhook)
    expect(delivery).toMatchObject({
      state: 'failed',
      attempts: MAX_ATTEMPTS,
      outcome: 'refused',
      status: 500,
    })
    expect(await queueOf(webhook)).toEqual([])
  })

  test.each(['redirected', 'timed_out', 'too_large', 'unreachable', 'url_refused'] as const)(
    'because it was %s is recorded, and the message is kept',
    async (failure) => {
      const webhook = await makeWebhook()
      await happen()
      const { deliver } = await deliverer(() => failure)
      await deliver(webhook)
      const [delivery] = await deliveries(webhook)
      expect(delivery).toMatchObject({ state: 'retrying', outcome: failure, status: null, attempts: 1 })
      expect(await get(webhook)).toMatchObject({ queued: 1, failing_since: expect.any(String) })
    },
  )

  test('with 410 disables the webhook, says so in an event, and keeps what waits', async () => {
    const [webhook, watcher] = [await makeWebhook(), await makeWebhook({ types: ['webhook.disable'] })]
    await happen(2)
    let status = 410
    const { deliver, sent } = await deliverer(() => status)
    await deliver(webhook)
    expect(await get(webhook)).toMatchObject({ enabled: false, disabled_reason: 'gone' })
    const [event] = await acme.events('webhook.disable')
    expect(event).toMatchObject({
      subject: { id: webhook.id, name: 'hooks.example' },
      detail: { reason: 'gone' },
    })
    expect(await queueOf(watcher)).toHaveLength(1)

    status = 204
    sent.length = 0
    await owner('PATCH', `/v1/webhooks/${webhook.id}`, { enabled: true })
    const later = await deliverer()
    later.clock.now += 60_000
    await later.deliver(webhook)
    const numbers = new Set(later.sent.map((one) => bodyOf(one).data.seq))
    expect([...numbers].sort()).toEqual(expect.arrayContaining([2, 3]))
  })

  test('for three days in a row disables the webhook', async () => {
    const webhook = await makeWebhook()
    const { deliverFor } = await deliverer(() => 'unreachable')
    await happen(20)
    await deliverFor(webhook, 3 * DAY, HOUR)
    expect(await get(webhook)).toMatchObject({ enabled: true, disabled_reason: null })
    await deliverFor(webhook, 2 * DAY, HOUR)
    expect(await get(webhook)).toMatchObject({ enabled: false, disabled_reason: 'failing' })
    expect(await acme.events('webhook.disable')).toHaveLength(1)
  })

  test('again and again is tried with one message at a time, less and less often', async () => {
    const webhook = await makeWebhook()
    await happen(50)
    const { deliver, deliverFor, sent } = await deliverer(() => 'timed_out')
    await deliver(webhook)
    expect(sent.length).toBeLessThanOrEqual(32)
    sent.length = 0
    await deliverFor(webhook, HOUR, 10_000)
    expect(sent.length).toBeLessThan(30)
    expect(await get(webhook)).toMatchObject({ queued: 50 })
  })

  test('before the clock stepped back by a year is made again at once', async () => {
    const webhook = await makeWebhook()
    await happen()
    let status = 500
    const { deliver, clock } = await deliverer(() => status)
    clock.now += 365 * DAY
    await deliver(webhook)
    clock.now -= 365 * DAY
    status = 200
    await deliver(webhook)
    expect(await queueOf(webhook)).toEqual([])
  })
})

describe('one organization’s receivers', () => {
  test('do not wait for one that never answers', async () => {
    const [slow, quick] = [await makeWebhook({ url: 'https://slow.example' }), await makeWebhook()]
    await happen(40)
    const hanging = Promise.withResolvers<Answer>()
    const { ports, sent } = await deliverer(({ url }) => (url === slow.url ? hanging.promise : 204))
    const noProblem = (error: unknown) => {
      throw error
    }
    const { pump } = createDeliveries(ports, formatEvent, {
      keep: () => {},
      soon: () => {},
      failed: noProblem,
    })
    await pump(acme.id)
    await expect.poll(async () => (await get(quick)).queued).toBe(0)
    await happen()
    await pump(acme.id)
    await expect.poll(async () => (await get(quick)).queued).toBe(0)
    expect(sent.filter(({ url }) => url === slow.url)).toHaveLength(8)
    hanging.resolve(204)
    await expect.poll(async () => (await get(slow)).queued).toBe(0)
  })
})

describe('secrets', () => {
  test('sign together for 24 hours after a rotation', async () => {
    const webhook = await makeWebhook()
    const rotated = await owner('POST', `/v1/webhooks/${webhook.id}/rotate-secret`)
    expect([rotated.status, rotated.json.secret]).toEqual([200, expect.stringMatching(/^whsec_/)])
    const { deliver, sent, clock } = await deliverer()
    await deliver(webhook)
    const both = sent.at(-1) as OutboundRequest
    for (const { secret } of [webhook, rotated.json]) expect(verifies(secret, both, clock.now)).toBe(true)
    clock.now += DAY
    await happen()
    await deliver(webhook)
    const alone = sent.at(-1) as OutboundRequest
    expect(verifies(webhook.secret, alone, clock.now)).toBe(false)
    expect(verifies(rotated.json.secret, alone, clock.now)).toBe(true)
  })

  test('are shown once, sealed in D1, and in no event', async () => {
    const webhook = await makeWebhook()
    const bare = webhook.secret.slice('whsec_'.length)
    const row = await env.DB.prepare('SELECT * FROM webhook_endpoints WHERE id = ?').bind(webhook.id).first()
    const { results } = await env.DB.prepare('SELECT record FROM events WHERE organization_id = ?')
      .bind(acme.id)
      .all()
    const seen = JSON.stringify([row, results, await get(webhook), (await owner('GET', '/v1/webhooks')).json])
    expect(seen).not.toContain(bare)
  })

  test('are sealed again under a new version of the ring', async () => {
    const webhook = await makeWebhook()
    await owner('POST', `/v1/webhooks/${webhook.id}/rotate-secret`)
    const { ports } = await composedPorts()
    const contexts: string[] = []
    await ports.deployment.reseal(
      async (context, sealed) => {
        contexts.push(context)
        return sealed
      },
      1_000_000,
      1_000,
    )
    expect(contexts.filter((one) => one === `webhook_endpoints/${webhook.id}/secret`)).toHaveLength(2)
  })
})

describe('a delivery', () => {
  test('is sent again by a replay, under the same id and number', async () => {
    const webhook = await makeWebhook()
    await happen()
    const { deliver, sent } = await deliverer()
    await deliver(webhook)
    const path = `/v1/webhooks/${webhook.id}/deliveries/1/replay`
    for (const _ of [1, 2]) expect((await owner('POST', path)).status).toBe(202)
    await deliver(webhook)
    const first = sent.filter((one) => bodyOf(one).data.seq === 1)
    expect(first).toHaveLength(2)
    expect(new Set(first.map((one) => headersOf(one)['webhook-id'])).size).toBe(1)
    expect((await owner('POST', `/v1/webhooks/${webhook.id}/deliveries/99/replay`)).status).toBe(404)
    expect(await get(webhook)).toMatchObject({ queued: 0 })
  })

  test('that waits for its next attempt is made at once by a replay', async () => {
    const webhook = await makeWebhook({ types: ['principal.create'] })
    await happen()
    let status = 500
    const { deliver } = await deliverer(() => status)
    await deliver(webhook)
    status = 200
    await owner('POST', `/v1/webhooks/${webhook.id}/deliveries/1/replay`)
    await deliver(webhook)
    expect((await deliveries(webhook))[0]).toMatchObject({ state: 'delivered', attempts: 2 })
    expect(await queueOf(webhook)).toEqual([])
  })

  test('is listed with the newest first, page after page, and forgotten after seven days', async () => {
    const webhook = await makeWebhook({ types: ['principal.create'] })
    await happen(5)
    const { deliver, ports, clock } = await deliverer()
    await deliver(webhook)
    const seen: number[] = []
    let cursor = ''
    do {
      const page = await owner('GET', `/v1/webhooks/${webhook.id}/deliveries?limit=2${cursor}`)
      seen.push(...page.json.items.map(({ seq }: Json) => seq))
      cursor = page.json.next_cursor ? `&cursor=${page.json.next_cursor}` : ''
    } while (cursor)
    expect(seen).toEqual([5, 4, 3, 2, 1])
    while ((await ports.webhooks.purge(clock.now + 1, 100)) > 0) {}
    expect(await deliveries(webhook)).toEqual([])
  })

  test('is counted by its outcome', async () => {
    const webhook = await makeWebhook({ types: ['principal.create'] })
    const { deliver, ports } = await deliverer()
    const delivered = async () =>
      (await ports.webhooks.totals()).find(({ outcome }) => outcome === 'delivered')?.n ?? 0
    const before = await delivered()
    await happen(3)
    await deliver(webhook)
    expect(await delivered()).toBeGreaterThanOrEqual(before + 3)
  })
})

describe('the API', () => {
  test.each([
    'http://hooks.example/',
    'https://user:password@hooks.example/',
    'https://hooks.example/#part',
    'hooks.example',
    '',
  ])('refuses the URL "%s"', async (url) => {
    const refused = await owner('POST', '/v1/webhooks', { url })
    expect([refused.status, refused.json.code]).toEqual([422, 'input_invalid'])
    expect(refused.text).not.toContain('password@')
  })

  test('has at most 20 webhooks an organization', async () => {
    for (let n = 0; n < 20; n++) await makeWebhook()
    const refused = await owner('POST', '/v1/webhooks', { url: 'https://hooks.example' })
    expect([refused.status, refused.json.code]).toEqual([409, 'limit_reached'])
    expect((await owner('GET', '/v1/webhooks')).json.items).toHaveLength(20)
  })

  test('tests and replays nothing of a webhook that is disabled', async () => {
    const webhook = await makeWebhook({ enabled: false })
    for (const path of ['test', 'deliveries/1/replay']) {
      expect((await owner('POST', `/v1/webhooks/${webhook.id}/${path}`)).status).toBe(422)
    }
  })
})
