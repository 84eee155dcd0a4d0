import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Json, newOrganization, type Organization } from '../../support/native-client.ts'

let acme: Organization
beforeAll(async () => {
  acme = await newOrganization()
})

describe('making a profile', () => {
  test('answers with all of it, and where it is', async () => {
    const made = await acme.owner('POST', '/v1/profiles', {
      name: 'Web fleet',
      description: 'two\nlines',
      allowed_addresses: ['10.0.0.0/8', '2001:db8::/32'],
      default_max_uses: 5,
      default_key_lifetime_seconds: 3600,
    })
    expect(made.status).toBe(201)
    expect(made.json).toEqual({
      id: expect.stringMatching(/^prf_[1-9][0-9]*$/),
      organization_id: acme.id,
      dialect: 'native',
      name: 'Web fleet',
      description: 'two\nlines',
      enabled: true,
      is_default: false,
      allowed_addresses: ['10.0.0.0/8', '2001:db8::/32'],
      default_max_uses: 5,
      default_key_lifetime_seconds: 3600,
      ceilings: { max_uses: null, lifetime_seconds: null },
      certificates: null,
      uses: 0,
      last_redeemed_at: null,
      last_used_at: null,
      labels: {},
      location: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: made.json.created_at,
    })
    expect((await acme.owner('GET', `/v1/profiles/${made.json.id}`)).json).toEqual(made.json)
    const [event] = await acme.events('profile.create', made.json.id)
    expect(event).toMatchObject({ isSuccess: true, cause: { actor: { kind: 'principal' } } })
  })

  test.each([
    ['no name', {}, '/name'],
    ['an empty name', { name: '' }, '/name'],
    ['a name of control characters', { name: 'a\u0000b' }, '/name'],
    ['half a surrogate pair', { name: '\ud800' }, '/name'],
    ['a name that is too long', { name: 'x'.repeat(256) }, '/name'],
    ['a number for a name', { name: 7 }, '/name'],
    ['a text for a switch', { name: 'a', enabled: 'yes' }, '/enabled'],
    ['no list of addresses', { name: 'a', allowed_addresses: '10.0.0.0/8' }, '/allowed_addresses'],
    ['no address', { name: 'a', allowed_addresses: ['example.com'] }, '/allowed_addresses/0'],
    ['too wide a mask', { name: 'a', allowed_addresses: ['10.0.0.0/33'] }, '/allowed_addresses/0'],
    ['an octal range', { name: 'a', allowed_addresses: ['010.0.0.0/8'] }, '/allowed_addresses/0'],
    ['no uses', { name: 'a', default_max_uses: 0 }, '/default_max_uses'],
    ['negative uses', { name: 'a', default_max_uses: -1 }, '/default_max_uses'],
    ['half a use', { name: 'a', default_max_uses: 1.5 }, '/default_max_uses'],
    ['more uses than fit', { name: 'a', default_max_uses: 2 ** 31 }, '/default_max_uses'],
    ['a negative lifetime', { name: 'a', default_key_lifetime_seconds: -5 }, '/default_key_lifetime_seconds'],
    ['a ceiling of no uses', { name: 'a', ceilings: { max_uses: 0 } }, '/ceilings/max_uses'],
    ['an unknown ceiling', { name: 'a', ceilings: { uses: 5 } }, '/ceilings'],
    ['an unknown member', { name: 'a', colour: 'red' }, ''],
    ['a member that its dialect owns', { name: 'a', dialect: 'illumio' }, ''],
  ])('refuses %s', async (_, body, pointer) => {
    const refused = await acme.owner('POST', '/v1/profiles', body)
    expect(refused.status).toBe(422)
    expect(refused.headers.get('Content-Type')).toBe('application/problem+json')
    expect(refused.json.code).toBe('input_invalid')
    expect(refused.json.errors[0].pointer).toBe(pointer)
  })
})

describe('changing a profile', () => {
  test('changes what is named and nothing else, and says so in the audit', async () => {
    const id = await acme.profile({ description: 'kept', default_max_uses: 3 })
    const before = (await acme.owner('GET', `/v1/profiles/${id}`)).json
    const changed = await acme.owner('PATCH', `/v1/profiles/${id}`, {
      name: 'renamed',
      default_max_uses: null,
    })
    expect(changed.status).toBe(200)
    expect(changed.json).toEqual({
      ...before,
      name: 'renamed',
      default_max_uses: null,
      updated_at: expect.any(String),
    })
    const [event] = await acme.events('profile.update', id)
    expect(event?.detail).toEqual({
      changes: { name: { before: 'web', after: 'renamed' }, defaultMaxUses: { before: 3, after: null } },
    })
  })

  test('a patch of nothing changes nothing and leaves no event', async () => {
    const id = await acme.profile()
    const before = (await acme.owner('GET', `/v1/profiles/${id}`)).json
    expect((await acme.owner('PATCH', `/v1/profiles/${id}`, {})).json).toEqual(before)
    expect(await acme.events('profile.update', id)).toEqual([])
  })

  test('disable and enable are switches, and done twice they are done once', async () => {
    const id = await acme.profile()
    for (const [verb, enabled] of [
      ['disable', false],
      ['disable', false],
      ['enable', true],
      ['enable', true],
    ] as const) {
      const switched = await acme.owner('POST', `/v1/profiles/${id}/${verb}`)
      expect([switched.status, switched.json.enabled]).toEqual([200, enabled])
    }
    const events = await acme.events('profile.update', id)
    expect(events).toHaveLength(2)
  })

  test('a profile of another dialect keeps what its dialect says of it', async () => {
    const [theirs] = (await acme.owner('GET', '/v1/profiles')).json.items.filter(
      (profile: Json) => profile.dialect === 'illumio',
    )
    const changed = await acme.owner('PATCH', `/v1/profiles/${theirs.id}`, {
      description: 'seen',
      enabled: false,
    })
    expect(changed.json).toMatchObject({ dialect: 'illumio', is_default: true, enabled: false })
    const [event] = await acme.events('profile.update', theirs.id)
    expect(Object.keys((event as Json).detail.changes)).toEqual(['description', 'isEnabled'])
    await acme.owner('POST', `/v1/profiles/${theirs.id}/enable`)
    const key = await acme.owner('POST', '/v1/keys', { profile_id: theirs.id })
    expect([key.status, key.json.dialect]).toEqual([201, 'illumio'])
  })
})

describe('deleting a profile', () => {
  test('ends its keys, keeps its agents, and happens once', async () => {
    const id = await acme.profile()
    const key = await acme.key({ profile_id: id })
    const agent = (await acme.owner('POST', '/v1/enroll', { code: key.code })).json.agent
    expect((await acme.owner('DELETE', `/v1/profiles/${id}`)).status).toBe(204)
    expect((await acme.owner('GET', `/v1/profiles/${id}`)).status).toBe(404)
    expect((await acme.owner('DELETE', `/v1/profiles/${id}`)).status).toBe(404)
    expect((await acme.owner('PATCH', `/v1/profiles/${id}`, { name: 'x' })).status).toBe(404)
    expect((await acme.owner('POST', '/v1/keys', { profile_id: id })).status).toBe(404)
    expect((await acme.owner('GET', `/v1/keys/${key.id}`)).json.state).toBe('revoked')
    expect((await acme.owner('GET', `/v1/agents/${agent.id}`)).json.state).toBe('active')
    expect((await acme.owner('POST', '/v1/enroll', { code: key.code })).status).toBe(401)
    const listed = (await acme.owner('GET', '/v1/profiles?limit=500')).json.items
    expect(listed.map((profile: Json) => profile.id)).not.toContain(id)
    expect(await acme.events('profile.delete', id)).toHaveLength(1)

    const revoked = await acme.owner('POST', `/v1/keys/${key.id}/revoke-agents`, {
      since: '2020-01-01T00:00:00Z',
      and_key: 'disable',
    })
    expect(revoked.json).toMatchObject({ agents: [agent.id], key: { enabled: false } })
  })

  test('the default profile stays', async () => {
    const [theirs] = (await acme.owner('GET', '/v1/profiles')).json.items.filter(
      (profile: Json) => profile.is_default,
    )
    const refused = await acme.owner('DELETE', `/v1/profiles/${theirs.id}`)
    expect([refused.status, refused.json.code]).toEqual([409, 'profile_is_default'])
  })
})

describe('listing profiles', () => {
  test('pages show each one once, in one order, also while others are made', async () => {
    const own = await newOrganization()
    for (let i = 0; i < 5; i++) await own.profile({ name: `p${i}` })
    const names: string[] = []
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`
      const page: Json = (await own.owner('GET', `/v1/profiles?limit=2${query}`)).json
      names.push(...page.items.map((profile: Json) => profile.name))
      cursor = page.next_cursor
      if (names.length === 2) await own.profile({ name: 'late' })
    } while (cursor !== null)
    expect(names).toEqual(['Default', 'p0', 'p1', 'p2', 'p3', 'p4', 'late'])
  })

  test('a search finds parts of names in any case, and pages keep every hit', async () => {
    const own = await newOrganization()
    for (const name of ['Ünit a', 'ünit', 'other', 'ÜNIT B']) await own.profile({ name })
    const first = (await own.owner('GET', '/v1/profiles?limit=1&name=%C3%9CNIT')).json
    const rest = (await own.owner('GET', `/v1/profiles?name=%C3%9CNIT&cursor=${first.next_cursor}`)).json
    const names = [...first.items, ...rest.items].map((profile: Json) => profile.name)
    expect(names).toEqual(['Ünit a', 'ünit', 'ÜNIT B'])
    expect(rest.next_cursor).toBeNull()
  })

  test.each([
    'limit=0',
    'limit=501',
    'limit=-1',
    'limit=1e2',
    'limit=',
    'cursor=junk',
    'cursor=',
    'colour=red',
    'name=%00',
  ])('refuses ?%s', async (query) => {
    expect((await acme.owner('GET', `/v1/profiles?${query}`)).status).toBe(422)
  })
})

test('an organization has 5,000 profiles, and one more is refused', async () => {
  const acme = await newOrganization()
  await acme.profile()
  const { results } = await env.DB.prepare(
    "SELECT rows FROM totals WHERE organization_id = ? AND listed = 'profiles' AND dialect = 'native'",
  )
    .bind(acme.id)
    .all()
  expect(results).toEqual([{ rows: 1 }])
  const count = (rows: number) =>
    env.DB.prepare(
      "UPDATE totals SET rows = ? WHERE organization_id = ? AND listed = 'profiles' AND dialect = 'native'",
    )
      .bind(rows, acme.id)
      .run()
  await count(4_999)
  expect((await acme.owner('POST', '/v1/profiles', { name: 'the last' })).status).toBe(201)
  await count(5_000)
  const refused = await acme.owner('POST', '/v1/profiles', { name: 'one more' })
  expect([refused.status, refused.json.code, refused.headers.get('Content-Type')]).toEqual([
    409,
    'limit_reached',
    'application/problem+json',
  ])
})
