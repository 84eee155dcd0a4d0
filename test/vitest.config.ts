import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const TEST_MASTER_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='

/** core: pure, in Node · worker: inside the real runtime · server: from outside, over HTTP, processes and all. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'core', root: 'test/core', include: ['**/*.test.ts'] } },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                MIGRATIONS: await readD1Migrations('src/stores/d1/migrations'),
                LATCHKEY_MASTER_KEY: TEST_MASTER_KEY,
                LATCHKEY_BOOTSTRAP_TOKEN: 'a-bootstrap-token-for-tests-only-0123456789',
                LATCHKEY_PUBLIC_URL: 'https://latchkey.example',
                LATCHKEY_CLIENT_ADDRESS: 'header:X-Test-Address',
                LATCHKEY_RATE_LIMITS: 'off',
                ...(process.env.LATCHKEY_PROOF && { PROOF: process.env.LATCHKEY_PROOF }),
              },
            },
          })),
        ],
        test: {
          name: 'worker',
          root: '.',
          include: ['test/worker/**/*.test.ts'],
          setupFiles: ['./test/worker/migrate.ts'],
        },
      },
      {
        test: {
          name: 'server',
          root: 'test/server',
          include: ['**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
