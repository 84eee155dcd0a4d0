// The baseline's own process: prints its address when it listens, and ends with SIGTERM.

import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import pg from 'pg'
import * as z from 'zod'
import { makeApp } from './app.ts'
import { makeRing } from './ring.ts'

const environment = z.object({
  BASELINE_DATABASE: z.string(),
  BASELINE_CONNECTIONS: z.coerce.number().int(),
  BASELINE_TAG: z.string(),
  BASELINE_HASH: z.string(),
  BASELINE_JWK: z.string(),
})
const settings = environment.parse(process.env)

const pool = new pg.Pool({
  connectionString: settings.BASELINE_DATABASE,
  max: settings.BASELINE_CONNECTIONS,
})
const secrets = { tag: settings.BASELINE_TAG, hash: settings.BASELINE_HASH, jwk: settings.BASELINE_JWK }
const app = makeApp(pool, await makeRing(secrets, 'http://127.0.0.1'))
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, (address: AddressInfo) =>
  console.log(`Baseline ready on http://127.0.0.1:${address.port}`),
)
process.once('SIGTERM', () => server.close(() => process.exit(0)))
