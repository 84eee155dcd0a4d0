// Makes the pictures of the console that README and docs show, on a server of its own with a sample organization.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { command } from './lib/cli/command.ts'
import { Refusal } from './lib/cli/refusal.ts'
import { startServerProcess } from './lib/server/server-process.ts'
import { readCredentials } from './lib/state/credentials.ts'
import { makeSample, SAMPLE_AGENTS } from './screenshots/sample.ts'
import { reloadUntil, tellStory } from './screenshots/story.ts'

const HELP = `Makes the pictures of the console that README and docs show.

  npm run screenshots -- [--out FOLDER] [--all]

It needs Chromium (LATCHKEY_CHROMIUM names one that is not at /usr/bin/chromium), takes about 20 seconds and leaves nothing
but the pictures behind. They stand in docs/pictures unless --out names another folder. --all makes a picture of every page
at both widths, light and dark.`

const WIDTHS = [1280, 390] as const
const SCHEMES = ['light', 'dark'] as const
/** Pictures stand in a document: a screen of a small laptop. */
const HEIGHT = 720

/** Those that README and docs show. */
const SHOWN: ReadonlySet<string> = new Set([
  'overview-1280-light',
  'overview-390-dark',
  'story-3-created-1280-light',
  'story-6-explained-1280-light',
  'story-7-revoke-1280-light',
])

type Sample = Awaited<ReturnType<typeof makeSample>>
const PAGES: Readonly<Record<string, (sample: Sample) => string>> = {
  overview: () => '/console',
  keys: () => '/console/keys',
  'keys-all': () => '/console/keys?state=all',
  key: ({ web }) => `/console/keys/${web.id}`,
  'key-settings': ({ web }) => `/console/keys/${web.id}/settings`,
  profiles: () => '/console/profiles',
  agents: () => '/console/agents',
  agent: ({ agents: [first] }) => `/console/agents/${first.agent.id}`,
  'agents-revoke': ({ agents: [first, second] }) =>
    `/console/agents/revoke?agent=${first.agent.id}&agent=${second.agent.id}`,
  activity: () => '/console/activity',
  waiting: () => '/console/waiting',
  devices: () => '/console/devices',
  certificates: () => '/console/certificates',
  'settings-people': () => '/console/settings/people',
  'settings-api-keys': () => '/console/settings/api-keys',
  'settings-keyring': () => '/console/settings/keyring',
  'settings-you': () => '/console/settings/you',
  'api-reference': () => '/docs/api/native/approvals',
}

await command(
  {
    help: HELP,
    options: {
      out: { type: 'string', default: 'docs/pictures' },
      all: { type: 'boolean', default: false },
    },
  },
  async ({ values: { out, all } }) => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-screenshots-'))
    const data = join(folder, 'data')
    const server = await startServerProcess({
      PORT: '0',
      LATCHKEY_DATA: data,
      LATCHKEY_CLIENT_ADDRESS: 'header:x-forwarded-for',
    })
    const browser = await chromium.launch({
      executablePath: process.env.LATCHKEY_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--disable-gpu', '--disable-quic'],
    })
    try {
      const credentials = readCredentials(data)
      if (credentials === null) throw new Refusal('the server left no credentials')
      const { auth_username, secret, email, password } = credentials.illumio
      mkdirSync(out, { recursive: true })
      const page = await signIn(browser, server.url, { email, password: password ?? '' })
      const take = (name: string) => takePictures(page, name, out, all)
      const operator = { url: server.url, login: `${auth_username}:${secret}` }
      await tellStory(page, operator, password ?? '', take)
      await showSample(page, await makeSample(operator), take)
    } finally {
      await browser.close()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

async function signIn(
  browser: Browser,
  baseURL: string,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<Page> {
  const context = await browser.newContext({ baseURL, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto('/console/sign-in')
  await page.fill('[name=email]', email)
  await page.fill('[name=password]', password)
  await page.click('form button[type=submit]')
  await page.waitForURL((url) => url.pathname === '/console')
  return page
}

async function showSample(page: Page, sample: Sample, take: (name: string) => Promise<void>): Promise<void> {
  await reloadUntil(
    page,
    '/console/agents',
    async () => (await page.locator('tbody tr').count()) >= SAMPLE_AGENTS,
  )
  for (const [name, addressOf] of Object.entries(PAGES)) {
    await page.goto(addressOf(sample))
    await take(name)
  }
}

async function takePictures(page: Page, name: string, out: string, isAll: boolean): Promise<void> {
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      const picture = `${name}-${width}-${colorScheme}`
      if (!isAll && !SHOWN.has(picture)) continue
      await page.setViewportSize({ width, height: HEIGHT })
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(out, `${picture}.png`) })
    }
  }
}
