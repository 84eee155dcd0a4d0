/** Service accounts, API keys, permissions, restrictions and settings. */
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { ask, Client, eventsOf, makeOwner } from '../../support/organization.ts'
import { API, activate, errorOf, expectStatus, type Json } from '../../support/pairing.ts'
import { expectArray, expectNoBody } from '../../support/routes.ts'

let owner: Client
let org: string
let organization: number
beforeEach(async () => {
  const made = await makeOwner()
  owner = made.client
  organization = made.organization
  org = `/orgs/${organization}`
})

const at = (path: string) => `${API}${org}${path}`
const role = (name: string) => ({ href: `${org}/roles/${name}` })
const make = async (path: string, body: object) => expectStatus(await owner.post(at(path), body), 201)
const label = (key: string, value: string) => make('/labels', { key, value })

async function account(members: object = {}, permissions: Json = [{ role: role('owner'), scope: [] }]) {
  const name = `account ${crypto.randomUUID()}`
  const api_key = { expires_in_seconds: 'default' }
  const made = await make('/service_accounts', { name, permissions, api_key, ...members })
  return { made, client: new Client(made.api_key.auth_username, made.api_key.secret) }
}

describe('service accounts', () => {
  test('the seed’s example, answered as the seed has it; then listed with its key and without its secret', async () => {
    const development = await label('env', 'Development')
    const restriction = await make('/access_restrictions', { name: 'office', ips: ['192.0.2.0/24'] })
    const body = {
      name: 'key3',
      description: 'testing key 3',
      access_restriction: { href: restriction.href },
      permissions: [
        {
          role: role('ruleset_manager'),
          scope: [{ label: { href: development.href, key: 'env', value: 'Development' } }],
        },
        { role: role('owner'), scope: [] },
      ],
      api_key: { expires_in_seconds: 86_400 },
    }
    const made = await make('/service_accounts', body)
    const permission = expect.stringMatching(new RegExp(`^${org}/permissions/[0-9a-f-]{36}$`))
    expect(made).toMatchObject({
      name: 'key3',
      description: 'testing key 3',
      href: expect.stringMatching(new RegExp(`^${org}/service_accounts/[0-9a-f-]{36}$`)),
      access_restriction: { href: restriction.href },
      permissions: [
        { href: permission, role: role('ruleset_manager'), scope: [{ label: { href: development.href } }] },
        { href: permission, role: role('owner'), scope: [] },
      ],
      api_key: {
        auth_username: expect.stringMatching(/^api_1[0-9a-f]{16}$/),
        secret: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    })
    const [listed] = expectStatus(await owner.get(at('/service_accounts')), 200)
    const { api_key, ...shown } = made
    expect(listed).toMatchObject(shown)
    expect(listed.api_keys).toMatchObject([
      { key_id: api_key.key_id, name: null, state: 'active', expires_in_seconds: 86_400 },
    ])
    expect(JSON.stringify(listed)).not.toContain(api_key.secret)
    expect(expectStatus(await owner.get(API + made.href), 200)).toEqual(listed)
  })

  test('may what its roles let it, is named as who did it, and never what is about a user', async () => {
    const { made, client } = await account()
    const profile = expectStatus(await client.post(at('/pairing_profiles'), { enabled: true }), 201)
    expect(profile.created_by).toEqual({ href: made.href, name: made.name })
    const [user] = expectStatus(await client.get(`${API}/users`), 200)
    for (const path of [`${user.href}/api_keys`, '/users/login']) {
      expectArray(await client.get(API + path), 403, 'authorization_error')
    }
  })

  test('its first key may never expire', async () => {
    const { made, client } = await account({ api_key: { expires_in_seconds: -1 } })
    expect((await client.get(`${API}/noop`)).status).toBe(200)
    const { api_keys } = expectStatus(await owner.get(API + made.href), 200)
    expect(api_keys).toMatchObject([{ key_id: made.api_key.key_id, state: 'active', expires_in_seconds: -1 }])
  })

  test('deleted, its keys are refused at once, and its permissions are gone', async () => {
    const { made, client } = await account()
    const further = expectStatus(
      await owner.post(`${API}${made.href}/api_keys`, { expires_in_seconds: -1 }),
      201,
    )
    expect(further).toMatchObject({ expires_in_seconds: -1, secret: expect.any(String) })
    const second = new Client(further.auth_username, further.secret)
    expect((await second.get(`${API}/noop`)).status).toBe(200)
    expectNoBody(await owner.delete(`${API}${made.href}`), 204)
    for (const key of [client, second]) {
      expectArray(await key.get(`${API}/noop`), 401, 'authentication_error')
    }
    expectNoBody(await owner.get(API + made.permissions[0].href.replace(API, '')), 404)
    expectNoBody(await owner.delete(`${API}${made.href}`), 404)
    const { results } = await env.DB.prepare('SELECT 1 FROM api_keys WHERE id IN (?, ?)')
      .bind(made.api_key.key_id, further.key_id)
      .all()
    expect(results).toEqual([])
  })

  test('a key that expired is 401, listed as expired, and recorded once a minute, without its secret', async () => {
    const { made, client } = await account({ api_key: { expires_in_seconds: 0 } })
    for (let n = 0; n < 3; n++) expectArray(await client.get(`${API}/noop`), 401, 'authentication_error')
    const listed = expectStatus(await owner.get(at('/api_keys?state=expired')), 200)
    expect(listed).toMatchObject([{ key_id: made.api_key.key_id, state: 'expired', expires_in_seconds: 0 }])
    const recorded = async () =>
      (await eventsOf(organization)).filter(({ type }) => type === 'api_key.refuse')
    await expect.poll(recorded).toHaveLength(1)
    const [event] = await recorded()
    expect(JSON.parse(event?.text ?? '')).toMatchObject({
      isSuccess: false,
      subject: { id: made.api_key.key_id },
      detail: { state: 'expired', expiredAt: expect.any(Number), usedAt: null },
    })
    expect(event?.text).not.toContain(made.api_key.secret)
  })

  test('a change replaces permissions as a whole, and keeps the href of those that it names', async () => {
    const { made, client } = await account()
    const [kept] = made.permissions
    const permissions = [
      { ...kept, role: role('read_only') },
      { role: role('ruleset_viewer'), scope: [] },
    ]
    expectNoBody(await owner.put(API + made.href, { description: 'd', permissions }), 204)
    const changed = expectStatus(await owner.get(API + made.href), 200)
    expect(changed).toMatchObject({ name: made.name, description: 'd' })
    expect(changed.permissions.map((one: Json) => one.role.href).sort()).toEqual(
      [role('read_only').href, role('ruleset_viewer').href].sort(),
    )
    expect(changed.permissions.map((one: Json) => one.href)).toContain(kept.href)
    expectArray(await client.post(at('/labels'), { key: 'app', value: 'x' }), 403, 'authorization_error')
  })

  test.each([
    [
      'a role that is none',
      { permissions: [{ role: { href: '/orgs/1/roles/king' }, scope: [] }] },
      'invalid_uri',
    ],
    ['a label that is not there', { scope: [{ label: { href: 'LABEL' } }] }, 'invalid_uri'],
    [
      'a label group',
      { scope: [{ label_group: { href: '/orgs/1/sec_policy/draft/label_groups/1' } }] },
      'invalid_uri',
    ],
    ['a restriction that is not there', { access_restriction: { href: 'RESTRICTION' } }, 'invalid_uri'],
    ['a member too many', { uuid: 'x' }, 'input_validation_error'],
    ['a lifetime of no sort', { api_key: { expires_in_seconds: -2 } }, 'input_validation_error'],
    ['no key', { api_key: undefined }, 'input_validation_error'],
  ])('%s is 406, and nothing is made', async (_, { scope, ...members }: Json, token) => {
    const permissions = scope
      ? [{ role: role('workload_manager'), scope }]
      : [{ role: role('owner'), scope: [] }]
    const text = JSON.stringify({
      name: 'a',
      permissions,
      api_key: { expires_in_seconds: 1 },
      ...members,
      ...('api_key' in members ? { api_key: members.api_key } : {}),
    })
    const raw = text
      .replace('LABEL', `${org}/labels/999999`)
      .replace('RESTRICTION', `${org}/access_restrictions/9999`)
    expectArray(await owner.ask('POST', at('/service_accounts'), { raw }), 406, token)
    expect(expectStatus(await owner.get(at('/service_accounts')), 200)).toEqual([])
  })

  test('a name that another has, and a scope of a global role, are 406', async () => {
    const { made } = await account()
    const body = { name: made.name, permissions: [], api_key: { expires_in_seconds: 1 } }
    expect(errorOf(await owner.post(at('/service_accounts'), body))).toBe(
      'name_must_be_unique: Name must be unique',
    )
    const dev = await label('env', 'Dev')
    const permissions = [{ role: role('owner'), scope: [{ label: { href: dev.href } }] }]
    const scoped = { ...body, name: 'other', permissions }
    expectArray(await owner.post(at('/service_accounts'), scoped), 406, 'input_validation_error')
  })
})

describe('the organization’s keys', () => {
  test('are filtered by type, state, name, username and role, also by the former name', async () => {
    const [user] = expectStatus(await owner.get(`${API}/users`), 200)
    const { made: plain } = await account({ name: 'sa&1' }, [{ role: role('read_only'), scope: [] }])
    const { made: expired } = await account({ name: 'other', api_key: { expires_in_seconds: 0 } })
    const ids = async (query: string): Promise<string[]> => {
      const answer = await owner.get(at(`/api_keys?${query}`))
      const keys: Json[] = expectStatus(answer, 200)
      expect(answer.headers.get('X-Total-Count')).toBe(String(keys.length))
      return keys.map(({ key_id }) => key_id)
    }
    const own = owner.username.slice('api_'.length)
    const [one, two] = [plain.api_key.key_id, expired.api_key.key_id]
    const all = [own, one, two].sort()
    expect((await ids('')).sort()).toEqual(all)
    expect(await ids('type=user')).toEqual([own])
    expect((await ids('type=service_account')).sort()).toEqual([one, two].sort())
    expect(await ids('type=service_account&state=expired')).toEqual([two])
    expect(await ids('name=sa%261')).toEqual([one])
    expect(await ids(`username=${encodeURIComponent(user.username)}`)).toEqual([own])
    expect(await ids('type=user&name=sa')).toEqual([])
    const href = role('read_only').href
    expect(await ids(`role=${encodeURIComponent(JSON.stringify(href))}`)).toEqual([one])
    expect(await ids(`role=${encodeURIComponent(href)}`)).toEqual([one])
    expect(await ids('service_account_name=sa%261')).toEqual([one])
    expect(await ids('service_account_name=x')).toEqual([])
    const none = await owner.get(at('/api_keys?max_results=0'))
    expect([none.text, none.headers.get('X-Total-Count')]).toEqual(['[]', '3'])
    for (const bad of [
      'type=group',
      'state=dead',
      'max_results=x',
      'api_key_name=y',
      'name=a&service_account_name=a',
    ]) {
      expectArray(await owner.get(at(`/api_keys?${bad}`)), 406, 'input_validation_error')
    }
    expectArray(await owner.get(at('/api_keys?role=%22nobody%22')), 406, 'invalid_uri')
    expectNoBody(await owner.delete(at(`/api_keys/${one}`)), 204)
    expectNoBody(await owner.delete(at(`/api_keys/${one}`)), 404)
    const stranger = await makeOwner()
    const foreign = stranger.client.username.slice('api_'.length)
    expectNoBody(await owner.delete(at(`/api_keys/${foreign}`)), 404)
  })
})

describe('access restrictions', () => {
  const from = (client: Client, address: string) =>
    client.ask('GET', `${API}/noop`, { headers: { 'X-Test-Address': address } })

  test('hold at once, for IPv4 and IPv6, but for the kinds of credential that they exclude', async () => {
    const restriction = await make('/access_restrictions', {
      name: 'offices',
      ips: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7'],
    })
    const { made, client } = await account({ access_restriction: { href: restriction.href } })
    const statuses = async () =>
      Promise.all(
        ['10.1.2.3', '2001:db8::7', '192.0.2.7', '192.0.2.8', '2001:db9::1', ''].map(
          async (address) => (await from(client, address)).status,
        ),
      )
    expect(await statuses()).toEqual([200, 200, 200, 401, 401, 401])
    expectNoBody(await owner.put(API + restriction.href, { enforcement_exclusions: ['user_sessions'] }), 204)
    expect(await statuses()).toEqual([200, 200, 200, 401, 401, 401])
    expectNoBody(await owner.put(API + restriction.href, { enforcement_exclusions: ['api_keys'] }), 204)
    expect(await statuses()).toEqual([200, 200, 200, 200, 200, 200])
    expectArray(await owner.delete(API + restriction.href), 406, 'access_restriction_in_use')
    expectNoBody(await owner.put(API + made.href, { access_restriction: null }), 204)
    expectNoBody(await owner.delete(API + restriction.href), 204)
  })

  test('what names no network is 406, and so is a ninth one', async () => {
    for (const ips of [['10.0.0.0/33'], ['010.0.0.0/8'], ['host'], [], Array(9).fill('10.0.0.1')]) {
      expectArray(
        await owner.post(at('/access_restrictions'), { name: 'x', ips }),
        406,
        'input_validation_error',
      )
    }
    await make('/access_restrictions', { name: 'x', ips: ['10.0.0.1'] })
    expectArray(
      await owner.post(at('/access_restrictions'), { name: 'x', ips: ['10.0.0.2'] }),
      406,
      'name_must_be_unique',
    )
  })
})

describe('permissions', () => {
  test('a Workload Manager is one within their labels alone', async () => {
    const [dev, prod, web] = [
      await label('env', 'Dev'),
      await label('env', 'Prod'),
      await label('role', 'Web'),
    ]
    const profileOf = async (...labels: Json[]) =>
      make('/pairing_profiles', { enabled: true, labels: labels.map(({ href }) => ({ href })) })
    const [own, ownToo, foreign, bare] = [
      await profileOf(dev),
      await profileOf(web, dev),
      await profileOf(prod),
      await profileOf(),
    ]
    const scope = [{ label: { href: dev.href } }]
    const { client } = await account({}, [{ role: role('workload_manager'), scope }])
    const listed: Json[] = expectStatus(await client.get(at('/pairing_profiles')), 200)
    expect(listed.map(({ href }) => href).sort()).toEqual([own.href, ownToo.href].sort())
    const counted = await client.get(at('/pairing_profiles?max_results=0'))
    expect(counted.headers.get('X-Total-Count')).toBe('2')
    for (const { href } of [own, ownToo]) {
      expect((await client.get(API + href)).status).toBe(200)
      expectNoBody(await client.put(API + href, { description: 'mine' }), 204)
      expect((await client.post(`${API}${href}/pairing_key`, {})).status).toBe(201)
    }
    for (const { href } of [foreign, bare]) {
      expectArray(await client.get(API + href), 403, 'authorization_error')
      expectArray(await client.put(API + href, { description: 'mine' }), 403, 'authorization_error')
      expectArray(await client.post(`${API}${href}/pairing_key`, {}), 403, 'authorization_error')
      expectArray(await client.delete(`${API}${href}/pairing_keys`), 403, 'authorization_error')
      expectArray(await client.delete(API + href), 403, 'authorization_error')
    }
    // Neither out of their own reach, nor into another's.
    for (const labels of [[], [{ href: prod.href }]]) {
      expectArray(await client.put(API + own.href, { labels }), 403, 'authorization_error')
      expectArray(
        await client.post(at('/pairing_profiles'), { enabled: true, labels }),
        403,
        'authorization_error',
      )
    }
    const labels = [{ href: dev.href }]
    expect((await client.post(at('/pairing_profiles'), { enabled: true, labels })).status).toBe(201)
    expect((await client.get(at('/labels'))).status, 'what every role may read').toBe(200)
  })

  test('a Workload Manager unpairs within their labels alone, also those that a machine wished for', async () => {
    const [dev, prod] = [await label('env', 'Dev'), await label('env', 'Prod')]
    const paired = async (labels: Json[], overrides: object = {}) => {
      const profile = await make('/pairing_profiles', { enabled: true, labels, env_label_lock: false })
      const { activation_code } = expectStatus(await owner.post(`${API}${profile.href}/pairing_key`, {}), 201)
      return expectStatus(await activate(activation_code, { overrides }), 201).ven
    }
    const leaves = async () => (await eventsOf(organization)).filter(({ type }) => type === 'agent.leave')
    const scope = [{ label: { href: dev.href } }]
    const { client } = await account({}, [{ role: role('workload_manager'), scope }])
    const own = await paired([{ href: dev.href }])
    const wished = await paired([], { labels: { env: 'Dev' } })
    const foreign = await paired([{ href: prod.href }])
    const unpair = (...vens: Json[]) =>
      client.put(at('/vens/unpair'), { vens: vens.map(({ href }) => ({ href })) })
    expectArray(await unpair(foreign), 403, 'authorization_error')
    expectArray(await unpair(own, wished, foreign), 403, 'authorization_error')
    expect(await leaves(), 'of those that are theirs, too').toEqual([])
    for (const ven of [own, wished]) expectNoBody(await client.put(API + ven.href, { name: 'mine' }), 204)
    expectArray(await client.put(API + foreign.href, { name: 'mine' }), 403, 'authorization_error')
    expect((await unpair(own)).status).toBe(200)
    expect((await unpair(wished)).status).toBe(200)
    expect((await owner.get(API + foreign.href)).status).toBe(200)
  })

  test('given, changed and taken, they hold at once; the same twice is 406', async () => {
    const { made, client } = await account({}, [])
    const principal = { href: made.href.replace('service_accounts', 'auth_security_principals') }
    expectArray(await client.get(at('/labels')), 403, 'authorization_error')
    const body = { scope: [], role: role('read_only'), auth_security_principal: principal }
    const given = await make('/permissions', body)
    expect(given).toMatchObject(body)
    expect((await client.get(at('/pairing_profiles'))).status).toBe(200)
    expectArray(await owner.post(at('/permissions'), body), 406, 'permission_must_be_unique')
    expectNoBody(await owner.put(API + given.href, { role: role('ruleset_viewer') }), 204)
    expectArray(await client.get(at('/pairing_profiles')), 403, 'authorization_error')
    const of = encodeURIComponent(principal.href)
    const listed = expectStatus(await owner.get(at(`/permissions?auth_security_principal=${of}`)), 200)
    expect(listed).toEqual([{ ...given, role: role('ruleset_viewer') }])
    expect(expectStatus(await owner.get(at('/permissions?scope=%5B%5D')), 200)).toHaveLength(2)
    expectNoBody(await owner.delete(API + given.href), 204)
    expectArray(await client.get(at('/labels')), 403, 'authorization_error')
    expectNoBody(await owner.delete(API + given.href), 404)
  })
})

test('a role of another vendor’s dialect is no permission here, and does not keep an owner from leaving', async () => {
  const names = (roles: Json[]) => roles.map((one) => one.role.href)
  const known = expectStatus(await owner.get(at('/roles')), 200).map(({ href }: Json) => href)
  const me = expectStatus(await owner.get(`${API}/users/login`), 200)
  const orgs = expectStatus(await owner.get(`${API}${me.href}/orgs`), 200)
  expect(names(me.orgs[0].role_scopes)).toEqual([role('owner').href])
  expect(names(orgs[0].role_scopes)).toEqual([role('owner').href])
  const answer = await owner.get(at('/permissions'))
  const listed: Json[] = expectStatus(answer, 200)
  expect(names(listed).filter((href) => !known.includes(href))).toEqual([])
  expect(answer.headers.get('X-Total-Count')).toBe(String(listed.length))
  const id = crypto.randomUUID()
  await env.DB.prepare(
    `INSERT INTO grants (id, organization_id, principal_id, role, scope, created_at)
     SELECT ?, organization_id, principal_id, 'datonis:read_only', scope, created_at FROM grants
     WHERE organization_id = ? AND role = 'illumio:owner'`,
  )
    .bind(id, organization)
    .run()
  const again = await owner.get(at('/permissions'))
  expect([expectStatus(again, 200), again.headers.get('X-Total-Count')]).toEqual([
    listed,
    String(listed.length),
  ])
  const meAgain = expectStatus(await owner.get(`${API}/users/login`), 200)
  expect(names(meAgain.orgs[0].role_scopes)).toEqual([role('owner').href])
  const foreign = at(`/permissions/${id}`)
  expectNoBody(await owner.get(foreign), 404)
  expectNoBody(await owner.put(foreign, { role: role('owner') }), 404)
  expectNoBody(await owner.delete(foreign), 404)

  const username = `${crypto.randomUUID()}@second.example`
  await owner.post(`${API}/users`, { username })
  const name = encodeURIComponent(username)
  const [second] = expectStatus(await owner.get(at(`/auth_security_principals?name=${name}`)), 200)
  const [first] = listed
  const auth_security_principal = { href: second.href }
  await make('/permissions', { scope: [], role: role('owner'), auth_security_principal })
  const keeper = await account()
  expectNoBody(await keeper.client.delete(API + first.href), 204)
  expectNoBody(await keeper.client.delete(API + first.auth_security_principal.href), 204)
})

test.each(['--', '-1', '1e0', '01', '9'.repeat(200), '-'])(
  'an access restriction is not found by %s',
  async (id) => {
    await make('/access_restrictions', { name: 'one', ips: ['192.0.2.1'] })
    const access_restriction = { href: `${org}/access_restrictions/${id}` }
    const body = { type: 'user', name: 'somebody', access_restriction }
    expectArray(await owner.post(at('/auth_security_principals'), body), 406, 'invalid_uri')
  },
)

test('principals: named before they sign in, found by name and type, renamed only before they sign in', async () => {
  const body = { name: 'x@y.example', display_name: 'X', type: 'user' }
  const made = await make('/auth_security_principals', body)
  expect(made).toEqual({ ...body, access_restriction: null, href: made.href })
  expectArray(await owner.post(at('/auth_security_principals'), body), 406, 'name_must_be_unique')
  expectNoBody(await owner.put(API + made.href, { name: 'z@y.example' }), 204)
  const found = expectStatus(await owner.get(at('/auth_security_principals?name=Z%40&type=user')), 200)
  expect(found).toEqual([{ ...made, name: 'z@y.example' }])
  const groups = await owner.get(at('/auth_security_principals?type=group'))
  expect(expectStatus(groups, 200)).toEqual([])
  const [me] = expectStatus(await owner.get(at('/auth_security_principals?type=user')), 200)
  expectArray(await owner.put(API + me.href, { name: 'other' }), 406, 'input_validation_error')
  expectNoBody(await owner.delete(API + made.href), 204)
})

test('settings: defaults, then what was set; a new key’s default lifetime follows, an old one’s stays', async () => {
  const shown = expectStatus(await owner.get(at('/settings')), 200)
  expectNoBody(await owner.put(at('/settings'), shown), 204)
  expectArray(
    await owner.put(at('/settings'), { ven_maintenance_token_required: true }),
    406,
    'input_validation_error',
  )
  expect(shown).toMatchObject({
    href: `${org}/settings`,
    max_api_key_expiration_in_seconds: 7_776_000,
    expired_api_keys_retention_in_seconds: 7_776_000,
  })
  const { made: before } = await account()
  expectNoBody(await owner.put(at('/settings'), { max_api_key_expiration_in_seconds: -1 }), 204)
  expectNoBody(await owner.put(at('/settings'), { expired_api_keys_retention_in_seconds: 0 }), 204)
  expectNoBody(await owner.put(at('/settings/events'), { audit_event_retention_seconds: 86_400 }), 204)
  expect(expectStatus(await owner.get(at('/settings')), 200)).toMatchObject({
    max_api_key_expiration_in_seconds: -1,
    expired_api_keys_retention_in_seconds: 0,
  })
  expect(expectStatus(await owner.get(at('/settings/events')), 200)).toEqual({
    href: `${org}/settings/events`,
    audit_event_retention_seconds: 86_400,
    audit_event_min_severity: 'informational',
    format: 'JSON',
  })
  const { made: after } = await account()
  const secondsOf = async ({ href }: Json) =>
    expectStatus(await owner.get(API + href), 200).api_keys[0].expires_in_seconds
  expect([await secondsOf(before), await secondsOf(after)]).toEqual([7_776_000, -1])
  for (const body of [
    { max_api_key_expiration_in_seconds: -2 },
    { expired_api_keys_retention_in_seconds: 31_536_001 },
    { other: 1 },
  ]) {
    expectArray(await owner.put(at('/settings'), body), 406, 'input_validation_error')
  }
})

test('roles: nine of them, each by its name', async () => {
  const roles: Json[] = expectStatus(await owner.get(at('/roles')), 200)
  expect(roles).toHaveLength(9)
  for (const { href } of roles) expect(expectStatus(await owner.get(API + href), 200)).toEqual({ href })
  expectNoBody(await owner.get(at('/roles/king')), 404)
  expectNoBody(await owner.get(at('/roles/__proto__')), 404)
})

test('the Go client’s doubled slash makes a key too', async () => {
  const [{ href }] = expectStatus(await owner.get(`${API}/users`), 200)
  const made = await ask('POST', `${API}/${href}/api_keys`, {
    body: { name: 'n', description: 'd' },
    headers: { Authorization: owner.authorization },
  })
  expect(Object.keys(expectStatus(made, 201))).toEqual(expect.arrayContaining(['auth_username', 'secret']))
})

test('a user, and an account, have 500 keys at most, also when many ask at once', async () => {
  const { made } = await account()
  const [{ href }] = expectStatus(await owner.get(`${API}/users`), 200)
  await env.DB.prepare(
    `INSERT INTO api_keys (id, principal_id, organization_id, name, secret_hash, ring_version, created_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 498)
     SELECT api_keys.id || i, principal_id, organization_id, name, '', ring_version, created_at FROM api_keys, n
     WHERE organization_id = ?`,
  )
    .bind(organization)
    .run()
  for (const [path, body] of [
    [`${href}/api_keys`, { name: 'one more' }],
    [`${made.href}/api_keys`, { expires_in_seconds: -1 }],
  ] as const) {
    const answers = await Promise.all(Array.from({ length: 5 }, () => owner.post(API + path, body)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 406, 406, 406, 406])
    expectArray(await owner.post(API + path, body), 406, 'object_limit_hard_limit_reached')
  }
})

describe('an organization has no more than it may, also when many ask at once', () => {
  const FROM = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)'
  /** All but one of what it may have; `have` it has already. */
  const fill = (insert: string, limit: number, have: number) =>
    env.DB.prepare(insert)
      .bind(limit - 1 - have, organization, `${organization}`)
      .run()
  const oneOfMany = async (path: string, body: (i: number) => object) => {
    const answers = await Promise.all(Array.from({ length: 5 }, (_, i) => owner.post(path, body(i))))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 406, 406, 406, 406])
    expectArray(await owner.post(path, body(9)), 406, 'object_limit_hard_limit_reached')
  }
  const PRINCIPAL = `INSERT INTO principals (uuid, organization_id, kind, name, name_folded, created_at, created_by,
    updated_at, updated_by)`

  test('2,000 service accounts', async () => {
    await fill(
      `${FROM.replace('WITH', `${PRINCIPAL} WITH`)} SELECT ?3 || 's' || i, ?2, 'service_account', i, i, 1, '{}', 1, '{}' FROM n`,
      2_000,
      0,
    )
    await oneOfMany(at('/service_accounts'), (i) => ({
      name: `one more ${i}`,
      permissions: [],
      api_key: { expires_in_seconds: -1 },
    }))
  })

  test('2,000 users', async () => {
    await fill(
      `INSERT INTO users (email, email_folded, created_at, updated_at)
       ${FROM} SELECT ?3 || i || '@full.example', ?3 || i || '@full.example', ?2, 1 FROM n`,
      2_000,
      1,
    )
    await env.DB.prepare(
      `INSERT INTO principals (uuid, organization_id, kind, name, name_folded, user_id, created_at, created_by, updated_at, updated_by)
       SELECT email, ?1, 'user', email, email, id, 1, '{}', 1, '{}' FROM users WHERE created_at = ?1`,
    )
      .bind(organization)
      .run()
    await oneOfMany(`${API}/users`, () => ({ username: `${crypto.randomUUID()}@more.example` }))
  })

  test('50 access restrictions', async () => {
    await fill(
      `INSERT INTO access_restrictions (organization_id, name, description, ranges, exclusions, created_at, created_by,
         updated_at, updated_by) ${FROM} SELECT ?2, ?3 || i, '', '["192.0.2.1"]', '[]', 1, '{}', 1, '{}' FROM n`,
      50,
      0,
    )
    await oneOfMany(at('/access_restrictions'), (i) => ({ name: `one more ${i}`, ips: ['192.0.2.1'] }))
  })

  test('35,000 permissions', async () => {
    const principals: Json[] = []
    for (let i = 0; i < 10; i++) {
      principals.push(await make('/auth_security_principals', { name: `group ${i}`, type: 'group' }))
    }
    await fill(
      `INSERT INTO grants (id, organization_id, principal_id, role, scope, created_at)
       ${FROM} SELECT ?3 || 'g' || i, ?2, 0, 'illumio:read_only', '["' || ?3 || '.' || i || '"]', 1 FROM n`,
      35_000,
      1,
    )
    await oneOfMany(at('/permissions'), (i) => ({
      scope: [],
      role: role('read_only'),
      auth_security_principal: { href: principals[i]?.href },
    }))
  })
})
