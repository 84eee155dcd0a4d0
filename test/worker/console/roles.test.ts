/** What a role may not do is not shown, and is refused when it is forged. */
import { beforeAll, expect, test } from 'vitest'
import { consoleRoutes } from '../../../src/console/console.ts'
import type { Permission } from '../../../src/core/access/permission.ts'
import { PERMISSIONS } from '../../../src/core/access/permission.ts'
import { Browser, signedIn } from '../../support/console-client.ts'
import { anyone, type Client, clientOf } from '../../support/native-client.ts'

/** One that may nearly everything, one that reads, one that mints, one of another sort, and none. */
const ROLES = ['illumio:owner', 'illumio:read_only', 'native:minter', 'zpa:read_only', ''] as const

/** In paths, where what they name is not there. */
const SAMPLES: Readonly<Record<string, string>> = {
  user: '7f9c24e8-3b12-4fef-91e0-5a1f1c2d3e4f',
  credential: 'api_10123456789abcdef',
  session: '0123456789abcdef0123456789abcdef',
  key: 'key_134217729',
  profile: 'prf_134217729',
  agent: '7f9c24e8-3b12-4fef-91e0-5a1f1c2d3e4f',
}

type Person = { readonly browser: Browser; readonly permissions: ReadonlySet<Permission> }

const people = new Map<string, Person>()
let owner: Client

beforeAll(async () => {
  const made = await signedIn()
  owner = clientOf(made.client.authorization)
  const roles = (await owner('GET', '/v1/roles')).json.items as { role: string; permissions: Permission[] }[]
  for (const role of ROLES) {
    const email = `${crypto.randomUUID()}@role.example`
    const user = await owner('POST', '/v1/users', { email, roles: role === '' ? [] : [{ role }] })
    expect(user.status).toBe(201)
    const password = `Aa1-${crypto.randomUUID()}`
    const chosen = await anyone('POST', '/v1/password', {
      email,
      password: user.json.initial_password,
      new_password: password,
    })
    expect(chosen.status).toBe(204)
    const browser = new Browser()
    expect((await browser.signIn(email, password)).status).toBe(303)
    const permissions = new Set(roles.find((one) => one.role === role)?.permissions ?? [])
    people.set(role, { browser, permissions })
  }
})

const isPermission = (access: string): access is Permission => PERMISSIONS.some((one) => one === access)
const guarded = consoleRoutes.filter(({ access }) => isPermission(access))

test('there are pages and actions that need a permission', () => {
  expect(guarded.length).toBeGreaterThan(5)
})

test.each(ROLES)(
  'each page and action × “%s”: 403 where the permission is missing, and only there',
  async (role) => {
    const { browser, permissions } = people.get(role) as Person
    const wrong: string[] = []
    for (const { method, path, access } of guarded) {
      const to = path.replaceAll(/:([a-z_]+)(\{[^}]*\})?/g, (_, name: string) => SAMPLES[name] ?? '1')
      const answer = method === 'get' ? await browser.get(to) : await browser.post(to)
      const isRefused = answer.status === 403
      if (isRefused === permissions.has(access as Permission) || answer.status >= 500) {
        wrong.push(`${method} ${to} (${access}): ${answer.status}`)
      }
    }
    expect(wrong).toEqual([])
  },
)

test('the navigation has no page that would refuse, and the settings no tab', async () => {
  for (const { browser } of people.values()) {
    const pages = [await browser.get('/console'), await browser.follow('/console/settings')]
    for (const { text } of pages) {
      const nav = /<nav.*?<\/nav>/gs.exec(text)?.[0] ?? ''
      const links = new Set([...nav.matchAll(/href="(\/console[^"]*)"/g)].map(([, href = '']) => href))
      for (const href of links) {
        const status = (await browser.get(href)).status
        expect([href, status === 403]).toEqual([href, false])
      }
    }
  }
})

test('a key for another role, and another’s key, are refused to who may not administer access', async () => {
  const { browser } = people.get('illumio:read_only') as Person
  const before = (await owner('GET', '/v1/service-accounts')).json.items.length
  const form = { name: 'climb', role: 'illumio:owner', ends: '7' }
  expect((await browser.post('/console/settings/api-keys', form)).status).toBe(403)
  expect((await owner('GET', '/v1/service-accounts')).json.items).toHaveLength(before)
  const [key] = (await owner('GET', '/v1/api-keys')).json.items
  const foreign = await browser.post(`/console/settings/api-keys/${key.id}/delete`)
  expect(foreign.status).toBe(404)
  expect((await owner('GET', `/v1/api-keys/${key.id}`)).status).toBe(200)
})

test('an API key is shown once; its holder may what they may', async () => {
  const { browser } = people.get('native:minter') as Person
  const made = await browser.post('/console/settings/api-keys', { name: 'ci', ends: '7' })
  expect(made.status).toBe(200)
  const [, id = '', secret = ''] = /(api_1[0-9a-f]{16}):([\w-]+)/.exec(made.text) ?? []
  const me = await clientOf(`Basic ${btoa(`${id}:${secret}`)}`)('GET', '/v1/me')
  expect(me.status).toBe(200)
  expect((await browser.get('/console/settings/api-keys')).text).not.toContain(secret)
})

test('removing a person takes the password again, and nothing goes without it', async () => {
  const { email, password, browser, organization } = await signedIn()
  expect(organization).toBeGreaterThan(0)
  const added = await browser.post('/console/settings/people', {
    email: 'x@y.example',
    role: 'illumio:read_only',
  })
  expect(added.text).toContain('shown once')
  const path = /\/console\/settings\/people\/[0-9a-f-]{36}\/remove/g
  const all = [...(await browser.get('/console/settings/people')).text.matchAll(path)].map(([one]) => one)
  expect(all).toHaveLength(2)
  const [, its = ''] = all
  expect((await browser.get(its)).text).toContain('Your password')
  for (const wrong of [{}, { password: 'not it' }]) {
    const again = await browser.post(its, wrong)
    expect([again.status, again.text.includes('Nothing was changed')]).toEqual([422, true])
  }
  const gone = await browser.follow(its, { password })
  expect(gone.text).toContain('Removed “x@y.example”')
  expect((await browser.get('/console/settings/people')).text).not.toContain('x@y.example')
  expect(email).toContain('@')
})

test('a notice is shown once, and none that another program on the host put into a cookie', async () => {
  const { browser } = await signedIn()
  await browser.post('/console/settings/people', { email: 'n@y.example', role: 'illumio:read_only' })
  const list = (await browser.get('/console/settings/people')).text
  const [, path = ''] = [...list.matchAll(/\/console\/settings\/people\/[0-9a-f-]{36}\/disable/g)].map(
    ([one]) => one,
  )
  const page = await browser.follow(path)
  expect(page.text).toContain('role="status"')
  expect(page.text).toContain('Undo')
  expect((await browser.get('/console/settings/people')).text).not.toContain('Undo')
  browser.cookies.set('__Host-latchkey_notice', 'A'.repeat(43) + btoa('{"text":"Call us"}'))
  expect((await browser.get('/console/settings/people')).text).not.toContain('Call us')
})
