/** What operators come for, from the first click to the last, as they see it. */
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { makeConsoleLink } from '../../scripts/lib/server/console-link.ts'
import { clientOf } from '../../scripts/screenshots/sample.ts'
import { faultsOf } from '../support/browser/inspect.ts'
import { signedIn } from '../support/browser/sign-in.ts'
import { browserTest, visit } from '../support/browser/visit.ts'
import { eventually, sharedServer } from '../support/server.ts'

function machines() {
  const { url, credentials } = sharedServer()
  return clientOf({ url, login: `${credentials.illumio.auth_username}:${credentials.illumio.secret}` })
}

browserTest('first key, on a phone and without script: made, stored, redeemed, seen', async () => {
  const { page, complaints, context } = await signedIn({ hasScript: false })
  await page.setViewportSize({ width: 390, height: 800 })
  await machines().ask('/v1/profiles', { name: 'phones' })
  await page.goto('/console/keys/new')
  await page.fill('#name', 'first key of a phone')
  await page.getByRole('button', { name: 'Create key' }).click()
  expect(await page.locator('#secret').isVisible()).toBe(false)
  await page.locator('label[class*=toggle]', { hasText: 'Show' }).first().click()
  expect(await page.locator('#secret').isVisible()).toBe(true)
  const code = (await page.locator('#secret').textContent()) ?? ''
  expect(page.url() + JSON.stringify(await context.cookies())).not.toContain(code)

  expect((await machines().enroll(code, 'phone-01')).agent.id).toBeTruthy()
  await page.getByRole('link', { name: 'I have stored it' }).click()
  await eventually(async () => {
    await page.reload()
    return page.getByRole('link', { name: 'phone-01' }).isVisible()
  })
  await page.getByRole('link', { name: 'phone-01' }).click()
  expect(await page.locator('h1').textContent()).toBe('phone-01')
  expect(complaints).toEqual([])
  await context.close()
})

browserTest(
  'a key leaked: a refusal is explained, and the key is revoked with what it enrolled',
  async () => {
    const { page, complaints, context } = await signedIn()
    const { ask, enroll } = machines()
    const profile = await ask('/v1/profiles', { name: 'leaked' })
    const key = await ask('/v1/keys', { profile_id: profile.id, name: 'leaked key', max_uses: 2 })
    const agents = [await enroll(key.code, 'ours-01'), await enroll(key.code, 'stranger-01')]
    expect((await enroll(key.code, 'stranger-02')).status).toBe(401)

    await page.goto(`/console/activity?key_id=${key.id}&success=false`)
    await eventually(async () => {
      await page.reload()
      return page.getByText('Refused: key spent').isVisible()
    })
    await page.getByRole('link', { name: 'Refused: key spent' }).click()
    await page.getByRole('link', { name: 'leaked key' }).click()
    await page.getByRole('link', { name: 'Explain' }).click()
    expect(await page.locator('main').textContent()).toContain('key spent')

    await page.getByRole('link', { name: 'Revoke' }).click()
    await page.getByRole('link', { name: 'All', exact: true }).click()
    expect(await page.locator('dialog').textContent()).toContain('Dry run: 2 agents')
    expect(await faultsOf(page)).toEqual([])
    await page.fill('[name=confirm]', 'leaked key')
    await page.fill('dialog [name=password]', 'not-the-password')
    await page.getByRole('button', { name: 'Revoke key and 2 agents' }).click()
    expect(await page.locator('dialog').textContent()).toContain('Nothing was changed')
    await page.fill('[name=confirm]', 'leaked key')
    await page.fill('dialog [name=password]', sharedServer().credentials.illumio.password ?? '')
    await page.getByRole('button', { name: 'Revoke key and 2 agents' }).click()
    await page.getByText('Revoked “leaked key” and 2 agents.').waitFor()

    expect((await enroll(key.code, 'stranger-03')).status).toBe(401)
    const form = { grant_type: 'refresh_token', refresh_token: agents[1].refresh_token }
    const refreshed = await fetch(new URL('/v1/token', page.url()), {
      method: 'POST',
      body: new URLSearchParams(form),
    })
    expect(refreshed.status).toBe(400)
    await page.goto(`/console/agents/${agents[1].agent.id}`)
    expect(await page.locator('main').textContent()).toContain('Revoked')
    // That form is shown again with 422, which the browser's console calls an error.
    expect(complaints.filter((one) => !one.includes('422'))).toEqual([])
    await context.close()
  },
)

browserTest(
  'a link of one use opens the console, leaves no code behind, and opens nothing again',
  async () => {
    const { url, credentials } = sharedServer()
    const server = { local: new URL(url), issuer: url }
    const link = (await makeConsoleLink(server, credentials)) ?? ''
    const code = new URL(link).hash.slice(1)
    expect(code).not.toBe('')
    const { page, complaints, context } = await visit()
    await page.goto(link)
    await page.waitForURL((address) => address.pathname === '/console')
    expect(page.url()).not.toContain(code)
    await page.goBack().catch(() => {})
    expect(page.url()).not.toContain(code)
    expect(complaints).toEqual([])
    await context.close()

    const stranger = await visit()
    await stranger.page.goto(link)
    await stranger.page.getByText('This code is not good').waitFor()
    expect(stranger.page.url()).not.toContain(code)
    await stranger.context.close()
  },
)

browserTest('a selection of keys and of agents is a file of each form, without script, too', async () => {
  const { page, context } = await signedIn({ hasScript: false })
  const { ask, enroll } = machines()
  const profile = await ask('/v1/profiles', { name: 'exported' })
  const key = await ask('/v1/keys', {
    profile_id: profile.id,
    name: 'exported, first',
    labels: { env: 'test' },
  })
  await enroll(key.code, '=exported-01')
  await ask('/v1/keys', { profile_id: profile.id, name: 'not selected' })
  const download = async (button: string) => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ])
    return { name: file.suggestedFilename(), text: await text(await file.createReadStream()) }
  }

  await page.goto(`/console/keys?state=all&profile_id=${profile.id}`)
  await page.getByRole('checkbox', { name: 'Select exported, first' }).check()
  const csv = await download('Export CSV')
  expect(csv.name).toBe('keys.csv')
  const [head = '', line = '', rest] = csv.text.split('\r\n')
  expect(head).toMatch(/^id,name,profile_id,dialect,state,/)
  expect(line).toContain(`${key.id},"exported, first",${profile.id},native,`)
  expect(line).toContain('env=test')
  expect(rest).toBe('')
  const json = await download('Export JSON')
  expect(json.name).toBe('keys.json')
  expect(JSON.parse(json.text).items).toMatchObject([{ id: key.id, labels: { env: 'test' } }])
  expect(csv.text + json.text).not.toContain(key.code)

  await eventually(async () => {
    await page.goto(`/console/agents?key_id=${key.id}`)
    return page.getByRole('checkbox', { name: 'Select =exported-01' }).isVisible()
  })
  await page.getByRole('checkbox', { name: 'Select =exported-01' }).check()
  const agents = await download('Export CSV')
  expect(agents.name).toBe('agents.csv')
  expect(agents.text).toContain(",'=exported-01,active,")
  await context.close()
})
