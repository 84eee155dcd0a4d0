import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
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

/**
 * The Workers runtime, with Durable Objects, D1 and KV in memory: one for each Vitest worker.
 * @param main in place of Latchkey's own, with a second D1 beside the first
 */
const insideWorkerd = (main?: string) => [
  importBeforehand,
  cloudflareTest(async () => ({
    ...(main && { main }),
    wrangler: { configPath: './wrangler.toml' },
    miniflare: {
      ...(main && { d1Databases: { SECOND: 'second' } }),
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
          include: ['test/deployment/**/*.test.ts'],
          setupFiles: ['./test/worker/migrate.ts', './test/support/seed.ts'],
          ...LIMITS,
        },
      },
      {
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
    ],
  },
})
