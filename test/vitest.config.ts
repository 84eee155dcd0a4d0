import { readFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { d1Object } from '../scripts/lib/server/d1/database.ts'
import { LongestFirst } from './support/longest-first.ts'

const TEST_MASTER_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='

/** A test must not fail because the machine is busy. */
const LIMITS = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000 } } }

/**
 * A dynamic import in the Worker's code becomes a static one. Vitest's module runner lets requests share the promise of
 * an import that is under way, and workerd ends a request that waits for another's I/O as hung.
 */
const importBeforehand: Plugin = {
  name: 'import-beforehand',
  enforce: 'post',
  transform(code, id) {
    if (!id.includes('/src/') || id.includes('/node_modules/')) return
    const imports: string[] = []
    const changed = code.replaceAll(/\bimport\(("[^"]+"|'[^']+')\)/g, (_, module: string) => {
      const name = `__imported${imports.length}`
      imports.push(`import * as ${name} from ${module};`)
      return `Promise.resolve(${name})`
    })
    // On the first line, so that the lines of a stack trace stay right.
    if (imports.length > 0) return { code: imports.join('') + changed, map: null }
  },
}

/** Its modules name each other without an extension, which the module runner does not follow. */
const OPTIMIZED = { optimizer: { ssr: { enabled: true, include: ['itty-durable'] } } }

const TEXT = /\/(console\.css|console\.client\.js|htmx\.min\.js|[\w-]+\.sh)$/

/** What wrangler.toml delivers as text, and Vite would run or make a module of. */
const asText: Plugin = {
  name: 'as-text',
  enforce: 'pre',
  async resolveId(source, importer, options) {
    if (!TEXT.test(source)) return null
    const file = await this.resolve(source, importer, { ...options, skipSelf: true })
    return file && `\0text:${file.id.split('?')[0]}.text`
  },
  load(id) {
    if (!id.startsWith('\0text:')) return null
    return `export default ${JSON.stringify(readFileSync(id.slice('\0text:'.length, -'.text'.length), 'utf8'))}`
  },
}

/**
 * The Workers runtime, with Durable Objects, D1 and KV in memory: one for each Vitest worker.
 * @param main in place of Latchkey's own, with a second D1 beside the first
 */
const insideWorkerd = (main?: string) => [
  asText,
  importBeforehand,
  cloudflareTest(async () => ({
    ...(main && { main }),
    wrangler: { configPath: './wrangler.toml' },
    miniflare: {
      // The D1 of npm start, which takes less CPU than Miniflare's. Options are merged: only what is no plain object takes
      // the place of what wrangler.toml says.
      d1Databases: Object.assign(Object.create({}), main && { SECOND: 'second' }),
      unsafeBindings: [d1Object({ compatibilityDate: '2026-10-01' })],
      bindings: {
        MIGRATIONS: await readD1Migrations('src/stores/d1/migrations'),
        LATCHKEY_MASTER_KEY: TEST_MASTER_KEY,
        LATCHKEY_BOOTSTRAP_TOKEN: 'a-bootstrap-token-for-tests-only-0123456789',
        LATCHKEY_BROKER_TOKEN: 'a-broker-token-for-tests-only-0123456789',
        LATCHKEY_METRICS_TOKEN: 'a-metrics-token-for-tests-only-0123456789',
        LATCHKEY_PUBLIC_URL: 'https://latchkey.example',
        LATCHKEY_CLIENT_ADDRESS: 'header:X-Test-Address',
        LATCHKEY_RATE_LIMITS: 'off',
        ...(process.env.LATCHKEY_PROOF && { PROOF: process.env.LATCHKEY_PROOF }),
      },
    },
  })),
]

/** test/README.md says what each project is for. */
export default defineConfig({
  test: {
    // One more than there are cores: tests of servers wait much for processes.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        plugins: [asText],
        test: {
          name: 'core',
          root: 'test/core',
          include: ['**/*.test.ts'],
          setupFiles: ['../support/seed.ts'],
          isolate: false,
          ...LIMITS,
        },
      },
      {
        plugins: insideWorkerd(),
        test: {
          name: 'worker',
          root: '.',
          deps: OPTIMIZED,
          include: ['test/worker/**/*.test.ts'],
          setupFiles: ['./test/worker/migrate.ts', './test/support/seed.ts'],
          isolate: false,
          ...LIMITS,
        },
      },
      {
        plugins: insideWorkerd('./test/fixtures/two-databases/worker.ts'),
        test: {
          name: 'deployment',
          root: '.',
          deps: OPTIMIZED,
          include: ['test/deployment/**/*.test.ts'],
          setupFiles: ['./test/worker/migrate.ts', './test/support/seed.ts'],
          ...LIMITS,
        },
      },
      {
        plugins: [asText],
        test: {
          name: 'server',
          root: 'test/server',
          include: ['**/*.test.ts'],
          globalSetup: ['../support/server-setup.ts'],
          isolate: false,
          // For what the tests start: Node compiles wrangler once.
          env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
          ...LIMITS,
          // Some start five processes, one after the other.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'browser',
          root: 'test/browser',
          include: ['**/*.test.ts'],
          globalSetup: ['../support/browser/setup.ts'],
          isolate: false,
          env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
          ...LIMITS,
        },
      },
    ],
  },
})
