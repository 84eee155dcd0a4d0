import { expect } from 'vitest'
import { sharedServer } from '../server.ts'
import { type Visit, visit } from './visit.ts'

/** A visit of the demo organization's owner. */
export async function signedIn(options: Parameters<typeof visit>[0] = {}): Promise<Visit> {
  const { illumio } = sharedServer().credentials
  const visited = await visit(options)
  const { page } = visited
  await page.goto('/console/sign-in')
  await page.fill('[name=email]', illumio.email)
  await page.fill('[name=password]', illumio.password ?? '')
  await page.click('form button[type=submit]')
  await page.waitForURL((url) => url.pathname === '/console')
  expect(await page.locator('h1').textContent()).not.toBe('')
  return visited
}
