/** Users, principals and permissions in the order in which the vendor's documents and a public curl suite make them. */
import { expect, test } from 'vitest'
import { ask, makeOwner } from '../../support/organization.ts'
import { API, errorOf, expectStatus } from '../../support/pairing.ts'

async function madeUser() {
  const { client, organization } = await makeOwner()
  const username = `${crypto.randomUUID()}@flow.example`
  const made = expectStatus(
    await client.post(`${API}/users`, { username, full_name: 'Ada Byron', type: 'local' }),
    201,
  )
  const org = `${API}/orgs/${organization}`
  return { client, organization, org, username, user: made }
}

test('a user, then its principal by the documented step, a permission; then all of it deleted', async () => {
  const { client, organization, org, username, user } = await madeUser()
  const [own] = expectStatus(await client.get(`${org}/auth_security_principals?name=${username}`), 200)
  expect(own.display_name).toBe('Ada Byron')
  const wanted = { type: 'user', name: username, display_name: 'Countess' }
  const principal = expectStatus(await client.post(`${org}/auth_security_principals`, wanted), 201)
  expect(principal).toEqual({ ...own, display_name: 'Countess' })
  expect(errorOf(await client.post(`${org}/auth_security_principals`, wanted))).toBe(
    'name_must_be_unique: Name must be unique',
  )
  const given = { scope: [], role: { href: `/orgs/${organization}/roles/admin` } }
  const permission = expectStatus(
    await client.post(`${org}/permissions`, { ...given, auth_security_principal: { href: principal.href } }),
    201,
  )
  for (const href of [permission.href, principal.href, `${user.href}/local_profile`]) {
    expectStatus(await client.delete(API + href), 204)
  }
  expect((await client.get(API + user.href)).status).toBe(404)
  const other = await makeOwner()
  expect((await other.client.delete(`${API}${user.href}/local_profile`)).status).toBe(404)
})

test('a permission is given to another principal by PUT', async () => {
  const { client, organization, org } = await madeUser()
  const group = async (name: string) =>
    expectStatus(await client.post(`${org}/auth_security_principals`, { type: 'group', name }), 201)
  const [one, two] = [await group('one'), await group('two')]
  const role = { href: `/orgs/${organization}/roles/admin` }
  const permission = expectStatus(
    await client.post(`${org}/permissions`, { scope: [], role, auth_security_principal: { href: one.href } }),
    201,
  )
  const whole = { ...permission, auth_security_principal: { href: two.href } }
  expectStatus(await client.put(API + permission.href, whole), 204)
  expect(expectStatus(await client.get(API + permission.href), 200)).toEqual(whole)
  const nobody = {
    href: `/orgs/${organization}/auth_security_principals/00000000-0000-4000-8000-000000000000`,
  }
  expect((await client.put(API + permission.href, { auth_security_principal: nobody })).status).toBe(406)
})

test('a locked user cannot sign in; one who is unlocked can; no user locks themselves', async () => {
  const { client, username, user } = await madeUser()
  const first = (password: string) =>
    ask('PUT', `${API}/login_users/me/password`, {
      body: { password: 'Chosen-By-Me-1' },
      headers: { Authorization: `Basic ${btoa(`${username}:${password}`)}` },
    })
  expectStatus(await client.put(API + user.href, { locked: true }), 204)
  expect(expectStatus(await client.get(API + user.href), 200).locked).toBe(true)
  expect((await first(user.local_profile.initial_password)).status).toBe(401)
  expectStatus(await client.put(API + user.href, { locked: false }), 204)
  expectStatus(await first(user.local_profile.initial_password), 204)
  const users = expectStatus(await client.get(`${API}/users`), 200)
  const self = users.find(({ href }: { href: string }) => href !== user.href)
  expect((await client.put(API + self.href, { locked: true })).status).toBe(406)
})
