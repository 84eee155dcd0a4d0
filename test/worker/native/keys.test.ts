import { beforeAll, describe, expect, test } from 'vitest'
import {
  anyone,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'

let acme: Organization
beforeAll(async () => {
  acme = await newOrganization()
})

const PAST = '2020-01-01T00:00:00Z'
const FUTURE = '2090-01-01T00:00:00.250+02:00'

describe('making a key', () => {
  test('answers with the key and its code, which is shown this once', async () => {
    const profile = await acme.profile()
    const made = await acme.owner('POST', '/v1/keys', {
      profile_id: profile,
      name: 'rack 7',
      max_uses: 3,
      expires_at: FUTURE,
      allowed_addresses: ['192.0.2.7'],
    })
    expect(made.status).toBe(201)
    const { code, ...key } = made.json
    expect(code).toMatch(/^lk_[A-Za-z0-9_-]{54}$/)
    expect(key).toEqual({
      id: expect.stringMatching(/^key_[1-9][0-9]*$/),
      profile_id: profile,
      organization_id: acme.id,
      dialect: 'native',
      name: 'rack 7',
      description: '',
      labels: {},
      state: 'active',
      enabled: true,
      max_uses: 3,
      uses: 0,
      held: 0,
      uses_left: 3,
      paused_at: null,
      resumes_at: null,
      hold: 'off',
      approval: null,
      not_before: null,
      windows: [],
      limits: { per_minute: null, per_hour: null, per_network_per_hour: null },
      pause_on: { refused_networks_per_minute: null, denied_per_hour: null, resume_after_seconds: null },
      decoy: false,
      only_expected: false,
      identity: [],
      expires_at: '2089-12-31T22:00:00.250Z',
      revoked_at: null,
      allowed_addresses: ['192.0.2.7'],
      last_redeemed_at: null,
      last_used_at: null,
      last_used_from: null,
      created_at: expect.any(String),
      updated_at: key.created_at,
    })
    expect((await acme.owner('GET', `/v1/keys/${key.id}`)).json).toEqual(key)
    expect((await acme.owner('GET', `/v1/keys?profile_id=${profile}`)).json.items).toEqual([key])
    const [event] = await acme.events('key.create', key.id)
    expect(event).toMatchObject({ isSuccess: true, subject: { name: 'rack 7' } })
    expect(JSON.stringify(event)).not.toContain(code)
  })

  test('what is not said comes from the profile, and null says: without', async () => {
    const profile_id = await acme.profile({ default_max_uses: 4, default_key_lifetime_seconds: 60 })
    const bare = await acme.key({ profile_id })
    expect(bare.max_uses).toBe(4)
    expect(Date.parse(bare.expires_at) - Date.parse(bare.created_at)).toBe(60_000)
    expect(await acme.key({ profile_id, max_uses: null, expires_at: null })).toMatchObject({
      max_uses: null,
      uses_left: null,
      expires_at: null,
    })
    expect((await acme.key({ profile_id, lifetime_seconds: null })).expires_at).toBeNull()
    const own = await acme.key({ profile_id, max_uses: 2_147_483_647, lifetime_seconds: 5 })
    expect(own.max_uses).toBe(2_147_483_647)
    expect(Date.parse(own.expires_at) - Date.parse(own.created_at)).toBe(5_000)
  })

  test.each([
    ['two answers to when it expires', { expires_at: FUTURE, lifetime_seconds: 60 }, '/lifetime_seconds'],
    ['two answers of which one is never', { expires_at: null, lifetime_seconds: 60 }, '/lifetime_seconds'],
    ['an expiry in the past', { expires_at: PAST }, '/expires_at'],
    ['a time without an offset', { expires_at: '2090-01-01T00:00:00' }, '/expires_at'],
    ['a time without seconds', { expires_at: '2090-01-01T00:00Z' }, '/expires_at'],
    ['a day that is none', { expires_at: '2090-02-30T00:00:00Z' }, '/expires_at'],
    ['a time after all years', { expires_at: '9999-12-31T23:59:59-01:00' }, '/expires_at'],
    ['a number for a time', { expires_at: 4_000_000_000 }, '/expires_at'],
    ['no uses', { max_uses: 0 }, '/max_uses'],
    ['negative uses', { max_uses: -3 }, '/max_uses'],
    ['uses beyond all numbers', { max_uses: 1e300 }, '/max_uses'],
    ['uses as a text', { max_uses: '3' }, '/max_uses'],
    ['no lifetime', { lifetime_seconds: 0 }, '/lifetime_seconds'],
    ['an unknown member', { uses: 3 }, ''],
    ['too many addresses', { allowed_addresses: Array(101).fill('10.0.0.1') }, '/allowed_addresses'],
    ['the id of a key for a profile', { profile_id: 'key_134217729' }, '/profile_id'],
    ['no profile', { profile_id: undefined }, '/profile_id'],
  ])('refuses %s', async (_, members, pointer) => {
    const profile_id = await acme.profile()
    const refused = await acme.owner('POST', '/v1/keys', { profile_id, ...members })
    expect(refused.status).toBe(422)
    expect(refused.json.errors[0].pointer).toBe(pointer)
    expect((await acme.owner('GET', `/v1/keys?profile_id=${profile_id}`)).json.items).toEqual([])
  })

  test('a disabled profile can have keys made: they work when it is enabled', async () => {
    const profile_id = await acme.profile({ enabled: false })
    const { code } = await acme.key({ profile_id })
    expect((await anyone('POST', '/v1/enroll', { code })).status).toBe(401)
    await acme.owner('POST', `/v1/profiles/${profile_id}/enable`)
    expect((await anyone('POST', '/v1/enroll', { code })).status).toBe(201)
  })
})

describe('changing a key', () => {
  test('changes what is named and nothing else, and says so in the audit', async () => {
    const { code: _, ...key } = await acme.key({ name: 'old', max_uses: 3 })
    const changed = await acme.owner('PATCH', `/v1/keys/${key.id}`, {
      name: 'new',
      max_uses: 10,
      expires_at: FUTURE,
      allowed_addresses: ['2001:db8::1'],
    })
    expect(changed.status).toBe(200)
    expect(changed.json).toEqual({
      ...key,
      name: 'new',
      max_uses: 10,
      uses_left: 10,
      expires_at: '2089-12-31T22:00:00.250Z',
      allowed_addresses: ['2001:db8::1'],
      updated_at: expect.any(String),
    })
    const [event] = await acme.events('key.update', key.id)
    expect(Object.keys((event as Json).detail.changes)).toEqual([
      'name',
      'maxUses',
      'expiresAt',
      'allowedAddresses',
    ])
  })

  test('a limit goes below the count: what is enrolled stays, and it reads spent with nothing left', async () => {
    const key = await acme.key({ max_uses: 5 })
    for (let i = 0; i < 3; i++) await anyone('POST', '/v1/enroll', { code: key.code })
    const lowered = await acme.owner('PATCH', `/v1/keys/${key.id}`, { max_uses: 1 })
    expect(lowered.json).toMatchObject({ state: 'spent', uses: 3, uses_left: 0, max_uses: 1 })
    expect((await anyone('POST', '/v1/enroll', { code: key.code })).status).toBe(401)
    await acme.owner('PATCH', `/v1/keys/${key.id}`, { max_uses: 4 })
    expect((await anyone('POST', '/v1/enroll', { code: key.code })).status).toBe(201)
    expect((await anyone('POST', '/v1/enroll', { code: key.code })).status).toBe(401)
  })

  test('an expiry in the past expires it now, and null takes the expiry away', async () => {
    const key = await acme.key()
    const expired = await acme.owner('PATCH', `/v1/keys/${key.id}`, { expires_at: PAST })
    expect(expired.json).toMatchObject({ state: 'expired', expires_at: '2020-01-01T00:00:00.000Z' })
    expect((await anyone('POST', '/v1/enroll', { code: key.code })).status).toBe(401)
    const revived = await acme.owner('PATCH', `/v1/keys/${key.id}`, { expires_at: null })
    expect(revived.json).toMatchObject({ state: 'active', expires_at: null })
    expect((await anyone('POST', '/v1/enroll', { code: key.code })).status).toBe(201)
  })

  test('off and on again', async () => {
    const key = await acme.key()
    expect((await acme.owner('POST', `/v1/keys/${key.id}/disable`)).json.state).toBe('disabled')
    expect((await anyone('POST', '/v1/enroll', { code: key.code })).status).toBe(401)
    expect((await acme.owner('POST', `/v1/keys/${key.id}/enable`)).json.state).toBe('active')
    expect((await anyone('POST', '/v1/enroll', { code: key.code })).status).toBe(201)
    expect((await acme.owner('PATCH', `/v1/keys/${key.id}`, { enabled: false })).json.state).toBe('disabled')
    expect(await acme.events('key.update', key.id)).toHaveLength(3)
  })

  test('revoked is final, and revoking twice is revoking once', async () => {
    const key = await acme.key({ name: 'gone' })
    const revoked = await acme.owner('POST', `/v1/keys/${key.id}/revoke`)
    expect(revoked.json).toMatchObject({ state: 'revoked', revoked_at: expect.any(String) })
    expect((await acme.owner('POST', `/v1/keys/${key.id}/revoke`)).json).toEqual(revoked.json)
    for (const [method, path, body] of [
      ['POST', 'enable', undefined],
      ['POST', 'disable', undefined],
      ['PATCH', '', { name: 'back', enabled: true, max_uses: 10 }],
    ] as const) {
      const refused = await acme.owner(method, `/v1/keys/${key.id}${path && `/${path}`}`, body)
      expect([refused.status, refused.json.code]).toEqual([409, 'key_revoked'])
    }
    expect((await acme.owner('GET', `/v1/keys/${key.id}`)).json).toEqual(revoked.json)
    expect(await acme.events('key.revoke', key.id)).toHaveLength(1)
    expect(await acme.events('key.update', key.id)).toEqual([])
    expect((await anyone('POST', '/v1/enroll', { code: key.code })).status).toBe(401)
  })

  test('of many changes at once each is whole, and one disable among them holds', async () => {
    const key = await acme.key({ max_uses: null })
    const claims = Array.from({ length: 40 }, newClaim)
    const [switched, ...enrolled] = await Promise.all([
      acme.owner('POST', `/v1/keys/${key.id}/disable`),
      ...claims.map((claim) => anyone('POST', '/v1/enroll', { code: key.code, claim })),
    ])
    const made = enrolled.filter(({ status }) => status === 201).length
    const now = (await acme.owner('GET', `/v1/keys/${key.id}`)).json
    expect([switched?.status, now.uses, now.state]).toEqual([200, made, 'disabled'])
    expect((await anyone('POST', '/v1/enroll', { code: key.code, claim: newClaim() })).status).toBe(401)
  })
})

test('lists of keys are paged, and hold what one organization has', async () => {
  const own = await newOrganization()
  const profile_id = await own.profile()
  const ids: string[] = []
  for (let i = 0; i < 5; i++) ids.push((await own.key({ profile_id })).id)
  const other = await own.key()
  const first = (await own.owner('GET', `/v1/keys?profile_id=${profile_id}&limit=3`)).json
  const rest = (
    await own.owner('GET', `/v1/keys?profile_id=${profile_id}&limit=3&cursor=${first.next_cursor}`)
  ).json
  expect([...first.items, ...rest.items].map((key: Json) => key.id)).toEqual(ids)
  expect(rest.next_cursor).toBeNull()
  const all = (await own.owner('GET', '/v1/keys')).json.items.map((key: Json) => key.id)
  expect(all).toEqual([...ids, other.id])
  expect(JSON.stringify(first)).not.toContain('lk_')
  expect((await acme.owner('GET', `/v1/keys?profile_id=${profile_id}`)).json.items).toEqual([])
})
