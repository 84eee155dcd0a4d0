/** What is asked of every route of the dialect alike. */
import { beforeAll, describe, expect, test } from 'vitest'
import { datonis } from '../../../src/dialects/datonis/dialect.ts'
import { type Account, BROKER, call, codesOf, makeAccount, Person } from '../../support/datonis.ts'
import { ask, makeMember } from '../../support/organization.ts'

type Table = (typeof datonis.chapter.routes)[number] & { readonly access: string }
const routes = datonis.chapter.routes as readonly Table[]
const named = (wanted: (route: Table) => boolean): [string, Table][] =>
  routes.filter(wanted).map((route) => [`${route.method.toUpperCase()} ${route.path}`, route])

const pathOf = ({ path }: Table) => path.replaceAll(/:[a-z_]+/g, 'x')
const isForUsers = ({ access }: Table) => !['public', 'device'].includes(access)

let account: Account
beforeAll(async () => {
  account = await makeAccount()
})

describe('who has no session, or no broker’s token, is 401 before anything is read, and with a wrong one too', () => {
  test.each(named(isForUsers))('%s', async (_, route) => {
    const method = route.method.toUpperCase()
    const raw = method === 'GET' || method === 'DELETE' ? {} : { raw: '{' }
    for (const refused of [
      await call(method, pathOf(route), raw),
      await new Person('WtUFnj8pvSxVnH9e_xkq7A').call(method, pathOf(route), raw),
      await call(method, pathOf(route), { ...raw, headers: { Authorization: 'Basic YTpi' } }),
    ]) {
      expect([refused.status, codesOf(refused)]).toEqual([401, ['UNAUTHORIZED']])
      expect(refused.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
    }
  })
})

describe('a body that is no JSON is 400 for users, and 401 for devices that did not sign', () => {
  const withBody = ({ method }: Table) => method !== 'get' && method !== 'delete'
  test.each(named((route) => withBody(route) && isForUsers(route)))('%s', async (_, route) => {
    const refused = await account.admin.call(route.method.toUpperCase(), pathOf(route), {
      raw: '{"a":',
      headers: BROKER,
    })
    expect([refused.status, codesOf(refused)]).toEqual([400, ['INVALID_JSON']])
  })
  test.each(named(({ access }) => access === 'device'))('%s', async (_, route) => {
    const refused = await call('POST', `${pathOf(route)}.json`, { raw: '{"a":' })
    expect([refused.status, codesOf(refused)]).toEqual([401, ['UNAUTHORIZED']])
  })
})

test('more than 1 MiB is 413 with the error body, on every route that reads one', async () => {
  const raw = ' '.repeat(1024 * 1024 + 1)
  for (const [name, route] of named(({ method }) => method === 'post')) {
    const refused = await account.admin.call('POST', pathOf(route), {
      raw,
      headers: { ...BROKER, 'X-Access-Key': 'x', 'X-Dtn-Signature': 'x' },
    })
    expect([name, refused.status, codesOf(refused)]).toEqual([name, 413, ['TOO_LARGE']])
  }
})

test('a user without the role is 403 for every write and for key pairs', async () => {
  const email = `${crypto.randomUUID()}@demo.example`
  expect(await makeMember(account.organization, 'datonis:read_only')).toBeDefined()
  const { createOrganizationStore } = await import('../../../src/stores/d1/access/organizations.ts')
  const { hashPassword } = await import('../../../src/core/access/users/password.ts')
  const { ring } = await import('../../support/native-client.ts')
  const { env } = await import('cloudflare:workers')
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  const { NO_PASSWORD_GUARD } = await import('../../../src/core/access/users/password-guard.ts')
  const hashing = { keyring: ring, random, passwords: NO_PASSWORD_GUARD, now: Date.now }
  const password = await hashPassword(hashing, null, 'a reader of things', null)
  if (!password.ok) throw new Error('nothing limits this')
  const member = { email, roles: ['datonis:read_only'], password: password.value, isPasswordReset: false }
  await createOrganizationStore(env.DB).ensureOwner(account.organization, member, Date.now())
  const { json } = await call('POST', '/api_sign_in', { body: { email, password: 'a reader of things' } })
  expect(json.role).toBe('normal')
  const reader = new Person(json.auth_token)
  for (const [name, route] of named(({ access }) => /\.write$|^key_pairs|^roles/.test(access))) {
    const refused = await reader.call(route.method.toUpperCase(), pathOf(route))
    expect([name, refused.status, codesOf(refused)]).toEqual([name, 403, ['FORBIDDEN']])
  }
  expect((await reader.get('/api/v3/things')).status).toBe(200)
  expect((await reader.get('/api/v3/organisation')).status).toBe(200)
})

test('the OpenAPI document has every route, its credential and its errors', async () => {
  const { paths } = (await ask('GET', '/openapi.json')).json as {
    paths: Record<
      string,
      Record<string, { operationId: string; security: object[]; responses: Record<string, unknown> }>
    >
  }
  for (const [, route] of named(() => true)) {
    const documented = paths[route.path.replaceAll(/:([a-z_]+)/g, '{$1}')]?.[route.method]
    expect(documented).toMatchObject({
      operationId: route.operation.id,
      tags: [expect.stringMatching(/^Datonis: /)],
    })
    expect(documented?.security).toEqual(datonis.chapter.security(route))
    expect(documented?.responses).toHaveProperty('default')
  }
})
