/** One run of the pairing script against a server of the test's own. */
import { lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { type ActivationServer, startActivationServer } from './pair-activation-server.ts'
import { freshVenDirectory, removeDirectories, runPairScript } from './pair-script.ts'

export const CODE = `1${'0123456789abcdef'.repeat(5)}`
export const OTHER_CODE = `1${'fedcba9876543210'.repeat(5)}`

export let server: ActivationServer
export let venDirectory: string

/** For each test of the file: a server, and a path for the script's directory. */
export function usePairServer(): void {
  beforeEach(async () => {
    server = await startActivationServer()
    venDirectory = freshVenDirectory()
  })

  afterEach(async () => {
    await server.close()
    removeDirectories()
  })
}

/** Another server in place of the test's own. */
export async function serveInstead(protocol: 'https'): Promise<void> {
  await server.close()
  server = await startActivationServer(protocol)
}

export function useDirectory(path: string): void {
  venDirectory = path
}

export function pair(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  return runPairScript(
    ['--management-server', server.url, '--activation-code', CODE, ...args],
    withDirectory(env),
  )
}

export function withDirectory(env: Readonly<Record<string, string>> = {}) {
  return { LATCHKEY_VEN_DIR: venDirectory, ...env }
}

export function credentials(): Record<string, string> {
  const lines = readFileSync(join(venDirectory, 'credentials'), 'utf8').trimEnd().split('\n')
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

export function claims(): string[] {
  return server.requests.map((request) => request.body.claim)
}

export function modeOf(path: string): string {
  return (lstatSync(path).mode & 0o7777).toString(8)
}

/** Puts something where the credentials belong. */
export function plant(make: (file: string) => void): void {
  mkdirSync(venDirectory, { mode: 0o700 })
  make(join(venDirectory, 'credentials'))
}

export function plantLock(owner: string): void {
  mkdirSync(venDirectory, { mode: 0o700 })
  symlinkSync(owner, join(venDirectory, 'pair.lock'))
}
