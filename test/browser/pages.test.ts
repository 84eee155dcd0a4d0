/** Every page at each width and in each colour scheme: accessible, within its width, and without a complaint of the browser. */
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { SAMPLE_AGENTS } from '../../scripts/screenshots/sample.ts'
import { faultsOf, tabStopsOf } from '../support/browser/inspect.ts'
import { seed } from '../support/browser/seed.ts'
import { signedIn } from '../support/browser/sign-in.ts'
import { browserTest, type Visit, visit } from '../support/browser/visit.ts'
import { openDatonis, openDevice } from '../support/datonis-server.ts'
import { eventually, sharedServer } from '../support/server.ts'

type Seeded = Awaited<ReturnType<typeof seed>>
let seeded: Seeded
let owner: Visit

beforeAll(async () => {
  if (inject('chromium') === null) return
  seeded = await seed()
  await openDevice(sharedServer(), await openDatonis(sharedServer()))
  await makeCertificates()
  owner = await signedIn()
  // D1 has what was redeemed within a second.
  await eventually(async () => {
    await owner.page.goto('/console/agents')
    return (await owner.page.locator('tbody tr').count()) >= SAMPLE_AGENTS
  })
})

/** The first look at them by the ZPA API makes the certificates that every customer has. */
async function makeCertificates(): Promise<void> {
  const { url, credentials } = sharedServer()
  const { customer_id, client_id, client_secret } = credentials.zpa
  const body = new URLSearchParams({ client_id, client_secret })
  const signedIn = (await (await fetch(`${url}/signin`, { method: 'POST', body })).json()) as {
    access_token: string
  }
  const path = `/zpa/mgmtconfig/v2/admin/customers/${customer_id}/enrollmentCert`
  const listed = await fetch(url + path, { headers: { Authorization: `Bearer ${signedIn.access_token}` } })
  expect(listed.status).toBe(200)
}

/** The pages by name; an address is made once the server has what it names. */
const PAGES: Readonly<Record<string, (seeded: Seeded) => string>> = {
  overview: () => '/console',
  keys: () => '/console/keys',
  'all keys': () => '/console/keys?state=all',
  'keys, none of which match': () => '/console/keys?q=no-such-key',
  'a new key': () => '/console/keys/new',
  'a key': ({ web }) => `/console/keys/${web.id}`,
  'the machines that a key expects': ({ web }) => `/console/keys/${web.id}/slots`,
  'refusals of a key': ({ web }) => `/console/keys/${web.id}/refused`,
  'an explanation': ({ web }) => `/console/keys/${web.id}/explain?address=198.51.100.200`,
  'settings of a key': ({ web }) => `/console/keys/${web.id}/settings`,
  'the dialog that revokes a key': ({ web }) => `/console/keys/${web.id}/revoke?agents=all`,
  profiles: () => '/console/profiles',
  'a new profile': () => '/console/profiles/new',
  search: () => '/console/search?q=web',
  agents: () => '/console/agents',
  'agents, none of which match': () => '/console/agents?q=no-such-host',
  'an agent': ({ agents: [first] }) => `/console/agents/${first.agent.id}`,
  'the dialog that revokes agents': ({ agents }) =>
    `/console/agents/revoke?agent=${agents[0].agent.id}&agent=${agents[1].agent.id}`,
  activity: () => '/console/activity',
  'activity of one key, refused': ({ web }) => `/console/activity?key_id=${web.id}&success=false`,
  waiting: () => '/console/waiting',
  devices: () => '/console/devices',
  'key pairs': () => '/console/devices/key-pairs',
  certificates: () => '/console/certificates',
  'people and roles': () => '/console/settings/people',
  'API keys': () => '/console/settings/api-keys',
  'the keyring': () => '/console/settings/keyring',
  you: () => '/console/settings/you',
}

/** Pages by name, which another one links to. */
const LINKED: Readonly<Record<string, readonly [from: string, link: string]>> = {
  'the dialog that denies a machine': ['/console/waiting', 'a[href$="/deny"]'],
  'an event': ['/console/activity', 'tbody a[href^="/console/activity/"]'],
  'a thing': ['/console/devices', 'tbody a[href^="/console/devices/things/"]'],
  'a key pair': ['/console/devices/key-pairs', 'tbody a[href^="/console/devices/key-pairs/"]'],
  'a certificate': ['/console/certificates', 'tbody a[href^="/console/certificates/"]'],
}

async function expectNoFault({ page, complaints }: Visit, address: string): Promise<void> {
  const before = complaints.length
  const answer = await page.goto(address)
  expect(answer?.status()).toBe(200)
  expect(await faultsOf(page)).toEqual([])
  expect(complaints.slice(before)).toEqual([])
  const stops = await tabStopsOf(page)
  expect(stops.filter(({ hasRing }) => !hasRing)).toEqual([])
  expect(stops.length).toBeGreaterThan(1)
}

describe('each page of the console', () => {
  browserTest.each(Object.entries(PAGES))('%s has no fault', (_, addressOf) =>
    expectNoFault(owner, addressOf(seeded)),
  )

  browserTest.each(Object.entries(LINKED))('%s has no fault', async (_, [from, link]) => {
    await owner.page.goto(from)
    const address = await owner.page.locator(link).first().getAttribute('href')
    await expectNoFault(owner, address ?? '')
  })

  browserTest('the sign-in has no fault', async () => {
    const visitor = await visit()
    await expectNoFault(visitor, '/console/sign-in')
    await visitor.context.close()
  })
})

browserTest('the page that shows a code has no fault, hides it, and names the first machine', async () => {
  const { page, complaints } = owner
  const before = complaints.length
  await page.goto('/console/keys/new')
  await page.fill('#name', 'made in a browser')
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.waitForSelector('#first')
  expect(await page.locator('#secret').isVisible()).toBe(false)
  expect(await faultsOf(page)).toEqual([])
  await page.getByText('Show', { exact: true }).click()
  const code = (await page.locator('#secret').textContent()) ?? ''
  expect(await page.locator('#secret').isVisible()).toBe(true)
  expect(page.url()).not.toContain(code)
  const body = JSON.stringify({ code, claim: 'a-claim-of-this-test-0123456789', hostname: 'first-machine' })
  await fetch(new URL('/v1/enroll', page.url()), { method: 'POST', body })
  await page.waitForSelector('text=See the agent')
  expect(await page.locator('#first').textContent()).toContain('first-machine enrolled')
  expect(await faultsOf(page)).toEqual([])
  expect(complaints.slice(before)).toEqual([])
  await page.getByRole('link', { name: 'I have stored it' }).click()
  await page.waitForURL(/\/console\/keys\/key_\d+$/)
})

describe('the documents', () => {
  const DOCUMENTS = ['/docs/api', '/docs/api/datonis', '/docs/api/native/approvals', '/docs/errors']

  browserTest.each(DOCUMENTS)('%s has no fault, and needs no script', async (address) => {
    const { page, complaints, context } = await visit()
    const answer = await page.goto(address)
    expect(answer?.status()).toBe(200)
    expect(await page.locator('script').count()).toBe(0)
    expect(answer?.headers()['content-security-policy']).not.toContain('script-src')
    expect(await faultsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  })
})

test.skipIf(inject('chromium') === null)(
  'a browser is led from / to the console, a program gets links',
  async () => {
    const { page, context } = await visit()
    await page.goto('/')
    expect(new URL(page.url()).pathname).toBe('/console/sign-in')
    const links = await (await fetch(new URL('/', page.url()))).json()
    expect(Object.keys(links as object)).toEqual(['console', 'documentation', 'openapi', 'health'])
    await context.close()
  },
)
