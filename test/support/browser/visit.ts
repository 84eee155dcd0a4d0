/** A visit to the shared server with the shared Chromium, which keeps what the browser complains about. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, inject, test } from 'vitest'

/** Skipped where there is no Chromium (setup.ts says so once). */
export const browserTest = test.skipIf(inject('chromium') === null)

export type Visit = {
  readonly context: BrowserContext
  readonly page: Page
  /** Violations of the CSP, exceptions, failed requests and whatever else the browser's console calls an error. */
  readonly complaints: readonly string[]
}

let connected: Promise<Browser> | undefined

async function browser(): Promise<Browser> {
  const endpoint = inject('chromium')
  if (endpoint === null) throw new Error('there is no Chromium')
  connected ??= chromium.connect(endpoint)
  return connected
}

afterAll(async () => {
  await (await connected)?.close()
  connected = undefined
})

/** A browser of its own: nothing of another visit's cookies or cache. Close its context, or let the file's end do that. */
export async function visit(options: { readonly hasScript?: boolean } = {}): Promise<Visit> {
  const context = await (await browser()).newContext({
    baseURL: inject('sharedServer').url,
    javaScriptEnabled: options.hasScript ?? true,
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return { context, page, complaints }
}
