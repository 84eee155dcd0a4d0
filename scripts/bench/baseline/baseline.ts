import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { CODE_RANDOM_BYTES, hashCode, sealCode } from '../../../src/core/enrollment/codes/code.ts'
import type { Keyring } from '../../../src/core/kernel/keyring.ts'
import { CODES, formatCode } from '../../../src/http/words/wire.ts'
import { startDatabase } from './database.ts'
import { makeRing, makeSecrets, type Secrets } from './ring.ts'
import { TABLES } from './tables.ts'

export type Baseline = {
  readonly url: string
  /** None: its CPU time is not counted, since part of it is PostgreSQL's. */
  readonly pids: readonly number[]
  readonly hot: string
  /** Neighbours in the list belong to different profiles. */
  readonly spread: readonly string[]
}

// One for each of the load's connections.
const POOL_CONNECTIONS = 16

/** What a user would otherwise write: a Hono server on Node in its own process, and a real PostgreSQL. */
export async function startBaseline(
  profiles: number,
  keys: number,
  undo: AsyncDisposableStack,
): Promise<Baseline> {
  const database = await startDatabase(undo)
  const secrets = makeSecrets()
  const codes = await seed(database, await makeRing(secrets, 'http://127.0.0.1'), profiles, keys)
  const url = await startServer(database, secrets, undo)
  const [hot = '', ...spread] = codes
  return { url, pids: [], hot, spread }
}

/** The first of the codes is the hot key's; it has a profile to itself. */
async function seed(database: string, ring: Keyring, profiles: number, keys: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  try {
    await client.query(TABLES)
    await client.query("INSERT INTO profiles SELECT n, 'profile ' || n FROM generate_series(0, $1) n", [
      profiles,
    ])
    const codes: string[] = []
    for (let key = 0; key <= keys; key++) {
      const random = crypto.getRandomValues(new Uint8Array(CODE_RANDOM_BYTES))
      const target = { ledger: 1, key, ringVersion: ring.current }
      const profile = key === 0 ? 0 : 1 + (key % profiles)
      const hash = await hashCode(ring, ring.current, random)
      await client.query('INSERT INTO keys (id, profile, code_hash) VALUES ($1, $2, $3)', [
        key,
        profile,
        hash,
      ])
      codes.push(formatCode(await sealCode(ring, CODES, target, random)))
    }
    await client.query('VACUUM ANALYZE')
    return codes
  } finally {
    await client.end()
  }
}

async function startServer(
  database: string,
  { tag, hash, jwk }: Secrets,
  undo: AsyncDisposableStack,
): Promise<string> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'server.ts')], {
    env: {
      ...process.env,
      BASELINE_DATABASE: database,
      BASELINE_CONNECTIONS: String(POOL_CONNECTIONS),
      BASELINE_TAG: tag,
      BASELINE_HASH: hash,
      BASELINE_JWK: jwk,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  undo.defer(async () => {
    child.kill('SIGKILL')
    await exit
  })
  for await (const line of createInterface(child.stdout)) {
    const url = /^Baseline ready on (\S+)$/.exec(line)?.[1]
    if (url !== undefined) return url
  }
  throw new Error('the baseline did not start')
}
