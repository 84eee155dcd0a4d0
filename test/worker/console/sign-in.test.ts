/** Sessions of the console: where they come from, what they are good for, and what a form needs. */
import { beforeAll, describe, expect, test } from 'vitest'
import { Browser, signedIn } from '../../support/console-client.ts'
import { ask } from '../../support/organization.ts'

const COOKIE = '__Host-latchkey'

let owner: Awaited<ReturnType<typeof signedIn>>
beforeAll(async () => {
  owner = await signedIn()
})

test('the first page asks for a sign-in, keeps where it was to lead, and is reached after it', async () => {
  const browser = new Browser()
  const first = await browser.get('/console?a=b')
  expect([first.status, first.headers.get('Location')]).toEqual([
    303,
    '/console/sign-in?to=%2Fconsole%3Fa%3Db',
  ])
  const page = await browser.get('/console/sign-in?to=%2Fconsole%3Fa%3Db')
  expect(page.text).toContain('<input type="hidden" name="to" value="/console?a=b"/>')
  const { email, password } = owner
  const done = await browser.post('/console/sign-in', { email, password, to: '/console?a=b' })
  expect([done.status, done.headers.get('Location')]).toEqual([303, '/console?a=b'])
  const overview = await browser.get('/console?a=b')
  expect(overview.status).toBe(200)
  expect(overview.text).toMatch(/^<!doctype html><html lang="en">/)
  expect(overview.text).toContain('<h1>Overview</h1>')
})

test.each([
  'https://evil.example',
  '//evil.example',
  '/console/../v1/keys\\',
  '/v1/keys',
  '/consolex',
  '/console/sign-out',
])('a sign-in leads to no other place than the console: %s', async (to) => {
  const { email, password } = owner
  const done = await new Browser().post('/console/sign-in', { email, password, to })
  expect(done.headers.get('Location')).toBe('/console')
})

test('its cookie is for this host, for HTTP alone and for no form of another site', async () => {
  const answer = await new Browser().signIn(owner.email, owner.password)
  expect(answer.headers.get('Set-Cookie')).toMatch(
    /^__Host-latchkey=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
})

test('a wrong password says so beside the field, and keeps the address', async () => {
  const answer = await new Browser().signIn('someone@"x.example', 'wrong')
  expect(answer.status).toBe(422)
  expect(answer.text).toContain('value="someone@&quot;x.example"')
  expect(answer.text).toContain('Email and password do not match')
  expect(answer.text).not.toContain('"wrong"')
  expect(answer.headers.get('Set-Cookie')).toBeNull()
})

test('each sign-in makes a session with another id, and ends the one that the browser had', async () => {
  const browser = new Browser()
  await browser.signIn(owner.email, owner.password)
  const before = browser.cookies.get(COOKIE) ?? ''
  await browser.signIn(owner.email, owner.password)
  expect(browser.cookies.get(COOKIE)).not.toBe(before)
  expect((await browser.get('/console')).status).toBe(200)
  const old = await new Browser().get('/console', { headers: { Cookie: `${COOKIE}=${before}` } })
  expect(old.status).toBe(303)
})

test('signing out ends the session, and not only its cookie', async () => {
  const browser = new Browser()
  await browser.signIn(owner.email, owner.password)
  const kept = browser.cookies.get(COOKIE) ?? ''
  const answer = await browser.post('/console/sign-out')
  expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/console/sign-in'])
  expect(browser.cookies.size).toBe(0)
  const again = await new Browser().get('/console', { headers: { Cookie: `${COOKIE}=${kept}` } })
  expect(again.status).toBe(303)
  expect(again.headers.get('Set-Cookie')).toContain(`${COOKIE}=; `)
})

describe('a one-time code', () => {
  const codeFor = async ({ email, password }: { email: string; password: string }) =>
    new Browser().post('/console/codes', { email, password })
  const open = (code: string) => new Browser().post('/console/sign-in/code', { code })

  test('opens one session, once, however it is spelled', async () => {
    const { status, text: code, headers } = await codeFor(owner)
    expect([status, headers.get('Set-Cookie')]).toEqual([201, null])
    expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/)
    const browser = new Browser()
    const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)}`
    expect((await browser.post('/console/sign-in/code', { code: typed })).status).toBe(303)
    expect((await browser.get('/console')).status).toBe(200)
    const again = await open(code)
    expect([again.status, again.headers.get('Set-Cookie')]).toEqual([422, null])
    expect(again.text).toContain('This code is not good')
  })

  test('of two uses at once one succeeds', async () => {
    const { text: code } = await codeFor(owner)
    const statuses = await Promise.all([open(code), open(code), open(code)])
    expect(statuses.map(({ status }) => status).sort()).toEqual([303, 422, 422])
  })

  test('ends with the next one, and is made for nobody without the password', async () => {
    const { text: first } = await codeFor(owner)
    const { text: second } = await codeFor(owner)
    expect((await open(first)).status).toBe(422)
    expect((await open(second)).status).toBe(303)
    expect((await codeFor({ ...owner, password: 'wrong' })).status).toBe(303)
    const cookie = { Cookie: `${COOKIE}=${owner.browser.cookies.get(COOKIE)}` }
    const bySession = await new Browser().post('/console/codes', {}, { headers: cookie })
    expect([bySession.status, bySession.text]).toEqual([303, ''])
  })

  test('opens no API, and is no session', async () => {
    const { text: code } = await codeFor(owner)
    expect((await ask('GET', '/v1/keys', { headers: { Authorization: `Bearer ${code}` } })).status).toBe(401)
    const page = await new Browser().get('/console', { headers: { Cookie: `${COOKIE}=${code}` } })
    expect(page.status).toBe(303)
  })
})

describe('sessions do not mix', () => {
  test('the console’s opens no API', async () => {
    const token = owner.browser.cookies.get(COOKIE) ?? ''
    for (const credential of [token, `lks_${token}`]) {
      const headers = { Authorization: `Bearer ${credential}` }
      expect((await ask('GET', '/v1/keys', { headers })).status).toBe(401)
    }
    const user = { Authorization: `Basic ${btoa(`user_1:${token}`)}` }
    expect((await ask('GET', `/api/v2/orgs/${owner.organization}/labels`, { headers: user })).status).toBe(
      401,
    )
    const cookie = { Cookie: `${COOKIE}=${token}` }
    expect((await ask('GET', '/v1/keys', { headers: cookie })).status).toBe(401)
  })

  test('an API’s opens no console, nor does an API key', async () => {
    const { email, password } = owner
    const made = await ask('POST', '/v1/sessions', { body: { email, password } })
    const { token } = made.json as { token: string }
    for (const value of [token, token.replace(/^lks_/, '')]) {
      const page = await new Browser().get('/console', { headers: { Cookie: `${COOKIE}=${value}` } })
      expect(page.status).toBe(303)
    }
    const bearer = { Authorization: `Bearer ${token}` }
    expect((await new Browser().get('/console', { headers: bearer })).status).toBe(303)
    const key = { Authorization: owner.client.authorization }
    expect((await new Browser().get('/console', { headers: key })).status).toBe(303)
  })
})

describe('a form', () => {
  const signOut = (headers: Record<string, string>) =>
    owner.browser.post('/console/sign-out', {}, { headers })

  test.each<[string, Record<string, string>]>([
    ['of another origin', { Origin: 'https://evil.example' }],
    ['of another port of the host', { Origin: 'https://latchkey.example:8443' }],
    ['of the same host on plain HTTP', { Origin: 'http://latchkey.example' }],
    ['of a page that hides its origin', { Origin: 'null' }],
    ['of another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['of another name of the site', { 'Sec-Fetch-Site': 'same-site' }],
    ['that no page sent', { Origin: '', 'Sec-Fetch-Site': 'none' }],
  ])('%s is refused, and changes nothing', async (_, headers) => {
    const answer = await signOut(headers)
    expect(answer.status).toBe(403)
    expect(answer.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    expect((await owner.browser.get('/console')).status).toBe(200)
  })

  test.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', ''])(
    'is sent as a form, and not as %s',
    async (type) => {
      const answer = await new Browser().post('/console/sign-in', {}, { headers: { 'Content-Type': type } })
      expect(answer.status).toBe(400)
    },
  )

  test('of a page without a referrer is known by Fetch Metadata', async () => {
    const browser = new Browser()
    await browser.signIn(owner.email, owner.password)
    const headers = { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }
    expect((await browser.post('/console/sign-out', {}, { headers })).status).toBe(303)
  })
})

test.each(['evil.example', 'latchkey.example:8443', 'latchkey.example.evil.example', '127.0.0.1', ''])(
  'under another Host (%s) there is no console',
  async (Host) => {
    const page = await owner.browser.get('/console', { headers: { Host } })
    expect(page.status).toBe(421)
    expect(page.text).toContain('LATCHKEY_PUBLIC_URL')
    const form = await owner.browser.post('/console/sign-out', {}, { headers: { Host } })
    expect(form.status).toBe(421)
  },
)

test('a link on a page of another site leads to the console; what such a page fetches or embeds does not', async () => {
  const site = { 'Sec-Fetch-Site': 'cross-site' }
  const open = (headers: Record<string, string>) =>
    owner.browser.get('/console', { headers: { ...site, ...headers } })
  expect((await open({})).status).toBe(200)
  expect((await open({ 'Sec-Fetch-Dest': 'iframe' })).status).toBe(403)
  expect((await open({ 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' })).status).toBe(403)
})

test('every answer has the headers of a page that nothing may be put into, and that is kept nowhere', async () => {
  const answers = [
    await owner.browser.get('/console'),
    await owner.browser.get('/console/sign-in'),
    await owner.browser.get('/console/nothing-here'),
    await owner.browser.post('/console/sign-in', { email: 'a', password: 'b' }),
    await new Browser().get('/console'),
  ]
  for (const { headers } of answers) {
    expect(headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
    expect(headers.get('Cache-Control')).toBe('no-store')
    expect(headers.get('Referrer-Policy')).toBe('no-referrer')
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
  }
})

test('what a page names is served by its hash, for good', async () => {
  const page = await owner.browser.get('/console')
  const paths = [...page.text.matchAll(/(?:href|src)="(\/console\/assets\/[^"]+)"/g)].map(
    ([, path = '']) => path,
  )
  expect(paths.length).toBeGreaterThan(2)
  for (const path of paths) {
    const file = await owner.browser.get(path)
    expect(file.status).toBe(200)
    expect(file.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
  }
  expect((await owner.browser.get('/console/assets/console.0000000000000000.css')).status).toBe(404)
  expect(page.text).not.toMatch(/<style|style="|<script>|onclick=/)
})
