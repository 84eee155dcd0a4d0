/** The story of a first key and of a leaked one, step by step in the browser, with a picture of each. */
import type { Page } from 'playwright-core'
import { clientOf, type Server } from './sample.ts'

type Take = (name: string) => Promise<void>

/** From an organization that has no key to one key revoked with what it enrolled. @param take makes the pictures of a step */
export async function tellStory(page: Page, server: Server, password: string, take: Take): Promise<void> {
  const { enroll } = clientOf(server)
  await page.goto('/console')
  await take('story-1-empty')

  await page.goto('/console/keys/new')
  await page.fill('#name', 'web servers')
  await page.locator('label:has([name=uses][value=n])').click()
  await page.fill('#max_uses', '3')
  await page.getByText('3 machines').waitFor()
  await take('story-2-first-key')
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.waitForSelector('#first')
  await page.locator('label[class*=toggle]', { hasText: 'Show' }).last().click()
  await page.evaluate('scrollTo(0, 0)')
  await take('story-3-created')

  const code = (await page.locator('#secret').textContent()) ?? ''
  await enroll(code, 'web-01', { facts: { os: 'Debian 12' } })
  await page.waitForSelector('text=See the agent')
  await take('story-4-first-machine')
  await page.getByRole('link', { name: 'I have stored it' }).click()
  await page.waitForURL(/\/console\/keys\/key_\d+$/)
  const key = new URL(page.url()).pathname

  for (const host of ['web-02', 'web-03', 'unknown-laptop']) await enroll(code, host)
  await reloadUntil(page, '/console/agents', async () => (await page.locator('tbody tr').count()) === 3)
  await reloadUntil(page, `${key}/refused`, () => page.getByText('key spent').first().isVisible())
  await take('story-5-refused')
  await page.goto(`${key}/explain?address=198.51.100.7`)
  await take('story-6-explained')
  await page.goto(`${key}/revoke?agents=all`)
  await take('story-7-revoke')
  await page.fill('[name=confirm]', 'web servers')
  await page.fill('dialog [name=password]', password)
  await page.getByRole('button', { name: 'Revoke key and 3 agents' }).click()
  await page.getByText('Revoked “web servers” and 3 agents.').waitFor()
  await take('story-8-revoked')
}

const TRIES = 100

/** D1 has what was redeemed within a second. */
export async function reloadUntil(page: Page, path: string, isThere: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    await page.goto(path)
    if (await isThere()) return
  }
  throw new Error(`${path} does not show what was enrolled`)
}
