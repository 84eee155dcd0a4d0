import { beforeAll, describe, expect, test } from 'vitest'
import {
  anyone,
  BASE,
  eventually,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
  withoutRequestId,
} from '../../support/native-client.ts'

let acme: Organization
beforeAll(async () => {
  acme = await newOrganization()
})

test('the type of a problem leads to its cause and cure, also when the request names another host', async () => {
  const headers = { Host: 'elsewhere.example' }
  for (const refused of [
    await enroll(`lk_${'A'.repeat(54)}`, newClaim(), headers),
    await acme.owner('GET', '/v1/keys/key_1'),
    await acme.owner('POST', '/v1/keys', { profile_id: 1 }),
  ]) {
    const type = new URL(refused.json.type)
    expect(type.origin).toBe(BASE)
    const page = await anyone('GET', type.pathname)
    expect([page.status, page.headers.get('Content-Type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
    expect(page.text).toContain(`<h3 id="${refused.json.code}">`)
    expect(type.hash).toBe(`#${refused.json.code}`)
  }
})

const LONG_AGO = '2020-01-01T00:00:00Z'
const enroll = (code: string, claim?: string, headers: Record<string, string> = {}) =>
  anyone('POST', '/v1/enroll', { code, claim }, { headers })
const usesOf = async (key: Json): Promise<number> => (await acme.owner('GET', `/v1/keys/${key.id}`)).json.uses
const explain = async (key: Json, attempt: object = {}): Promise<Json> =>
  (await acme.owner('POST', `/v1/keys/${key.id}/explain`, attempt)).json

describe('a refusal', () => {
  test('is one answer for every reason, changes no count, and explain names the reason', async () => {
    const spent = await acme.key({ max_uses: 1 })
    await enroll(spent.code, newClaim())
    const expired = await acme.key()
    await acme.owner('PATCH', `/v1/keys/${expired.id}`, { expires_at: LONG_AGO })
    const disabled = await acme.key()
    await acme.owner('POST', `/v1/keys/${disabled.id}/disable`)
    const revoked = await acme.key()
    await acme.owner('POST', `/v1/keys/${revoked.id}/revoke`)
    const off = await acme.key()
    await acme.owner('POST', `/v1/profiles/${off.profile_id}/disable`)
    const elsewhere = await acme.key({ allowed_addresses: ['10.0.0.0/8'] })
    const deleted = await acme.key()
    await acme.owner('DELETE', `/v1/profiles/${deleted.profile_id}`)
    const banned = await acme.key()
    const claim = newClaim()
    const { agent } = (await enroll(banned.code, claim)).json
    await acme.owner('POST', `/v1/agents/${agent.id}/revoke`, { and_key: 'keep' })

    const mistyped = (await acme.key()).code.replace(/.$/, (last: string) => (last === 'A' ? 'B' : 'A'))
    const junk = await enroll(mistyped, newClaim())
    expect(junk.status).toBe(401)
    for (const code of ['', 'lk_', 'x'.repeat(57), 'lk_'.padEnd(57, 'A'), 'x'.repeat(100_000)]) {
      expect(withoutRequestId(await enroll(code, newClaim()))).toBe(withoutRequestId(junk))
    }
    for (const [key, reason] of [
      [spent, 'key_spent'],
      [expired, 'key_expired'],
      [disabled, 'key_disabled'],
      [revoked, 'key_revoked'],
      [off, 'profile_disabled'],
      [elsewhere, 'address_not_allowed'],
      [deleted, 'key_unknown'],
      [banned, 'agent_revoked'],
    ] as const) {
      const before = await usesOf(key)
      const attempt = { claim: key === banned ? claim : newClaim(), address: '192.0.2.1' }
      const refused = await enroll(key.code, attempt.claim, { 'X-Test-Address': attempt.address })
      expect(withoutRequestId(refused), reason).toBe(withoutRequestId(junk))
      expect(await usesOf(key), reason).toBe(before)
      const why = await explain(key, attempt)
      expect(why).toMatchObject({ decision: 'refused', reason, explanation: expect.any(String) })
      expect(why.refusals).toEqual([
        { reason, address: '192.0.2.1', minute: expect.stringMatching(/:00\.000Z$/), count: 1 },
      ])
    }
  })

  test('explain counts nothing and changes nothing', async () => {
    const key = await acme.key({ max_uses: 1 })
    const before = (await acme.owner('GET', `/v1/keys/${key.id}`)).json
    const claim = newClaim()
    for (let i = 0; i < 3; i++) {
      expect(await explain(key, { claim })).toEqual({
        decision: 'new',
        reason: null,
        explanation: expect.stringContaining('would make an agent'),
        agent_id: null,
        uses_left: 1,
        rules: expect.not.arrayContaining([expect.objectContaining({ outcome: 'refused' })]),
        refusals: [],
      })
    }
    expect((await acme.owner('GET', `/v1/keys/${key.id}`)).json).toEqual(before)
  })

  test('the first refusal of a minute is in the audit, with its reason and without the code', async () => {
    const key = await acme.key()
    await acme.owner('POST', `/v1/keys/${key.id}/disable`)
    await enroll(key.code, newClaim())
    const event = await eventually(async () => (await acme.events('agent.enroll', key.id))[0])
    expect(event).toMatchObject({ isSuccess: false, detail: { reason: 'key_disabled' } })
    expect(JSON.stringify(event)).not.toContain(key.code)
  })

  test.each([
    ['facts of more than 8 KiB', { facts: { text: 'x'.repeat(8_200) } }],
    ['facts that are no object', { facts: [1] }],
    ['a claim that can be guessed', { claim: 'short' }],
    ['a claim that is too long', { claim: 'x'.repeat(257) }],
    ['a claim with half a character', { claim: `${'x'.repeat(30)}\ud800` }],
    ['a host name of control characters', { hostname: 'a\u0000' }],
    ['a host name that is too long', { hostname: 'x'.repeat(256) }],
    ['an unknown member', { uses: 1 }],
    ['a number for a code', { code: 7 }],
  ])('%s: 422, and no use is spent', async (_, members) => {
    const key = await acme.key({ max_uses: 1 })
    const refused = await anyone('POST', '/v1/enroll', { code: key.code, ...members })
    expect(refused.status).toBe(422)
    expect(refused.text).not.toContain(key.code)
    expect(await usesOf(key)).toBe(0)
  })
})

describe('rules on addresses', () => {
  test('the profile’s and the key’s both hold, for IPv4, IPv6 and IPv4 in IPv6', async () => {
    const profile_id = await acme.profile({ allowed_addresses: ['10.0.0.0/8', '2001:db8::/32'] })
    const key = await acme.key({ profile_id, allowed_addresses: ['10.1.0.0/16', '2001:db8::1'] })
    const from = async (address: string) =>
      (await enroll(key.code, newClaim(), { 'X-Test-Address': address })).status
    expect(await from('10.1.2.3')).toBe(201)
    expect(await from('::ffff:10.1.2.3')).toBe(201)
    expect(await from('2001:db8::1')).toBe(201)
    expect(await from('10.2.0.1')).toBe(401)
    expect(await from('2001:db8::2')).toBe(401)
    expect(await from('192.0.2.1')).toBe(401)
    expect(await from('junk')).toBe(401)
    expect(await usesOf(key)).toBe(3)
    expect(await explain(key, { address: '10.1.2.3' })).toMatchObject({ decision: 'new' })
    expect(await explain(key, { address: '10.2.0.1' })).toMatchObject({ reason: 'address_not_allowed' })
    expect((await explain(key)).explanation).toMatch(/address is not known/)
    const wrong = await acme.owner('POST', `/v1/keys/${key.id}/explain`, { address: '10.0.0.0/8' })
    expect(wrong.status).toBe(422)
  })

  test('headers that the deployment does not trust have no effect', async () => {
    const key = await acme.key({ allowed_addresses: ['10.0.0.0/8'] })
    const forged = {
      'CF-Connecting-IP': '10.0.0.1',
      'X-Forwarded-For': '10.0.0.1',
      'X-Real-IP': '10.0.0.1',
      Forwarded: 'for=10.0.0.1',
      'True-Client-IP': '10.0.0.1',
      Host: '10.0.0.1',
    }
    expect((await enroll(key.code, newClaim(), forged)).status).toBe(401)
    const both = { ...forged, 'X-Test-Address': '192.0.2.1' }
    expect((await enroll(key.code, newClaim(), both)).status).toBe(401)
    expect(await usesOf(key)).toBe(0)
  })
})
