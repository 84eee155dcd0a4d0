/** E-mail addresses are not proven: what an organization makes of one stays in that organization. */
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { ask, Client, eventsOf, makeOwner } from '../../support/organization.ts'
import { API, expectStatus, type Json } from '../../support/pairing.ts'
import { expectArray, expectNoBody } from '../../support/routes.ts'

type Owner = Awaited<ReturnType<typeof makeOwner>>
let [acme, globex]: [Owner, Owner] = [] as never
let username = ''
beforeEach(async () => {
  ;[acme, globex] = [await makeOwner(), await makeOwner()]
  username = `${crypto.randomUUID()}@shared.example`
})

const invite = (owner: Owner, name = username) => owner.client.post(`${API}/users`, { username: name })
const choose = (given: string, password: string, name = username) =>
  new Client(name, given).put(`${API}/login_users/me/password`, { password })
const authenticate = (password: string, name = username) =>
  new Client(name, password).ask('POST', `${API}/login_users/authenticate`)

/** A user of that address who chose that password. */
async function member(owner: Owner, password: string): Promise<Json> {
  const made = expectStatus(await invite(owner), 201)
  expectNoBody(await choose(made.local_profile.initial_password, password), 204)
  return made
}

/** What a sign-in answers about the user. */
async function logIn(password: string, name = username): Promise<Json> {
  const { auth_token } = expectStatus(await authenticate(password, name), 200)
  const headers = { Authorization: `Token token=${auth_token}` }
  return expectStatus(await ask('GET', `${API}/users/login`, { headers }), 200)
}

async function bootstrap(organization: string, email: string): Promise<Json> {
  const made = await ask('POST', '/v1/bootstrap', {
    body: { organization, email },
    headers: { Authorization: `Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}` },
  })
  if (made.status > 201) throw new Error(`bootstrap answered ${made.status}: ${made.text}`)
  return made.json
}

describe('the same address in two organizations', () => {
  test('is two users: neither organization learns of the other’s, and each password enters its own', async () => {
    const [first, second] = [
      await member(acme, 'Password-of-Acme-1'),
      await member(globex, 'Password-of-Globex-1'),
    ]
    expect(first.href).not.toBe(second.href)
    expectNoBody(await acme.client.get(API + second.href), 404)
    const listed: Json[] = expectStatus(await acme.client.get(`${API}/users`), 200)
    expect(listed.filter((one) => one.username === username).map(({ href }) => href)).toEqual([first.href])
    for (const [password, { organization }, { href }] of [
      ['Password-of-Acme-1', acme, first],
      ['Password-of-Globex-1', globex, second],
    ] as const) {
      const me = await logIn(password)
      expect([me.href, me.orgs.map((org: Json) => org.org_id)]).toEqual([href, [organization]])
    }
    expectArray(await authenticate('Password-of-Nobody-1'), 401, 'authentication_error')
  })

  test('made by many at once, is one in each, and every password is right', async () => {
    const owners = await Promise.all(Array.from({ length: 5 }, () => makeOwner()))
    const made: Json[] = await Promise.all(
      owners.map(async (owner) => expectStatus(await invite(owner), 201)),
    )
    for (const [n, { local_profile }] of made.entries()) {
      expectNoBody(await choose(local_profile.initial_password, `Chosen-By-Me-${n}`), 204)
    }
    for (const [n, { href }] of made.entries()) expect((await logIn(`Chosen-By-Me-${n}`)).href).toBe(href)
    const salts = await env.DB.prepare('SELECT DISTINCT password_salt FROM users WHERE email = ?')
      .bind(username)
      .all()
    expect(salts.results, 'so that a sign-in derives once').toHaveLength(1)
  })

  test('twice in one organization is refused, also where the deployment’s operator made the first', async () => {
    expectStatus(await invite(acme), 201)
    expectArray(await invite(acme, username.toUpperCase()), 406, 'name_must_be_unique')
    expectArray(await invite(acme, acme.email), 406, 'name_must_be_unique')
    expectStatus(await invite(globex, acme.email), 201)
    expect((await logIn(acme.password, acme.email)).orgs.map((org: Json) => org.org_id)).toEqual([
      acme.organization,
    ])
  })

  test('one who signs in to one of them is not locked out of the other', async () => {
    await member(acme, 'Password-of-Acme-1')
    const { href } = await member(globex, 'Password-of-Globex-1')
    for (let n = 0; n < 7; n++) await logIn('Password-of-Acme-1')
    expect((await logIn('Password-of-Globex-1')).href).toBe(href)
    const recorded = (await eventsOf(globex.organization)).map(({ type }) => type)
    expect(recorded.filter((type) => /lock|refuse/.test(type))).toEqual([])
  })

  test('one who has it in an organization of their own guesses no more often than others', async () => {
    await member(acme, 'Password-of-Acme-1')
    await member(globex, 'Password-of-Globex-1')
    for (let n = 0; n < 5; n++) {
      expectArray(await authenticate(`guess ${n}`), 401, 'authentication_error')
      if (n < 4) await logIn('Password-of-Globex-1')
    }
    expectArray(await authenticate('Password-of-Acme-1'), 401, 'authentication_error')
  })

  test('with the same password is the older user’s', async () => {
    const { href } = await member(acme, 'One-Password-1')
    await member(globex, 'One-Password-1')
    expect((await logIn('One-Password-1')).href).toBe(href)
  })
})

describe('an address of an organization’s making', () => {
  test('is unknown to another organization that the operator makes with it', async () => {
    const { href } = await member(acme, 'Password-of-Acme-1')
    const made = await bootstrap(`test ${crypto.randomUUID()}`, username)
    expect(made.illumio.password).toEqual(expect.any(String))
    const me = await logIn(made.illumio.password)
    expect(me.href).not.toBe(href)
    expect(me.orgs.map((org: Json) => org.org_id)).toEqual([made.illumio.org_id])
    expect((await logIn('Password-of-Acme-1')).orgs.map((org: Json) => org.org_id)).toEqual([
      acme.organization,
    ])
  })

  test('is that user’s, where the operator names them an owner of the same organization', async () => {
    const name = `test ${crypto.randomUUID()}`
    const first = await bootstrap(name, `${crypto.randomUUID()}@owner.example`)
    const client = new Client(first.illumio.auth_username, first.illumio.secret)
    const made = expectStatus(await client.post(`${API}/users`, { username }), 201)
    const again = await bootstrap(name, username)
    expect([again.illumio.org_id, again.illumio.password]).toEqual([first.illumio.org_id, null])
    expectNoBody(await choose(made.local_profile.initial_password, 'Chosen-By-Me-1'), 204)
    const me = await logIn('Chosen-By-Me-1')
    expect(me.href).toBe(made.href)
    expect(me.orgs[0].role_scopes).toHaveLength(1)
  })
})

describe('a user who chose no password yet', () => {
  test('is gone with their profile, and may be made again; what was said of the name stays', async () => {
    const made = expectStatus(await invite(acme), 201)
    expectNoBody(await acme.client.delete(`${API}${made.href}/local_profile`), 204)
    expectNoBody(await acme.client.get(API + made.href), 404)
    expect((await acme.client.get(`${API}/users`)).text).not.toContain(username)
    expectArray(
      await choose(made.local_profile.initial_password, 'Chosen-By-Me-1'),
      401,
      'authentication_error',
    )
    const principals = `${API}/orgs/${acme.organization}/auth_security_principals?name=${username}`
    expect(expectStatus(await acme.client.get(principals), 200)).toHaveLength(1)
    expect((await eventsOf(acme.organization)).map(({ type }) => type)).toContain('user.remove')
    const again = expectStatus(await invite(acme), 201)
    expect(again.href).not.toBe(made.href)
    expectNoBody(await choose(again.local_profile.initial_password, 'Chosen-By-Me-1'), 204)
    expect((await logIn('Chosen-By-Me-1')).href).toBe(again.href)
  })

  test('is gone or has chosen, of both at once', async () => {
    const made = expectStatus(await invite(acme), 201)
    const [chosen, gone] = await Promise.all([
      choose(made.local_profile.initial_password, 'Chosen-By-Me-1'),
      acme.client.delete(`${API}${made.href}/local_profile`),
    ])
    expect([chosen.status, gone.status]).toSatisfy(
      ([one, other]) =>
        // Both: chosen first, and then taken away.
        [401, 204].includes(one) && [204, 404].includes(other),
    )
    const after = await authenticate('Chosen-By-Me-1')
    expect(after.status).toBe(chosen.status === 204 && gone.status !== 204 ? 200 : 401)
  })
})

describe('a user of two organizations, one of which does not let them in from there', () => {
  const from = (address: string) => ({ 'X-Test-Address': address })

  async function restricted() {
    const email = acme.email
    const made = await bootstrap(`test ${crypto.randomUUID()}`, email)
    const org = `${API}/orgs/${made.illumio.org_id}`
    const client = new Client(made.illumio.auth_username, made.illumio.secret)
    const other = expectStatus(await client.post(`${API}/users`, { username }), 201)
    const restriction = expectStatus(
      await client.post(`${org}/access_restrictions`, {
        name: 'office',
        ips: ['192.0.2.0/24'],
        enforcement_exclusions: ['api_keys'],
      }),
      201,
    )
    const [principal] = expectStatus(await client.get(`${org}/auth_security_principals?name=${email}`), 200)
    const body = { access_restriction: { href: restriction.href } }
    const restrict = { body, headers: from('192.0.2.7') }
    expectNoBody(await client.ask('PUT', API + principal.href, restrict), 204)
    return { id: made.illumio.org_id as number, other, client }
  }

  test('sees neither its users nor their own roles there, and both from where it lets them in', async () => {
    const { id, other } = await restricted()
    const headersOf = (address: string) => from(address)
    for (const [address, isIn] of [
      ['203.0.113.9', false],
      ['192.0.2.7', true],
    ] as const) {
      const headers = headersOf(address)
      const login = new Client(acme.email, acme.password)
      const shown = expectStatus(await login.ask('POST', `${API}/login_users/authenticate`, { headers }), 200)
      const me = expectStatus(
        await ask('GET', `${API}/users/login`, {
          headers: { ...headers, Authorization: `Token token=${shown.auth_token}` },
        }),
        200,
      )
      const organizations = isIn ? [acme.organization, id] : [acme.organization]
      expect(me.orgs.map((org: Json) => org.org_id)).toEqual(organizations)
      const session = new Client(me.auth_username, me.session_token)
      const listed = await session.ask('GET', `${API}/users`, { headers })
      expect(listed.text.includes(username)).toBe(isIn)
      expect(listed.headers.get('X-Total-Count')).toBe(isIn ? '2' : '1')
      expect((await session.ask('GET', API + other.href, { headers })).status).toBe(isIn ? 200 : 404)
      const orgs = expectStatus(await session.ask('GET', `${API}${me.href}/orgs`, { headers }), 200)
      expect(orgs.map((org: Json) => org.org_id)).toEqual(organizations)
    }
  })

  test('is shown by an API key of one of them what they are in that one', async () => {
    const { id, client } = await restricted()
    for (const [key, organization] of [
      [acme.client, acme.organization],
      [client, id],
    ] as const) {
      const me = expectStatus(await key.get(`${API}/users/login`), 200)
      expect(me.orgs.map((org: Json) => org.org_id)).toEqual([organization])
      const orgs = expectStatus(await key.get(`${API}${me.href}/orgs`), 200)
      expect(orgs.map((org: Json) => org.org_id)).toEqual([organization])
    }
  })

  test('signs in to the one that lets them in, where the first does not', async () => {
    const email = `${crypto.randomUUID()}@owner.example`
    const first = await makeOwner(email)
    const second = await bootstrap(`test ${crypto.randomUUID()}`, email)
    const keeper = new Client(first.client.username, first.client.secret)
    const restriction = expectStatus(
      await keeper.post(`${API}/orgs/${first.organization}/access_restrictions`, {
        name: 'office',
        ips: ['192.0.2.0/24'],
        enforcement_exclusions: ['api_keys'],
      }),
      201,
    )
    const principals = `${API}/orgs/${first.organization}/auth_security_principals`
    const [principal] = expectStatus(await keeper.get(`${principals}?name=${email}`), 200)
    const body = { access_restriction: { href: restriction.href } }
    expectNoBody(await keeper.ask('PUT', API + principal.href, { body, headers: from('192.0.2.7') }), 204)
    const me = await logIn(first.password, email)
    const session = new Client(me.auth_username, me.session_token)
    expect((await session.get(`${API}/orgs/${second.illumio.org_id}/labels`)).status).toBe(200)
    expect((await session.get(`${API}/noop`)).status).toBe(200)
    expect((await session.get(`${API}/orgs/${first.organization}/labels`)).status).toBe(401)
  })
})
