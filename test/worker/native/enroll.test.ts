import { beforeAll, describe, expect, test } from 'vitest'
import {
  anyone,
  clientOf,
  eventually,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'

let acme: Organization
beforeAll(async () => {
  acme = await newOrganization()
})

const LONG_AGO = '2020-01-01T00:00:00Z'
const enroll = (code: string, claim?: string, headers: Record<string, string> = {}) =>
  anyone('POST', '/v1/enroll', { code, claim }, { headers })
const usesOf = async (key: Json): Promise<number> => (await acme.owner('GET', `/v1/keys/${key.id}`)).json.uses
const explain = async (key: Json, attempt: object = {}): Promise<Json> =>
  (await acme.owner('POST', `/v1/keys/${key.id}/explain`, attempt)).json

describe('a redemption', () => {
  test('makes an agent, which operators find and the audit names', async () => {
    const key = await acme.key({ max_uses: 2 })
    const headers = { 'X-Test-Address': '192.0.2.1' }
    const facts = { os: 'linux', interfaces: [{ name: 'eth0', up: true }] }
    const body = { code: key.code, claim: newClaim(), hostname: 'Web-1', facts }
    const enrolled = await anyone('POST', '/v1/enroll', body, { headers })
    expect(enrolled.status).toBe(201)
    const { agent } = enrolled.json
    expect(enrolled.json).toEqual({
      agent: {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        organization_id: acme.id,
        profile_id: key.profile_id,
        key_id: key.id,
        dialect: 'native',
      },
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: expect.stringMatching(/^lkr_/),
    })
    expect((await acme.owner('GET', `/v1/agents/${agent.id}`)).json).toEqual({
      ...agent,
      use: 1,
      state: 'active',
      hostname: 'Web-1',
      labels: {},
      facts,
      enrolled_at: expect.any(String),
      enrolled_from: '192.0.2.1',
      seen_at: expect.any(String),
      ended_at: null,
    })
    const event = await eventually(async () => (await acme.events('agent.enroll', agent.id))[0])
    expect(event).toMatchObject({ isSuccess: true, cause: { request: { address: '192.0.2.1' } } })
    const row = JSON.stringify(event)
    for (const secret of [body.code, body.claim, enrolled.json.access_token, enrolled.json.refresh_token]) {
      expect(row).not.toContain(secret)
    }
  })

  test('a retry with its claim is free and finds the same agent, also when the key is spent or expired', async () => {
    const key = await acme.key({ max_uses: 1 })
    const claim = newClaim()
    const first = await enroll(key.code, claim)
    const again = await enroll(key.code, claim)
    await acme.owner('PATCH', `/v1/keys/${key.id}`, { expires_at: LONG_AGO })
    const late = await enroll(key.code, claim)
    expect([first.status, again.status, late.status]).toEqual([201, 200, 200])
    expect(new Set([first, again, late].map(({ json }) => json.agent.id)).size).toBe(1)
    expect(await usesOf(key)).toBe(1)
    expect(await explain(key, { claim })).toMatchObject({
      decision: 'repeat',
      reason: null,
      agent_id: first.json.agent.id,
      uses_left: 0,
    })
  })

  test('without a claim every call spends a use', async () => {
    const key = await acme.key({ max_uses: 2 })
    const answers = [await enroll(key.code), await enroll(key.code), await enroll(key.code)]
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 401])
    expect(await usesOf(key)).toBe(2)
  })

  test('100 concurrent redemptions of a 1-use key: exactly 1 succeeds', async () => {
    const key = await acme.key({ max_uses: 1 })
    const claims = Array.from({ length: 100 }, newClaim)
    const answers = await Promise.all(claims.map((claim) => enroll(key.code, claim)))
    const made = answers.filter(({ status }) => status === 201)
    expect(made).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(99)
    expect(await usesOf(key)).toBe(1)
    const [refusal] = (await explain(key)).refusals
    expect(refusal).toMatchObject({ reason: 'key_spent', address: null })
  })

  test('50 concurrent retries of one claim make one agent and spend one use', async () => {
    const key = await acme.key({ max_uses: 10 })
    const claim = newClaim()
    const answers = await Promise.all(Array.from({ length: 50 }, () => enroll(key.code, claim)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(49)
    expect(new Set(answers.map(({ json }) => json.agent.id)).size).toBe(1)
    expect(await usesOf(key)).toBe(1)
  })

  test('one claim on two keys makes two agents that have nothing in common', async () => {
    const profile_id = await acme.profile()
    const claim = newClaim()
    const one = await enroll((await acme.key({ profile_id })).code, claim)
    const two = await enroll((await acme.key({ profile_id })).code, claim)
    expect([one.status, two.status]).toEqual([201, 201])
    expect(one.json.agent.id).not.toBe(two.json.agent.id)
  })
})

test('an agent that said goodbye is a new one when it comes again, and spends another use', async () => {
  const key = await acme.key({ max_uses: 2 })
  const claim = newClaim()
  const first = (await enroll(key.code, claim)).json
  const agent = clientOf(`Bearer ${first.access_token}`)
  expect((await agent('DELETE', '/v1/agents/self')).status).toBe(204)
  expect((await agent('DELETE', '/v1/agents/self')).status).toBe(401)
  expect((await acme.owner('GET', `/v1/agents/${first.agent.id}`)).json).toMatchObject({
    state: 'left',
    ended_at: expect.any(String),
  })
  const [event] = await acme.events('agent.leave', first.agent.id)
  expect(event?.cause.actor.kind).toBe('agent')
  const second = await enroll(key.code, claim)
  expect(second.status).toBe(201)
  expect(second.json.agent.id).not.toBe(first.agent.id)
  expect(await usesOf(key)).toBe(2)
})
