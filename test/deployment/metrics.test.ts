/** /metrics: who may read it, what it says, and what it never names. */
import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { createMeter } from '../../src/core/deployment/metrics/meter.ts'
import { createMetrics } from '../../src/core/deployment/metrics/metrics.ts'
import { compose, composedPorts } from '../support/composed.ts'
import { anyone, newClaim, newOrganization } from '../support/native-client.ts'

const TOKEN = env.LATCHKEY_METRICS_TOKEN ?? ''
const scrape = async (fetch: Awaited<ReturnType<typeof compose>>['fetch'], token: string | null = TOKEN) =>
  fetch('/metrics', token === null ? {} : { headers: { Authorization: `Bearer ${token}` } })

/** workerd warns of `text()` on a type that it does not know. */
const textOf = async (answer: Response) => new TextDecoder().decode(await answer.arrayBuffer())

/** By series, as they stand in the text. */
function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

async function read(): Promise<ReadonlyMap<string, number>> {
  // Of its own, so that nothing is remembered.
  const { fetch } = await compose()
  return samplesOf(await textOf(await scrape(fetch)))
}

test('only a caller who knows the token reads it, and without a token there is no such path', async () => {
  const { fetch, calls } = await compose()
  expect((await scrape(fetch, null)).status).toBe(401)
  expect((await scrape(fetch, `${TOKEN}x`)).status).toBe(401)
  expect(calls).toEqual([])
  const answer = await scrape(fetch)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toBe(
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
  )
  for (const metricsToken of [null, 'too short']) {
    const without = await compose({ metricsToken })
    expect((await scrape(without.fetch, metricsToken ?? TOKEN)).status).toBe(404)
  }
})

test('a redemption, a repeat, a refusal and a refresh are each counted once', async () => {
  const acme = await newOrganization()
  const key = await acme.key({ max_uses: 1 })
  const before = await read()
  const claim = newClaim()
  const enrolled = (await anyone('POST', '/v1/enroll', { code: key.code, claim })).json
  await anyone('POST', '/v1/enroll', { code: key.code, claim })
  await anyone('POST', '/v1/enroll', { code: key.code, claim: newClaim() })
  const form = { grant_type: 'refresh_token', refresh_token: enrolled.refresh_token }
  expect((await anyone('POST', '/v1/token', undefined, { form })).status).toBe(200)
  const { results } = await env.DB.prepare('SELECT DISTINCT ledger FROM profiles WHERE organization_id = ?')
    .bind(acme.id)
    .all<{ ledger: number }>()
  for (const { ledger } of results) {
    const object = env.LEDGERS.getByName(String(ledger))
    // A delivery, then a report of what none has brought.
    for (let i = 0; i < 3; i++) await runDurableObjectAlarm(object)
  }
  const after = await read()
  const grown = (series: string) => (after.get(series) ?? 0) - (before.get(series) ?? 0)
  const redemptions = (labels: string) => grown(`latchkey_redemptions_total{dialect="native",${labels}}`)
  expect(redemptions('outcome="new"')).toBe(1)
  expect(redemptions('outcome="repeat"')).toBe(1)
  expect(redemptions('outcome="refused",reason="key_spent"')).toBe(1)
  expect(grown('latchkey_token_refreshes_total{outcome="new"}')).toBe(1)
  expect(grown('latchkey_keys{dialect="native",state="spent"}')).toBe(1)
  expect(grown('latchkey_agents{dialect="native",state="active"}')).toBe(1)
})

test('what is read from D1 is read once in fifteen seconds, and never twice as an older one', async () => {
  let now = Date.now()
  const { ports, calls } = await composedPorts()
  const metrics = createMetrics({ ...ports, now: () => now, meter: createMeter('all') })
  const reads = async () => {
    await metrics()
    return calls.filter((call) => call === 'deployment.counts').length
  }
  expect([await reads(), await reads()]).toEqual([1, 1])
  now += 14_999
  expect(await reads()).toBe(1)
  now += 1
  expect(await reads()).toBe(2)
})

test('refused credentials of operators are counted by dialect, and those of machines are not', async () => {
  const { fetch } = await compose()
  const failures = async () =>
    samplesOf(await textOf(await scrape(fetch))).get(
      'latchkey_operator_auth_failures_total{dialect="native",reason="credential_missing"}',
    ) ?? 0
  const before = await failures()
  await fetch('/v1/keys', {})
  await fetch('/v1/agents/self', {})
  await scrape(fetch, null)
  expect((await failures()) - before).toBe(1)
})

test('no label names an organization, a key or an address', async () => {
  const labels = new Set([...(await read()).keys()].flatMap((series) => series.match(/\w+(?==")/g) ?? []))
  const known = ['dialect', 'outcome', 'reason', 'state', 'version', 'kind', 'le']
  expect([...labels].filter((label) => !known.includes(label))).toEqual([])
})
