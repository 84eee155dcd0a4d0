/** An owner who can sign in is left, whatever is taken away, and by however many calls at once. */
import { beforeEach, expect, test } from 'vitest'
import { Client, eventsOf, makeOwner } from '../../support/organization.ts'
import { API, expectStatus, type Json } from '../../support/pairing.ts'
import { expectArray, expectNoBody } from '../../support/routes.ts'

const HERE = '192.0.2.7'
const HERE_RANGE = '192.0.2.0/24'
const ELSEWHERE = '203.0.113.0/24'

/** Who asks from an address that the server knows. */
class ClientHere extends Client {
  override ask(method: string, path: string, options: Parameters<Client['ask']>[2] = {}) {
    return super.ask(method, path, { ...options, headers: { 'X-Test-Address': HERE, ...options.headers } })
  }
}

type Owner = { readonly user: Json; readonly principal: Json; readonly permission: Json }

let owner: Client
/** An account that is an owner, too, but cannot sign in. */
let keeper: Client
let org: string
let organization: number
let first: Owner
beforeEach(async () => {
  const made = await makeOwner()
  owner = new ClientHere(made.client.username, made.client.secret)
  organization = made.organization
  org = `/orgs/${organization}`
  first = await ownerNamed(made.email)
  const account = await make('/service_accounts', {
    name: 'keeper',
    permissions: [{ role: ROLE(), scope: [] }],
    api_key: { expires_in_seconds: -1 },
  })
  keeper = new ClientHere(account.api_key.auth_username, account.api_key.secret)
})

const at = (path: string) => `${API}${org}${path}`
const ROLE = (name = 'owner') => ({ href: `${org}/roles/${name}` })
const make = async (path: string, body: object) => expectStatus(await owner.post(at(path), body), 201)
const refused = (answer: Awaited<ReturnType<Client['get']>>) =>
  expectArray(answer, 406, 'last_owner_cannot_be_removed')

async function ownerNamed(email: string): Promise<Owner> {
  const users: Json[] = expectStatus(await owner.get(`${API}/users`), 200)
  const name = encodeURIComponent(email)
  const [principal] = expectStatus(await owner.get(at(`/auth_security_principals?name=${name}`)), 200)
  const of = encodeURIComponent(principal.href)
  const [permission] = expectStatus(await owner.get(at(`/permissions?auth_security_principal=${of}`)), 200)
  return { user: users.find(({ username }) => username === email), principal, permission }
}

async function secondOwner(): Promise<Owner & { readonly initialPassword: string }> {
  const username = `${crypto.randomUUID()}@second.example`
  const made = expectStatus(await owner.post(`${API}/users`, { username }), 201)
  const { principal } = await ownerNamed(username)
  await make('/permissions', {
    scope: [],
    role: ROLE(),
    auth_security_principal: { href: principal.href },
  })
  return { ...(await ownerNamed(username)), initialPassword: made.local_profile.initial_password }
}

const restriction = (ips: string[], more: object = {}): Promise<Json> =>
  make('/access_restrictions', { name: crypto.randomUUID(), ips, ...more })
const restrict = (who: Owner, to: Json | null, by = owner) =>
  by.put(API + who.principal.href, { access_restriction: to && { href: to.href } })
const profileOf = ({ user }: Owner) => `${API}${user.href}/local_profile`

test('the last owner keeps permission, role, principal and password, for every caller; a refusal leaves no event', async () => {
  const before = await eventsOf(organization)
  for (const client of [owner, keeper]) {
    refused(await client.delete(API + first.permission.href))
    refused(await client.put(API + first.permission.href, { role: ROLE('read_only') }))
    refused(await client.delete(API + first.principal.href))
    refused(await client.delete(profileOf(first)))
  }
  expect(await eventsOf(organization)).toEqual(before)
  expect(await ownerNamed(first.user.username)).toEqual(first)
})

test('a user without a password does not count as another owner', async () => {
  const second = await secondOwner()
  expectNoBody(
    await new Client(second.user.username, second.initialPassword).put(`${API}/login_users/me/password`, {
      password: 'Chosen-By-Me-1',
    }),
    204,
  )
  expectNoBody(await owner.delete(profileOf(second)), 204)
  refused(await keeper.delete(API + first.permission.href))
  refused(await keeper.delete(API + first.principal.href))
  refused(await keeper.delete(profileOf(first)))
  expectStatus(await owner.post(profileOf(second), {}), 201)
  expectNoBody(await keeper.delete(profileOf(first)), 204)
})

test('no restriction shuts the last owner out: neither given, nor changed while they have it', async () => {
  const [here, elsewhere] = [await restriction([HERE_RANGE]), await restriction([ELSEWHERE])]
  const keysOnly = await restriction([ELSEWHERE], { enforcement_exclusions: ['api_keys'] })
  const sessionsFree = await restriction([ELSEWHERE], { enforcement_exclusions: ['user_sessions'] })
  for (const client of [owner, keeper]) {
    refused(await restrict(first, elsewhere, client))
    refused(await restrict(first, keysOnly, client))
  }
  expectNoBody(await restrict(first, sessionsFree, keeper), 204)
  refused(await keeper.put(API + sessionsFree.href, { enforcement_exclusions: [] }))
  expectNoBody(await keeper.put(API + sessionsFree.href, { ips: ['198.51.100.1'] }), 204)
  expectNoBody(await restrict(first, here, keeper), 204)
  refused(await keeper.put(API + here.href, { ips: [ELSEWHERE] }))
  expectNoBody(await keeper.put(API + here.href, { ips: [ELSEWHERE, HERE] }), 204)
  expectNoBody(await keeper.put(API + here.href, { description: 'what narrows nothing' }), 204)
  expectNoBody(await restrict(first, null, keeper), 204)
})

test('an owner who is shut out does not count as another owner', async () => {
  const second = await secondOwner()
  expectNoBody(await restrict(second, await restriction([ELSEWHERE])), 204)
  refused(await keeper.delete(API + first.permission.href))
  refused(await keeper.delete(profileOf(first)))
  expectNoBody(await keeper.delete(API + second.permission.href), 204)
})

test('an owner who signs in from elsewhere stays, too, where none could sign in from the caller’s address', async () => {
  const { username, secret } = owner
  const abroad = new Client(username, secret)
  const from = { 'X-Test-Address': '203.0.113.9' }
  const elsewhere = await restriction([ELSEWHERE])
  const to = { body: { access_restriction: { href: elsewhere.href } }, headers: from }
  expectNoBody(await abroad.ask('PUT', API + first.principal.href, to), 204)
  refused(await keeper.delete(API + first.permission.href))
  refused(await keeper.put(API + first.permission.href, { role: ROLE('read_only') }))
  refused(await keeper.delete(API + first.principal.href))
  refused(await keeper.delete(profileOf(first)))
  expectNoBody(await keeper.put(API + elsewhere.href, { ips: [HERE_RANGE] }), 204)
  refused(await keeper.delete(API + first.permission.href))
})

test('of two owners, taken away at once in every pair of ways, one stays', async () => {
  const elsewhere = await restriction([ELSEWHERE])
  const mine = await restriction([HERE_RANGE])
  const ways: ((who: Owner) => Promise<{ readonly status: number }>)[] = [
    (who) => keeper.delete(profileOf(who)),
    (who) => restrict(who, elsewhere, keeper),
    (who) => keeper.delete(API + who.permission.href),
    (who) => keeper.delete(API + who.principal.href),
    (who) => keeper.put(API + who.permission.href, { role: ROLE('read_only') }),
  ]
  let last = first
  for (const [i, one] of ways.entries()) {
    for (const other of ways.slice(i)) {
      const second = await secondOwner()
      const pair = [last, second] as const
      const statuses = (await Promise.all([one(last), other(second)])).map(({ status }) => status)
      expect([...statuses].sort()).toEqual([204, 406])
      last = pair[statuses.indexOf(406)] ?? last
    }
  }
  const second = await secondOwner()
  expectNoBody(await restrict(last, mine, keeper), 204)
  const narrowed = await Promise.all([
    keeper.put(API + mine.href, { ips: [ELSEWHERE] }),
    keeper.delete(API + second.permission.href),
  ])
  expect(narrowed.map(({ status }) => status).sort()).toEqual([204, 406])
})

test('a permission, a principal, a restriction and a password, each deleted four times at once: one 204, then 404', async () => {
  const second = await secondOwner()
  const unused = await restriction([ELSEWHERE])
  const third = await secondOwner()
  const paths = [
    profileOf(second),
    API + second.permission.href,
    API + unused.href,
    API + third.principal.href,
  ]
  for (const path of paths) {
    const answers = await Promise.all(Array.from({ length: 4 }, () => keeper.delete(path)))
    expect([path, answers.map(({ status }) => status).sort()]).toEqual([path, [204, 404, 404, 404]])
  }
  const types = (await eventsOf(organization)).map(({ type }) => type)
  for (const type of ['user.remove', 'permission.delete', 'access_restriction.delete', 'principal.delete']) {
    expect(types.filter((one) => one === type)).toHaveLength(1)
  }
})
