import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import type { SigningPair } from '../load/signed-events.ts'
import { startDatabase } from './database.ts'

export type DeviceBaseline = { readonly url: string; readonly pairs: readonly SigningPair[] }

/** What one who writes this on PostgreSQL would make: pairs, things, and events with an index for lists. */
const TABLES = `
  CREATE TABLE key_pairs (
    access_key text PRIMARY KEY, organization int NOT NULL, secret_key text NOT NULL, role text NOT NULL,
    is_enabled bool NOT NULL DEFAULT true, expires_at timestamptz);
  CREATE TABLE things (organization int NOT NULL, key text NOT NULL, name text NOT NULL, PRIMARY KEY (organization, key));
  CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, organization int NOT NULL, access_key text NOT NULL,
    thing text NOT NULL, at timestamptz NOT NULL, received_at timestamptz NOT NULL DEFAULT now(), data jsonb NOT NULL);
  CREATE INDEX events_of_thing ON events (organization, thing, received_at);`

/** A Hono server on Node in its own process, and a real PostgreSQL, durable as it comes. */
export async function startDeviceBaseline(
  count: number,
  undo: AsyncDisposableStack,
): Promise<DeviceBaseline> {
  const database = await startDatabase(undo)
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  const pairs = Array.from({ length: count }, () => ({
    accessKey: randomBytes(20).toString('hex'),
    secretKey: randomBytes(20).toString('hex'),
    thing: randomBytes(5).toString('hex'),
  }))
  try {
    await client.query(TABLES)
    for (const { accessKey, secretKey, thing } of pairs) {
      await client.query("INSERT INTO key_pairs VALUES ($1, 1, $2, 'agent')", [accessKey, secretKey])
      await client.query("INSERT INTO things VALUES (1, $1, 'press')", [thing])
    }
    await client.query('VACUUM ANALYZE')
  } finally {
    await client.end()
  }
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'devices-server.ts')], {
    env: { ...process.env, BASELINE_DATABASE: database },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  undo.defer(async () => {
    child.kill('SIGKILL')
    await exit
  })
  for await (const line of createInterface(child.stdout)) {
    const url = /^Baseline ready on (\S+)$/.exec(line)?.[1]
    if (url !== undefined) return { url, pairs }
  }
  throw new Error('the baseline did not start')
}
