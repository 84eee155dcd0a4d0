import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Account, call, codesOf, KEY_PAIRS, makeAccount, Person } from '../../support/datonis.ts'

let account: Account
beforeAll(async () => {
  account = await makeAccount()
})

describe('roles', () => {
  test('made, read, listed, changed, deleted; by either name of the resource', async () => {
    const made = await account.admin.call('POST', '/api/v3/roles', {
      body: { role: { name: 'Write Only', abilities: [3] } },
    })
    const { role } = made.json
    expect([made.status, role]).toEqual([
      200,
      {
        abilities: [3],
        account_admin: false,
        role_key: expect.stringMatching(/^[1-9a-ft]{10}$/),
        name: 'Write Only',
        permissions: [
          { class: 'role', operation: 'read', seqno: 1 },
          { class: 'role', operation: 'update', seqno: 3 },
        ],
      },
    ])
    const old = await account.admin.get(`/api/v3/datonis_roles/${role.role_key}`)
    expect(old.json.datonis_role).toMatchObject({ datonis_role_key: role.role_key, name: 'Write Only' })
    const listed = await account.admin.get('/api/v3/datonis_roles?search=WRITE&order_by=name')
    expect(listed.json).toMatchObject({ total_count: 1, page: 1, datonis_roles: [{ name: 'Write Only' }] })
    const path = `/api/v3/roles/${role.role_key}`
    const taken = await account.admin.call('PUT', path, { body: { role: { name: 'Agent' } } })
    expect([taken.status, codesOf(taken)]).toEqual([400, ['NAME_TAKEN']])
    const twice = await account.admin.call('POST', '/api/v3/roles', { body: { role: { name: 'Agent' } } })
    expect([twice.status, codesOf(twice)]).toEqual([400, ['NAME_TAKEN']])
    const pair = await account.pair({ role_key: role.role_key })
    const renamed = await account.admin.call('PATCH', path, { body: { role: { name: 'Writers' } } })
    expect(renamed.json.role).toMatchObject({ name: 'Writers', abilities: [3] })
    expect((await account.admin.get(`${KEY_PAIRS}/${pair.access_key}`)).json.key_pair.role_name).toBe(
      'Writers',
    )
    const used = await account.admin.call('DELETE', path)
    expect([used.status, codesOf(used)]).toEqual([400, ['ROLE_IN_USE']])
    await account.admin.call('DELETE', `${KEY_PAIRS}/${pair.access_key}`)
    expect((await account.admin.call('DELETE', path)).text).toBe('{}')
    expect((await account.admin.get(path)).status).toBe(404)
  })

  test('the built-in ones stay as they are: 403', async () => {
    for (const name of ['Account Admin', 'Agent', 'Read Only']) {
      const path = `/api/v3/roles/${await account.role(name)}`
      for (const method of ['PUT', 'PATCH', 'DELETE']) {
        const body = method === 'DELETE' ? {} : { body: { role: { name: 'x' } } }
        const refused = await account.admin.call(method, path, body)
        expect([refused.status, codesOf(refused)]).toEqual([403, ['FORBIDDEN']])
      }
    }
  })

  test.each([[['x']], [[99]], [[1.5]], [[-1]], 'all', [[null]]])(
    'abilities %j are refused',
    async (abilities) => {
      const refused = await account.admin.call('POST', '/api/v3/roles', {
        body: { role: { name: 'bad', abilities } },
      })
      expect([refused.status, codesOf(refused)]).toEqual([400, ['INVALID_PARAM']])
    },
  )
})

describe('sessions', () => {
  test('a token is 16 bytes, ends with signing out, and every wrong one is one 401', async () => {
    const { email, password } = account
    const signedIn = await call('POST', '/api_sign_in.json', {
      raw: new URLSearchParams({ email, password }).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    })
    expect(signedIn.json).toMatchObject({ success: true, email, role: 'admin', time_zone: 'UTC' })
    expect(signedIn.json.auth_token).toMatch(/^[A-Za-z0-9_-]{22}$/)
    const query = new URLSearchParams({ email, password })
    expect((await call('POST', `/api_sign_in?${query}`)).status).toBe(200)
    const person = new Person(signedIn.json.auth_token)
    expect((await person.get(KEY_PAIRS)).status).toBe(200)
    const out = await person.call('DELETE', '/api_sign_out')
    expect([out.status, out.json]).toEqual([200, { success: true, message: 'User signout Sucessfully.' }])
    const refusals = await Promise.all(
      [person.token, '', 'x', 'WtUFnj8pvSxVnH9e_xkq7A', `${person.token}x`].map((token) =>
        new Person(token).get(KEY_PAIRS),
      ),
    )
    refusals.push(await call('GET', KEY_PAIRS))
    expect(new Set(refusals.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(refusals[0]?.status).toBe(401)
    for (const wrong of [
      { email, password: 'x' },
      { email: 'nobody@x.example', password },
    ]) {
      const refused = await call('POST', '/api_sign_in', { body: wrong })
      expect([refused.status, codesOf(refused)]).toEqual([401, ['UNAUTHORIZED']])
    }
    expect((await call('POST', '/api_sign_in', { body: { email } })).status).toBe(400)
  })

  test('a use puts off the end, but not with skip_token_update; nothing after 30 minutes', async () => {
    const { email, password } = account
    const { json } = await call('POST', '/api_sign_in', { body: { email, password } })
    const person = new Person(json.auth_token)
    const latest = () =>
      env.DB.prepare(
        "SELECT ends_at AS at FROM sessions WHERE sort = 'datonis:session' ORDER BY created_at DESC, rowid DESC LIMIT 1",
      ).first<number>('at')
    const endIn = async (milliseconds: number) => {
      await env.DB.prepare(
        "UPDATE sessions SET ends_at = ? WHERE rowid = (SELECT rowid FROM sessions WHERE sort = 'datonis:session' ORDER BY created_at DESC, rowid DESC LIMIT 1)",
      )
        .bind(Date.now() + milliseconds)
        .run()
      return latest()
    }
    const first = await latest()
    expect((first ?? 0) - Date.now()).toBeGreaterThan(29 * 60_000)
    expect((first ?? 0) - Date.now()).toBeLessThanOrEqual(30 * 60_000)
    const soon = await endIn(60_000)
    expect((await person.get(`${KEY_PAIRS}?skip_token_update=true`)).status).toBe(200)
    expect(await latest()).toBe(soon)
    expect((await person.get(KEY_PAIRS)).status).toBe(200)
    let slid = await latest()
    for (
      const deadline = Date.now() + 30_000;
      slid === soon && Date.now() < deadline;
      await scheduler.wait(20)
    )
      slid = await latest()
    expect((slid ?? 0) - Date.now()).toBeGreaterThan(29 * 60_000)
    await endIn(-1)
    expect((await person.get(KEY_PAIRS)).status).toBe(401)
  })
})
