/** Signing in, and what belongs to a signed-in user. */
import { beforeEach, describe, expect, test } from 'vitest'
import { KEY_PAIRS, signIn } from '../../support/datonis.ts'
import { ask, Client, eventsOf, makeMember, makeOwner } from '../../support/organization.ts'
import { API, errorOf, expectStatus, type Json } from '../../support/pairing.ts'
import { expectArray, expectNoBody } from '../../support/routes.ts'

type Owner = Awaited<ReturnType<typeof makeOwner>>
let owner: Owner
beforeEach(async () => {
  owner = await makeOwner()
})

const login = (email: string, password: string) => new Client(email, password)
const authenticate = (email = owner.email, password = owner.password) =>
  login(email, password).ask('POST', `${API}/login_users/authenticate?pce_fqdn=pce.example.com`)
const logIn = (token: string) =>
  ask('GET', `${API}/users/login`, { headers: { Authorization: `Token token=${token}` } })

async function session(
  email = owner.email,
  password = owner.password,
): Promise<{ me: Json; client: Client }> {
  const { auth_token } = expectStatus(await authenticate(email, password), 200)
  const me = expectStatus(await logIn(auth_token), 200)
  return { me, client: new Client(me.auth_username, me.session_token) }
}

describe('sessions', () => {
  test('a password gets a token, the token a session, and the session may what its user may', async () => {
    const { me, client } = await session()
    expect(me).toMatchObject({
      href: expect.stringMatching(/^\/users\/\d+$/),
      type: 'local',
      local: true,
      auth_username: `user_${me.href.split('/').at(-1)}`,
      session_token: expect.stringMatching(/^[0-9a-f]{40}$/),
      inactivity_expiration_minutes: 10,
      start: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/),
      product_version: { version: '25.2.20', build: 2 },
      orgs: [
        {
          org_id: owner.organization,
          href: `/orgs/${owner.organization}`,
          role_scopes: [{ role: { href: `/orgs/${owner.organization}/roles/owner` }, scope: [] }],
        },
      ],
    })
    for (const path of [
      '/noop',
      `/orgs/${owner.organization}/labels`,
      `/orgs/${owner.organization}/permissions`,
    ]) {
      expect((await client.get(API + path)).status, path).toBe(200)
    }
    expectArray(await client.get(`${API}/orgs/0/labels`), 403, 'authorization_error')
  })

  test('whatever the body and its type, absent, null or with a one-time password', async () => {
    for (const raw of [undefined, 'null', '{"one_time_password":"1"}', '{']) {
      const answer = await login(owner.email, owner.password).ask(
        'POST',
        `${API}/login_users/authenticate`,
        raw === undefined ? {} : { raw },
      )
      expect(Object.keys(expectStatus(answer, 200))).toEqual(['auth_token'])
    }
  })

  test('a token to log in with is good once, also of many at once', async () => {
    const { auth_token } = expectStatus(await authenticate(), 200)
    const answers = await Promise.all(Array.from({ length: 10 }, () => logIn(auth_token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(401)])
  })

  test('it is no session, a session is no such token, and neither is good for another user', async () => {
    const { auth_token } = expectStatus(await authenticate(), 200)
    const { me } = await session()
    expectArray(
      await new Client(me.auth_username, auth_token).get(`${API}/noop`),
      401,
      'authentication_error',
    )
    expectArray(await logIn(me.session_token), 401, 'authentication_error')
    for (const [name, secret] of [
      ['user_999999', me.session_token],
      [me.auth_username, me.session_token.replace(/.$/, (last: string) => (last === '0' ? '1' : '0'))],
      [me.auth_username, ''],
      [owner.email, owner.password],
    ]) {
      expectArray(await new Client(name, secret).get(`${API}/noop`), 401, 'authentication_error')
    }
  })

  test('logged out is out; an API key can’t log out', async () => {
    const { me, client } = await session()
    const other = await session()
    expect((await owner.client.ask('PUT', `${API}${me.href}/logout`, { body: {} })).status).toBe(403)
    expectNoBody(await client.ask('PUT', `${API}${me.href}/logout`, { body: {} }), 204)
    expectArray(await client.get(`${API}/noop`), 401, 'authentication_error')
    expect((await other.client.get(`${API}/noop`)).status, 'another session of the same user').toBe(200)
    const types = (await eventsOf(owner.organization)).map(({ type }) => type)
    expect(types.filter((type) => type.startsWith('user.'))).toEqual([
      'user.sign_in',
      'user.sign_in',
      'user.sign_out',
    ])
  })

  test('with an API key, users/login tells who one is, and makes no session', async () => {
    const me = expectStatus(await owner.client.get(`${API}/users/login`), 200)
    expect(me.orgs).toHaveLength(1)
    expect(me).not.toHaveProperty('session_token')
  })

  test('five wrong passwords lock: not even the right one is let in', async () => {
    for (let n = 0; n < 5; n++) {
      expectArray(await authenticate(owner.email, 'wrong'), 401, 'authentication_error')
    }
    expectArray(await authenticate(), 401, 'authentication_error')
    const [user] = expectStatus(await owner.client.get(`${API}/users`), 200)
    expect(user.locked).toBe(true)
  })

  test('a changed password ends the sessions; a weak one is 406, and changes nothing', async () => {
    const { client } = await session()
    const change = (password: unknown, present = owner.password) =>
      login(owner.email, present).ask('PUT', `${API}/login_users/me/password`, { body: { password } })
    expectArray(await change('weak'), 406, 'password_policy_violation')
    expectArray(await change(7), 406, 'input_validation_error')
    expectArray(await change('Good-Enough-1', 'wrong'), 401, 'authentication_error')
    expect((await client.get(`${API}/noop`)).status).toBe(200)
    expectNoBody(await change('Good-Enough-1'), 204)
    expectArray(await client.get(`${API}/noop`), 401, 'authentication_error')
    expectArray(await authenticate(), 401, 'authentication_error')
    expect((await authenticate(owner.email, 'Good-Enough-1')).status).toBe(200)
    expect((await owner.client.get(`${API}/noop`)).status, 'an API key is no session').toBe(200)
  })
})

describe('users', () => {
  test('are seen only by those who share an organization with them', async () => {
    const stranger = await makeOwner()
    const [{ href }] = expectStatus(await owner.client.get(`${API}/users`), 200)
    const listed = await stranger.client.get(`${API}/users`)
    expect(listed.text).not.toContain(owner.email)
    expect(listed.headers.get('X-Total-Count')).toBe('1')
    expectNoBody(await stranger.client.get(API + href), 404)
    expectNoBody(await stranger.client.get(`${API}${href}/orgs`), 404)
    expect(await stranger.client.put(API + href, { full_name: 'x' })).toMatchObject({ status: 404 })
    const shared = await makeOwner(owner.email)
    expect(expectStatus(await shared.client.get(API + href), 200).username).toBe(owner.email)
    const orgs = expectStatus(await shared.client.get(`${API}${href}/orgs`), 200)
    expect(
      orgs.map((org: Json) => org.org_id),
      'only what is shared',
    ).toEqual([shared.organization])
  })

  test('who is made gets an initial password, which is good for choosing another and nothing else', async () => {
    const username = `${crypto.randomUUID()}@new.example`
    const made = expectStatus(
      await owner.client.post(`${API}/users`, { username, type: 'local', full_name: 'New' }),
      201,
    )
    const { initial_password: initial, pending_invitation } = made.local_profile
    expect([made.username, made.full_name, pending_invitation]).toEqual([username, 'New', true])
    expectArray(await authenticate(username, initial), 401, 'authentication_error')
    const chosen = await login(username, initial).ask('PUT', `${API}/login_users/me/password`, {
      body: { password: 'Chosen-By-Me-1' },
    })
    expectNoBody(chosen, 204)
    const { client, me } = await session(username, 'Chosen-By-Me-1')
    expect(me.orgs[0].role_scopes).toEqual([])
    expectArray(await client.get(`${API}/orgs/${owner.organization}/labels`), 403, 'authorization_error')
    expect(expectStatus(await owner.client.get(API + made.href), 200).local_profile).toEqual({
      pending_invitation: false,
    })
    expectArray(
      await owner.client.ask('PUT', `${API}${made.href}/local_profile/reinvite`),
      406,
      'invitation_already_accepted',
    )
    expectNoBody(await owner.client.delete(`${API}${made.href}/local_profile`), 204)
    expectArray(await client.get(`${API}/noop`), 401, 'authentication_error')
    const again = expectStatus(await owner.client.ask('POST', `${API}${made.href}/local_profile`), 201)
    expect(again.local_profile.initial_password).not.toBe(initial)
    const events = JSON.stringify(await eventsOf(owner.organization))
    for (const secret of [initial, again.local_profile.initial_password, 'Chosen-By-Me-1']) {
      expect(events).not.toContain(secret)
    }
  })

  test('a user who is taken out of their only organization is gone, and may be made again', async () => {
    const username = `${crypto.randomUUID()}@new.example`
    const made = expectStatus(await owner.client.post(`${API}/users`, { username }), 201)
    const password = made.local_profile.initial_password
    const principals = `${API}/orgs/${owner.organization}/auth_security_principals`
    const [principal] = expectStatus(await owner.client.get(`${principals}?name=${username}`), 200)
    expectNoBody(await owner.client.delete(API + principal.href), 204)
    expectNoBody(await owner.client.get(API + made.href), 404)
    const change = { body: { password: 'Chosen-By-Me-1' } }
    expectArray(
      await login(username, password).ask('PUT', `${API}/login_users/me/password`, change),
      401,
      'authentication_error',
    )
    const again = expectStatus(await owner.client.post(`${API}/users`, { username }), 201)
    expect(again.href).not.toBe(made.href)
  })

  test('who is taken out of one of two organizations stays who they are in the other', async () => {
    const shared = await makeOwner(owner.email)
    const principals = `${API}/orgs/${shared.organization}/auth_security_principals`
    const username = `${crypto.randomUUID()}@second.example`
    expectStatus(await shared.client.post(`${API}/users`, { username }), 201)
    const [second] = expectStatus(await shared.client.get(`${principals}?name=${username}`), 200)
    const permission = {
      scope: [],
      role: { href: `/orgs/${shared.organization}/roles/owner` },
      auth_security_principal: { href: second.href },
    }
    expectStatus(await shared.client.post(`${API}/orgs/${shared.organization}/permissions`, permission), 201)
    const [principal] = expectStatus(await shared.client.get(`${principals}?name=${owner.email}`), 200)
    const { client } = await session()
    expectNoBody(await shared.client.delete(API + principal.href), 204)
    expect((await client.get(`${API}/noop`)).status).toBe(200)
    expect((await client.get(principals)).status).toBe(403)
  })

  test('an administrator of the PCE administers nothing of another vendor’s', async () => {
    const username = `${crypto.randomUUID()}@admin.example`
    const made = expectStatus(await owner.client.post(`${API}/users`, { username }), 201)
    const password = 'Chosen-By-Me-1'
    const given = login(username, made.local_profile.initial_password)
    expectNoBody(await given.ask('PUT', `${API}/login_users/me/password`, { body: { password } }), 204)
    const org = `/orgs/${owner.organization}`
    const [principal] = expectStatus(
      await owner.client.get(`${API}${org}/auth_security_principals?name=${username}`),
      200,
    )
    expectStatus(
      await owner.client.post(`${API}${org}/permissions`, {
        scope: [],
        role: { href: `${org}/roles/admin` },
        auth_security_principal: { href: principal.href },
      }),
      201,
    )
    const boss = await signIn({ email: owner.email, password: owner.password })
    const child = { organisation: { name: `child ${crypto.randomUUID()}`, time_zone: 'UTC' } }
    const admin = await signIn({ email: username, password })
    expect((await admin.call('POST', '/api/v3/child_organisations', { body: child })).status).toBe(403)
    expect((await admin.get(KEY_PAIRS)).status).toBe(403)
    const below = await boss.call('POST', '/api/v3/child_organisations', { body: child })
    const { organisation_key } = below.json.organisation
    await expect(signIn({ email: username, password, organisation_key })).rejects.toThrow('401')
  })

  test('of a new initial password and one that was chosen at once, one counts', async () => {
    const username = `${crypto.randomUUID()}@joining.example`
    const made = expectStatus(await owner.client.post(`${API}/users`, { username }), 201)
    const again = () => owner.client.put(`${API}${made.href}/local_profile/reinvite`, {})
    const password = 'Chosen-password-1'
    const [chosen, given] = await Promise.all([
      login(username, made.local_profile.initial_password).ask('PUT', `${API}/login_users/me/password`, {
        body: { password },
      }),
      again(),
    ])
    expect([
      [204, 406],
      [401, 200],
    ]).toContainEqual([chosen.status, given.status])
    expect((await authenticate(username, password)).status).toBe(chosen.status === 204 ? 200 : 401)
  })

  test('an address that is taken is 406; who is also in another organization is not administered here', async () => {
    const taken = await owner.client.post(`${API}/users`, { username: owner.email.toUpperCase() })
    expect(errorOf(taken)).toBe('name_must_be_unique: Name must be unique')
    const shared = await makeOwner(owner.email)
    const [{ href }] = expectStatus(await shared.client.get(`${API}/users`), 200)
    const member = await makeMember(shared.organization, 'illumio:owner')
    for (const [method, path] of [
      ['DELETE', `${href}/local_profile`],
      ['PUT', `${href}/local_profile/reinvite`],
    ] as const) {
      expectArray(await member.ask(method, API + path), 403, 'authorization_error')
    }
    expectArray(await member.put(API + href, { full_name: 'x' }), 403, 'authorization_error')
  })
})

describe('a user’s API keys', () => {
  test('the seed’s example: secret once, then listed without it; renamed, deleted, and refused at once', async () => {
    const { me, client } = await session()
    const keys = `${API}/${me.href}/api_keys`
    const body = { name: 'my_api_key', description: 'my_scripting_key' }
    const made = expectStatus(await client.post(keys, body), 201)
    expect(made).toMatchObject({
      key_id: expect.stringMatching(/^1[0-9a-f]{16}$/),
      auth_username: `api_${made.key_id}`,
      secret: expect.stringMatching(/^[0-9a-f]{64}$/),
      href: `${me.href}/api_keys/${made.key_id}`,
      ...body,
    })
    const listed = expectStatus(await client.get(keys), 200)
    const { secret, ...shown } = made
    expect(listed.at(-1)).toEqual(shown)
    expect(JSON.stringify(listed)).not.toContain(secret)
    expect(expectStatus(await client.get(API + made.href), 200)).toEqual(shown)

    const key = new Client(made.auth_username, secret)
    expect((await key.get(`${API}/noop`)).status).toBe(200)
    expectNoBody(await key.put(API + made.href, { name: 'other' }), 204)
    const renamed = expectStatus(await key.get(API + made.href), 200)
    expect([renamed.name, renamed.description]).toEqual(['other', 'my_scripting_key'])
    expectNoBody(await client.delete(API + made.href), 204)
    expectArray(await key.get(`${API}/noop`), 401, 'authentication_error')
    expectNoBody(await client.delete(API + made.href), 404)
  })

  test('its last use is noted, to the minute', async () => {
    const { me, client } = await session()
    const keys = `${API}${me.href}/api_keys`
    const made = expectStatus(await client.post(keys, { name: 'k' }), 201)
    expect(expectStatus(await client.get(API + made.href), 200)).not.toHaveProperty('last_login_on')
    await new Client(made.auth_username, made.secret).get(`${API}/noop`)
    await expect
      .poll(async () => expectStatus(await client.get(API + made.href), 200))
      .toHaveProperty('last_login_on')
  })

  test('a body without a name, or with more than it takes, is 406', async () => {
    const { me, client } = await session()
    const keys = `${API}${me.href}/api_keys`
    expect(errorOf(await client.post(keys, {}))).toBe(
      "input_validation_error: Input validation failed. Details: {The property '#/' did not contain a required property of 'name' in schema users_api_keys_post.schema.json}",
    )
    expectArray(await client.post(keys, { name: 'a', secret: 'b' }), 406, 'input_validation_error')
    expectNoBody(await client.put(`${keys}/1${'0'.repeat(16)}`, { name: 'a' }), 404)
  })
})
