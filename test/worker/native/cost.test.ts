/** Promise 7: junk costs nothing. What is refused by its tag alone, or answered from a token, touches no store. */
import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, expect, test, vi } from 'vitest'
import { createRefusalGuard } from '../../../src/core/enrollment/redemption/refusal-guard.ts'
import { compose } from '../../support/composed.ts'
import { attempt, CAUSE, makeKey, makeLedger, must, nextLedger } from '../../support/ledger.ts'
import { rowsWrittenBy } from '../../support/ledger-rows.ts'
import {
  anyone,
  basic,
  clientOf,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'

let acme: Organization
beforeAll(async () => {
  acme = await newOrganization()
})

const otherLast = (text: string) => text.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
const enrolled = async (key: Json): Promise<Json> =>
  (await anyone('POST', '/v1/enroll', { code: key.code, claim: newClaim() })).json

test('a made-up or mistyped code is refused with no store touched; a genuine one costs one call', async () => {
  const { fetch, calls } = await compose()
  const ask = clientOf(null, fetch)
  const { code } = await acme.key()
  for (const junk of ['', 'junk', `lk_${'A'.repeat(54)}`, otherLast(code), `${code}A`, code.slice(1)]) {
    expect((await ask('POST', '/v1/enroll', { code: junk, claim: newClaim() })).status).toBe(401)
  }
  expect(calls).toEqual([])
  expect((await ask('POST', '/v1/enroll', { code, claim: newClaim() })).status).toBe(201)
  expect(calls).toEqual(['ledgers.forAgents', 'ledger.redeem'])
})

test('a redemption that comes alone writes few rows in all, indexes and the alarm counted', async () => {
  // An organization of its own: behind the events of another ledger's clock its own would be late, which costs a row.
  const organization = nextLedger()
  const { id, ledger } = await makeLedger({ organization })
  const object = env.LEDGERS.getByName(String(id))
  const key = await makeKey(ledger, { maxUses: null }, organization)
  const redeem = async (claim: string) => {
    must(await ledger.redeem(attempt(key, claim)))
    expect(await runDurableObjectAlarm(object)).toBe(true)
  }
  // The first of an organization also begins its totals.
  await redeem('first')
  expect(await rowsWrittenBy(object, organization, () => redeem('second'))).toEqual({
    // The agent, its claim, the key, the alarm, and the last agent that D1 has.
    inLedger: 5,
    // The agent (2), the event, the key, the total, and the profile, which also brings the counters.
    inDatabase: 6,
  })
})

test('an attempt at a decoy writes the rows that one at a revoked key does', async () => {
  const { id, ledger } = await makeLedger({ organization: 77_002 })
  const object = env.LEDGERS.getByName(String(id))
  const decoy = await makeKey(ledger, { rules: { isDecoy: true } }, 77_002)
  const revoked = await makeKey(ledger, {}, 77_002)
  must(await ledger.revokeKey(77_002, revoked, CAUSE, null))
  await runDurableObjectAlarm(object)
  const touch = (key: number, claim: string) =>
    rowsWrittenBy(object, 77_002, async () => {
      expect(must(await ledger.redeem(attempt(key, claim)))).toMatchObject({ kind: 'refused' })
      await runDurableObjectAlarm(object)
    })
  await touch(revoked, 'warm')
  await touch(decoy, 'warm')
  for (const claim of ['first', 'second'])
    expect(await touch(decoy, claim)).toEqual(await touch(revoked, claim))
})

test('an agent’s self is answered from its token alone; fresh=1 costs one call', async () => {
  const { fetch, calls } = await compose()
  const { access_token } = await enrolled(await acme.key())
  const agent = clientOf(`Bearer ${access_token}`, fetch)
  expect((await agent('GET', '/v1/agents/self')).status).toBe(200)
  const junk = clientOf(`Bearer ${otherLast(access_token).replace(/.{9}$/, '')}`, fetch)
  for (const [method, path] of [
    ['GET', '/v1/agents/self?fresh=1'],
    ['POST', '/v1/agents/self/heartbeat'],
    ['DELETE', '/v1/agents/self'],
  ] as const) {
    expect((await junk(method, path)).status).toBe(401)
  }
  expect(calls).toEqual([])
  expect((await agent('GET', '/v1/agents/self?fresh=1')).status).toBe(200)
  expect(calls).toEqual(['ledgers.open', 'ledger.getAgent'])
})

test('a refresh token that was tampered with, in any place, is refused with no store touched', async () => {
  const { fetch, calls } = await compose()
  const ask = clientOf(null, fetch)
  const { refresh_token } = await enrolled(await acme.key())
  for (let at = 0; at < refresh_token.length; at++) {
    const other = refresh_token[at] === 'A' ? 'B' : 'A'
    const tampered = refresh_token.slice(0, at) + other + refresh_token.slice(at + 1)
    const form = { grant_type: 'refresh_token', refresh_token: tampered }
    expect((await ask('POST', '/v1/token', undefined, { form })).json.error).toBe('invalid_grant')
  }
  expect(calls).toEqual([])
  const form = { grant_type: 'refresh_token', refresh_token }
  expect((await ask('POST', '/v1/token', undefined, { form })).status).toBe(200)
  expect(calls).toEqual(['ledgers.forAgents', 'ledger.refresh'])
})

test('a made-up API key is refused with no store touched; whose it might be is looked up later, all of them at once', async () => {
  const { fetch, calls } = await compose({ pause: () => new Promise(() => {}) })
  const counted = await compose()
  for (const credential of [
    basic('api_1', 'secret'),
    basic(`api_1${'0'.repeat(16)}`, '0'.repeat(64)),
    basic('someone', 'secret'),
    `Basic ${'='.repeat(9)}`,
    'Basic',
    'Digest x',
  ]) {
    expect((await clientOf(credential, fetch)('GET', '/v1/keys')).status).toBe(401)
    expect((await clientOf(credential, counted.fetch)('GET', '/v1/keys')).status).toBe(401)
  }
  expect(calls).toEqual([])
  // Only one of them could be the id of a key.
  await expect.poll(() => counted.calls).toEqual(['credentials.knownApiKeys'])
})

test('a token that has run out is refused by its date', async () => {
  const { access_token } = await enrolled(await acme.key())
  const at = async (seconds: number) => {
    const { fetch } = await compose({ now: () => Date.now() + seconds * 1_000 })
    return (await clientOf(`Bearer ${access_token}`, fetch)('GET', '/v1/agents/self')).status
  }
  expect([await at(0), await at(590), await at(601)]).toEqual([200, 200, 401])
})

test('after 20 refusals of a dead code from one address the answer is 429, from memory, for a while', async () => {
  let now = Date.now()
  const refusals = createRefusalGuard(() => now)
  const { fetch, calls } = await compose({ now: () => now, refusals })
  const ask = clientOf(null, fetch)
  const key = await acme.key()
  await acme.owner('POST', `/v1/keys/${key.id}/disable`)
  const from = (address: string) =>
    ask(
      'POST',
      '/v1/enroll',
      { code: key.code, claim: newClaim() },
      { headers: { 'X-Test-Address': address } },
    )
  for (let i = 0; i < 20; i++) expect((await from('192.0.2.1')).status).toBe(401)
  const called = calls.length
  const blocked = await from('192.0.2.1')
  expect([blocked.status, blocked.json.code]).toEqual([429, 'rate_limited'])
  expect(Number(blocked.headers.get('Retry-After'))).toBe(60)
  expect(calls).toHaveLength(called)
  expect((await from('192.0.2.2')).status, 'another address').toBe(401)
  await acme.owner('POST', `/v1/keys/${key.id}/enable`)
  now += 60_001
  expect((await from('192.0.2.1')).status, 'a minute later').toBe(201)
})

test('a ledger that has too much to do: 503 with Retry-After, in each endpoint’s own form', async () => {
  const busy = { ok: false, fault: { kind: 'busy', retryAfterSeconds: 1 } } as const
  const ledger = new Proxy({}, { get: () => async () => busy })
  const ledgers = { open: () => ledger, forAgents: () => ledger }
  const ledgerDirectory = { isOwned: async () => true }
  const { fetch } = await compose({ ledgers: ledgers as never, ledgerDirectory: ledgerDirectory as never })
  const key = await acme.key()
  const { access_token, refresh_token } = await enrolled(key)
  const form = { grant_type: 'refresh_token', refresh_token }
  const ask = clientOf(`Bearer ${access_token}`, fetch)
  const answers = [
    await ask('POST', '/v1/enroll', { code: key.code, claim: newClaim() }),
    await ask('POST', '/v1/token', undefined, { form }),
    await ask('POST', '/v1/agents/self/heartbeat'),
    await ask('DELETE', '/v1/agents/self'),
    await clientOf(acme.authorization, fetch)('GET', `/v1/keys/${key.id}`),
  ]
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503])
  expect(answers.map(({ headers }) => headers.get('Retry-After'))).toEqual(['1', '1', '1', '1', '1'])
  expect(answers[1]?.json.error).toBe('temporarily_unavailable')
})

test('a failure of ours is a 500 that says nothing of its cause', async () => {
  const ledgers = {
    forAgents: () => {
      throw new Error('a secret cause')
    },
  }
  const { fetch } = await compose({ ledgers: ledgers as never })
  const { code } = await acme.key()
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const failed = await clientOf(null, fetch)('POST', '/v1/enroll', { code, claim: newClaim() })
  const logged = JSON.stringify(log.mock.calls)
  log.mockRestore()
  expect([failed.status, failed.json.code]).toEqual([500, 'internal_error'])
  expect(logged).toContain(failed.json.request_id)
  for (const text of [failed.text, logged]) {
    expect(text).not.toContain('secret')
    expect(text).not.toContain(code)
  }
})

test('a genuine refresh token that is dead is answered from memory after 20 refusals; others go on', async () => {
  const refusals = createRefusalGuard(() => Date.now())
  const { fetch, calls } = await compose({ refusals })
  const ask = clientOf(null, fetch)
  const refresh = (refresh_token: string) =>
    ask('POST', '/v1/token', undefined, { form: { grant_type: 'refresh_token', refresh_token } })
  const key = await acme.key()
  const [dead, other] = [await enrolled(key), await enrolled(key)]
  await acme.owner('POST', `/v1/agents/${dead.agent.id}/revoke`, { and_key: 'keep' })
  for (let i = 0; i < 20; i++) expect((await refresh(dead.refresh_token)).status).toBe(400)
  const called = calls.length
  const blocked = await refresh(dead.refresh_token)
  expect([blocked.status, blocked.json.error]).toEqual([429, 'temporarily_unavailable'])
  expect(blocked.headers.get('Retry-After')).toBe('60')
  expect(calls).toHaveLength(called)
  expect((await refresh(other.refresh_token)).status).toBe(200)
})
