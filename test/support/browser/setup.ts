/** For the whole project `browser`: one server and one Chromium, which every file uses. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserServer, chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { type ServerProcess, startServerProcess } from '../../../scripts/lib/server/server-process.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The address at which the shared Chromium takes commands; null where there is no Chromium. */
    readonly chromium: string | null
  }
}

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

let folder: string | undefined
let server: ServerProcess | undefined
let browser: BrowserServer | undefined

export async function setup({ provide }: TestProject): Promise<void> {
  const executablePath = [process.env.LATCHKEY_CHROMIUM ?? [], PLACES].flat().find(existsSync)
  if (executablePath === undefined) {
    const missing = `there is no Chromium: looked for LATCHKEY_CHROMIUM, ${PLACES.join(', ')}`
    if (process.env.LATCHKEY_REQUIRE_CHROMIUM) throw new Error(missing)
    console.warn(`browser tests skipped: ${missing}`)
    provide('chromium', null)
    return
  }
  folder = mkdtempSync(join(tmpdir(), 'latchkey-browser-'))
  const data = join(folder, 'data')
  // Kept as soon as it is there, so that it is ended even when the other fails to start.
  await Promise.all([
    startServerProcess({ PORT: '0', LATCHKEY_DATA: data }).then((started) => {
      server = started
      process.once('exit', () => void started.kill('group'))
      provide('sharedServer', { url: started.url, data })
    }),
    chromium.launchServer({ executablePath, args: ['--disable-gpu', '--disable-quic'] }).then((launched) => {
      browser = launched
      provide('chromium', launched.wsEndpoint())
    }),
  ]).catch(async (error) => {
    await teardown()
    throw error
  })
}

export async function teardown(): Promise<void> {
  await browser?.close()
  await server?.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
}
