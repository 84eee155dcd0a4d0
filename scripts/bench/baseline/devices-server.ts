// The work of Latchkey's signed event, as it would be written on Node and PostgreSQL, in a process of its own.

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import pg from 'pg'
import * as z from 'zod'

// One for each of the load's connections.
const POOL_CONNECTIONS = 16

const { BASELINE_DATABASE } = z.object({ BASELINE_DATABASE: z.string() }).parse(process.env)
const pool = new pg.Pool({ connectionString: BASELINE_DATABASE, max: POOL_CONNECTIONS })

const Event = z.object({ thing_key: z.string(), timestamp: z.number(), data: z.record(z.string(), z.json()) })
const refused = { errors: [{ code: 'UNAUTHORIZED', message: 'no' }] }

/** Pair, expiry, role and thing are checked by the statement that writes: off is off at once. */
const INSERT = `
  INSERT INTO events (organization, access_key, thing, at, data)
  SELECT k.organization, k.access_key, t.key, to_timestamp($3::float8 / 1000), $4
  FROM key_pairs k JOIN things t ON t.organization = k.organization AND t.key = $2
  WHERE k.access_key = $1 AND k.is_enabled AND k.role = 'agent' AND (k.expires_at IS NULL OR k.expires_at > now())
  RETURNING id`

/** A secret never changes: it is read once. */
const secrets = new Map<string, string>()

async function secretOf(accessKey: string): Promise<string | undefined> {
  const known = secrets.get(accessKey)
  if (known !== undefined) return known
  const { rows } = await pool.query<{ secret_key: string }>(
    'SELECT secret_key FROM key_pairs WHERE access_key = $1',
    [accessKey],
  )
  if (rows[0]) secrets.set(accessKey, rows[0].secret_key)
  return rows[0]?.secret_key
}

const app = new Hono()
app.post('/api/v3/things/event.json', async (c) => {
  const accessKey = c.req.header('X-Access-Key') ?? ''
  const body = Buffer.from(await c.req.arrayBuffer())
  const secret = await secretOf(accessKey)
  const signature = Buffer.from(c.req.header('X-Dtn-Signature') ?? '', 'hex')
  const expected = createHmac('sha256', secret ?? '')
    .update(body)
    .digest()
  if (!secret || signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
    return c.json(refused, 401)
  }
  const { thing_key, timestamp, data } = Event.parse(JSON.parse(body.toString()))
  const { rows } = await pool.query({
    name: 'event',
    text: INSERT,
    values: [accessKey, thing_key, timestamp, JSON.stringify(data)],
  })
  return rows.length === 1 ? c.json({}) : c.json(refused, 401)
})

const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, (address: AddressInfo) =>
  console.log(`Baseline ready on http://127.0.0.1:${address.port}`),
)
process.once('SIGTERM', () => server.close(() => process.exit(0)))
