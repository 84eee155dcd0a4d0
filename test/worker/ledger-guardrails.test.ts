import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type KeyRules, NO_RULES } from '../../src/core/enrollment/ledger/rules/key-rules.ts'
import { formatId } from '../../src/core/kernel/ids.ts'
import { attempt, CAUSE, type Ledger, makeKey, makeLedger, must, ORGANIZATION } from '../support/ledger.ts'

const MINUTE = 60_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})

afterEach(() => {
  vi.useRealTimers()
})

function pass(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds)
}

function claim(n: number): string {
  return n.toString(16).padStart(64, '0')
}

function enroll(ledger: Ledger, key: number, n: number, more = {}) {
  return ledger.redeem(attempt(key, claim(n), more)).then(must)
}

async function keyWith(rules: Partial<KeyRules>, maxUses: number | null = null) {
  const { id, ledger } = await makeLedger()
  return { id, ledger, key: await makeKey(ledger, { maxUses, rules }) }
}

describe('a rate', () => {
  const limits = (more: Partial<KeyRules['limits']>) => ({ limits: { ...NO_RULES.limits, ...more } })

  test('of 5 a minute lets 10,000 requests in 10 minutes make 50 agents, never 6 within a minute', async () => {
    const { ledger, key } = await keyWith(limits({ perMinute: 5 }))
    const made: number[] = []
    for (let second = 0; second < 600; second += 6) {
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, i) => enroll(ledger, key, second * 1_000 + i)),
      )
      for (const { kind } of results) if (kind === 'new') made.push(Date.now())
      pass(6_000)
    }
    expect(made).toHaveLength(50)
    for (const [i, at] of made.entries())
      expect((made[i + 5] ?? Infinity) - at).toBeGreaterThanOrEqual(MINUTE)
  })

  test('says when to ask again, and never limits a repeat', async () => {
    const { ledger, key } = await keyWith(limits({ perMinute: 1 }))
    expect(await enroll(ledger, key, 1)).toMatchObject({ kind: 'new' })
    pass(20_000)
    expect(await enroll(ledger, key, 2)).toEqual({
      kind: 'refused',
      reason: 'rate_limited',
      retryAfterMilliseconds: 40_000,
    })
    expect(await enroll(ledger, key, 1)).toMatchObject({ kind: 'repeat' })
    pass(40_000)
    expect(await enroll(ledger, key, 2)).toMatchObject({ kind: 'new' })
  })

  test('of a network counts its addresses as one, and no other network', async () => {
    const { ledger, key } = await keyWith(limits({ perNetworkPerHour: 2 }))
    const from = (n: number, address: string) => enroll(ledger, key, n, { address })
    expect(await from(1, '2001:db8::1')).toMatchObject({ kind: 'new' })
    expect(await from(2, '2001:db8::2')).toMatchObject({ kind: 'new' })
    expect(await from(3, '2001:db8::3')).toMatchObject({ reason: 'rate_limited' })
    expect(await from(4, '192.0.2.1')).toMatchObject({ kind: 'new' })
    pass(60 * MINUTE)
    expect(await from(3, '2001:db8::3')).toMatchObject({ kind: 'new' })
  })

  test('lets a confirmation wait, and its hold stay', async () => {
    const { ledger, key } = await keyWith({ ...limits({ perMinute: 1 }), hold: 'allowed' }, 5)
    for (const n of [1, 2]) await enroll(ledger, key, n, { intent: 'hold' })
    expect(await enroll(ledger, key, 1, { intent: 'confirm' })).toMatchObject({ kind: 'new' })
    expect(await enroll(ledger, key, 2, { intent: 'confirm' })).toMatchObject({ reason: 'rate_limited' })
    expect(must(await ledger.getKey(ORGANIZATION, key))).toMatchObject({ uses: 1, held: 1 })
    pass(MINUTE)
    expect(await enroll(ledger, key, 2, { intent: 'confirm' })).toMatchObject({ kind: 'new' })
  })
})

describe('a key', () => {
  test('lets nothing in before its time, and outside of its windows', async () => {
    vi.setSystemTime(Date.UTC(2030, 0, 7, 12))
    const notBefore = Date.now() + MINUTE
    const windows = [{ days: ['mon' as const], from: '12:00', to: '12:05', timeZone: 'UTC' }]
    const { ledger, key } = await keyWith({ notBefore, windows })
    expect(await enroll(ledger, key, 1)).toMatchObject({ reason: 'key_not_started' })
    pass(MINUTE)
    expect(await enroll(ledger, key, 1)).toMatchObject({ kind: 'new' })
    pass(5 * MINUTE)
    expect(await enroll(ledger, key, 2)).toMatchObject({ reason: 'outside_window' })
    expect(await enroll(ledger, key, 1)).toMatchObject({ kind: 'repeat' })
  })

  test('that is paused refuses new claims only, until it is resumed', async () => {
    const { ledger, key } = await keyWith({ hold: 'allowed' }, 9)
    await enroll(ledger, key, 1)
    await enroll(ledger, key, 2, { intent: 'hold' })
    must(await ledger.pauseKey(ORGANIZATION, key, CAUSE))
    expect(await enroll(ledger, key, 3)).toMatchObject({ reason: 'key_paused' })
    expect(await enroll(ledger, key, 3, { intent: 'hold' })).toMatchObject({ reason: 'key_paused' })
    expect(await enroll(ledger, key, 1)).toMatchObject({ kind: 'repeat' })
    expect(await enroll(ledger, key, 2)).toMatchObject({ kind: 'new' })
    must(await ledger.resumeKey(ORGANIZATION, key, CAUSE))
    expect(await enroll(ledger, key, 3)).toMatchObject({ kind: 'new' })
  })

  const pauseOn = (more: Partial<KeyRules['pauseOn']>) => ({ pauseOn: { ...NO_RULES.pauseOn, ...more } })

  test('pauses when many networks are refused within a minute, in the flush that sees it, and resumes by itself', async () => {
    const rules = pauseOn({ refusedNetworksPerMinute: 3, resumeAfterSeconds: 120 })
    const { id, ledger, key } = await keyWith(rules, 1)
    await enroll(ledger, key, 1)
    for (const n of [2, 3, 4]) {
      expect(await enroll(ledger, key, n, { address: `192.0.2.${n}` })).toMatchObject({ reason: 'key_spent' })
    }
    expect(must(await ledger.getKey(ORGANIZATION, key))).toMatchObject({
      pausedAt: Date.now(),
      resumesAt: Date.now() + 120_000,
    })
    must(await ledger.changeKey(ORGANIZATION, key, { maxUses: 9 }, CAUSE))
    expect(await enroll(ledger, key, 5)).toMatchObject({ reason: 'key_paused' })
    pass(120_000)
    expect(await enroll(ledger, key, 5)).toMatchObject({ kind: 'new' })
    await runDurableObjectAlarm(env.LEDGERS.getByName(String(id)))
    expect(must(await ledger.getKey(ORGANIZATION, key)).pausedAt).toBeNull()
  })

  test('is not paused by the same network again, nor by what no new claim meets', async () => {
    const { ledger, key } = await keyWith(pauseOn({ refusedNetworksPerMinute: 2 }), 1)
    await enroll(ledger, key, 1)
    for (const n of [2, 3, 4]) await enroll(ledger, key, n, { address: '192.0.2.1' })
    must(await ledger.changeKey(ORGANIZATION, key, { isEnabled: false }, CAUSE))
    for (const n of [5, 6, 7]) await enroll(ledger, key, n, { address: `192.0.2.${n}` })
    expect(must(await ledger.getKey(ORGANIZATION, key)).pausedAt).toBeNull()
  })

  test('pauses when the limit of denied claims within an hour is reached', async () => {
    const approval = { expiresSeconds: 600, maxPending: 20, by: 'user' as const }
    const { ledger, key } = await keyWith({ approval, ...pauseOn({ deniedPerHour: 2 }) }, 50)
    for (const n of [1, 2]) {
      await enroll(ledger, key, n)
      must(await ledger.decideClaim(ORGANIZATION, key, claim(n), 'denied', 'user', CAUSE))
    }
    expect(await enroll(ledger, key, 3)).toMatchObject({ reason: 'key_paused' })
  })

  test('that is a decoy redeems nothing, whatever is asked of it', async () => {
    const { ledger, key } = await keyWith({ isDecoy: true, hold: 'allowed' }, 5)
    for (const intent of ['enroll', 'hold', 'confirm', 'cancel'] as const) {
      expect(await enroll(ledger, key, 1, { intent })).toMatchObject({ reason: 'key_decoy' })
    }
    expect(must(await ledger.getKey(ORGANIZATION, key))).toMatchObject({ uses: 0, held: 0 })
  })
})

test('however often a machine holds and cancels, what an operator does is recorded', async () => {
  const { id, ledger, key } = await keyWith({ hold: 'allowed' }, 5)
  for (let n = 0; n < 70; n++) {
    await enroll(ledger, key, 1, { intent: 'hold' })
    await enroll(ledger, key, 1, { intent: 'cancel' })
  }
  must(await ledger.pauseKey(ORGANIZATION, key, CAUSE))
  const { results } = await env.DB.prepare(
    `SELECT type, count(*) AS n FROM events WHERE record ->> '$.subject.id' = ? GROUP BY type`,
  )
    .bind(formatId({ ledger: id, n: key }))
    .all<{ type: string; n: number }>()
  const counts = Object.fromEntries(results.map(({ type, n }) => [type, n]))
  expect(counts['key.paused']).toBe(1)
  expect((counts['use.held'] ?? 0) + (counts['use.returned'] ?? 0)).toBe(60)
})
