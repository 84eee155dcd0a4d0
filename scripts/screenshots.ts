// Makes the pictures of the console that README and docs show, on a server of its own with a sample organization.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { command } from './lib/cli/command.ts'
import { Refusal } from './lib/cli/refusal.ts'
import { startServerProcess } from './lib/server/server-process.ts'
import { readCredentials } from './lib/state/credentials.ts'
import { makeSample, SAMPLE_AGENTS } from './screenshots/sample.ts'

const HELP = `Makes the pictures of the console that README and docs show.

  npm run screenshots -- [--out FOLDER]

It needs Chromium (LATCHKEY_CHROMIUM names one that is not at /usr/bin/chromium), takes about 20 seconds and leaves nothing
but the pictures behind. They stand in docs/pictures unless --out names another folder.`

const WIDTHS = [1280, 390] as const
const SCHEMES = ['light', 'dark'] as const

type Sample = Awaited<ReturnType<typeof makeSample>>
const PAGES: Readonly<Record<string, (sample: Sample) => string>> = {
  overview: () => '/console',
  agents: () => '/console/agents',
  agent: ({ agents: [first] }) => `/console/agents/${first.agent.id}`,
  'agents-revoke': ({ agents: [first, second] }) =>
    `/console/agents/revoke?agent=${first.agent.id}&agent=${second.agent.id}`,
  activity: () => '/console/activity',
  waiting: () => '/console/waiting',
  devices: () => '/console/devices',
  certificates: () => '/console/certificates',
  'api-reference': () => '/docs/api/native/approvals',
}

await command(
  { help: HELP, options: { out: { type: 'string', default: 'docs/pictures' } } },
  async ({ values: { out } }) => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-screenshots-'))
    const data = join(folder, 'data')
    const server = await startServerProcess({ PORT: '0', LATCHKEY_DATA: data })
    const browser = await chromium.launch({
      executablePath: process.env.LATCHKEY_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--disable-gpu', '--disable-quic'],
    })
    try {
      const credentials = readCredentials(data)
      if (credentials === null) throw new Refusal('the server left no credentials')
      const { auth_username, secret, email, password } = credentials.illumio
      const sample = await makeSample({ url: server.url, login: `${auth_username}:${secret}` })
      mkdirSync(out, { recursive: true })
      await shoot(browser, server.url, { email, password: password ?? '' }, sample, out)
    } finally {
      await browser.close()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

async function shoot(
  browser: Browser,
  baseURL: string,
  login: { readonly email: string; readonly password: string },
  sample: Sample,
  out: string,
): Promise<void> {
  const context = await browser.newContext({ baseURL, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto('/console/sign-in')
  await page.fill('[name=email]', login.email)
  await page.fill('[name=password]', login.password)
  await page.click('form button[type=submit]')
  await page.waitForURL((url) => url.pathname === '/console')
  // D1 has what was redeemed within a second.
  for (let tries = 0; tries < 100; tries++) {
    await page.goto('/console/agents')
    if ((await page.locator('tbody tr').count()) === SAMPLE_AGENTS) break
  }
  for (const [name, addressOf] of Object.entries(PAGES)) {
    await page.goto(addressOf(sample))
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 })
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme })
        await page.screenshot({ path: join(out, `${name}-${width}-${colorScheme}.png`) })
      }
    }
  }
}
