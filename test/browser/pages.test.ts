/** Every page at each width and in each colour scheme: accessible, within its width, and without a complaint of the browser. */
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { SAMPLE_AGENTS } from '../../scripts/screenshots/sample.ts'
import { faultsOf, tabStopsOf } from '../support/browser/inspect.ts'
import { seed } from '../support/browser/seed.ts'
import { signedIn } from '../support/browser/sign-in.ts'
import { browserTest, type Visit, visit } from '../support/browser/visit.ts'
import { eventually } from '../support/server.ts'

type Seeded = Awaited<ReturnType<typeof seed>>
let seeded: Seeded
let owner: Visit

beforeAll(async () => {
  if (inject('chromium') === null) return
  seeded = await seed()
  owner = await signedIn()
  // D1 has what was redeemed within a second.
  await eventually(async () => {
    await owner.page.goto('/console/agents')
    return (await owner.page.locator('tbody tr').count()) >= SAMPLE_AGENTS
  })
})

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
}

describe('each page of the console', () => {
  browserTest.each(Object.entries(PAGES))('%s has no fault', async (_, addressOf) => {
    const { page, complaints } = owner
    const before = complaints.length
    const answer = await page.goto(addressOf(seeded))
    expect(answer?.status()).toBe(200)
    expect(await faultsOf(page)).toEqual([])
    expect(complaints.slice(before)).toEqual([])
    const stops = await tabStopsOf(page)
    expect(stops.filter(({ hasRing }) => !hasRing)).toEqual([])
    expect(stops.length).toBeGreaterThan(1)
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
