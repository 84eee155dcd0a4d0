/** What a page of the console costs an organization that is large. */
import { env } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { appOf, instanceOf, portsOf } from '../../../src/compose.ts'
import { signedIn } from '../../support/console-client.ts'
import { counting } from '../../support/counting-db.ts'
import { anyone, clientOf, eventually, newClaim } from '../../support/native-client.ts'

const MANY = 3_000
let owner: Awaited<ReturnType<typeof signedIn>>
let key: string
let agent: string

beforeAll(async () => {
  owner = await signedIn()
  const operator = clientOf(owner.client.authorization)
  const profile = await operator('POST', '/v1/profiles', { name: 'many' })
  const made = await operator('POST', '/v1/keys', { profile_id: profile.json.id, name: 'many', max_uses: 2 })
  key = made.json.id
  const enrolled = await anyone('POST', '/v1/enroll', {
    code: made.json.code,
    claim: newClaim(),
    hostname: 'one-of-many',
  })
  agent = enrolled.json.agent.id
  await eventually(async () => (await owner.browser.get('/console/agents')).text.includes('one-of-many'))
  const many = `WITH RECURSIVE many(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM many WHERE i < ${MANY + 999})`
  const packed = Number(key.slice('key_'.length))
  const its = [Math.floor(packed / 2 ** 27), packed % 2 ** 27]
  await env.DB.batch([
    env.DB.prepare(
      `${many} INSERT INTO keys (ledger, n, profile, organization_id, dialect, is_live, expires_at, name_folded, created_at,
         record, version)
       SELECT ledger, i, profile, organization_id, dialect, is_live, expires_at, name_folded, created_at,
         json_set(record, '$.n', i), version FROM many JOIN keys ON ledger = ? AND n = ?`,
    ).bind(...its),
    env.DB.prepare(
      `${many} INSERT INTO agents (ledger, n, profile, key, organization_id, dialect, state, hostname_folded, enrolled_at,
         search, record, version)
       SELECT ledger, i, profile, key, organization_id, dialect, state, hostname_folded, enrolled_at, search,
         json_set(record, '$.n', i), version FROM many JOIN agents ON ledger = ? AND key = ?`,
    ).bind(...its),
  ])
}, 60_000)

/** Rows that D1 reads for a page, and how often it is asked. */
async function costOf(path: string) {
  const cost = { rows: 0, calls: 0 }
  const db: D1Database = counting(
    env.DB,
    (rows) => {
      cost.rows += rows
    },
    () => {
      cost.calls++
    },
  )
  const bindings = { ...env, DB: db }
  const instance = instanceOf(bindings, portsOf(bindings))
  const app = appOf<typeof bindings>(() => instance)
  const cookie = [...owner.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { Host: 'latchkey.example', Cookie: cookie }
  // The first look loads what an isolate keeps.
  await app(new Request(`https://latchkey.example${path}`, { headers }), bindings)
  cost.rows = 0
  cost.calls = 0
  const answer = await app(new Request(`https://latchkey.example${path}`, { headers }), bindings)
  return { status: answer.status, ...cost }
}

type Case = readonly [
  name: string,
  address: () => string,
  most: { readonly rows: number; readonly calls: number },
]

// The overview counts the usable keys, up to 10,000 entries of an index; a list reads little more than its page.
const PAGES: readonly Case[] = [
  ['the overview', () => '/console', { rows: MANY + 200, calls: 2 }],
  ['keys', () => '/console/keys', { rows: 400, calls: 8 }],
  ['a key', () => `/console/keys/${key}`, { rows: 100, calls: 6 }],
  ['agents', () => '/console/agents', { rows: 100, calls: 5 }],
  ['an agent', () => `/console/agents/${agent}`, { rows: 100, calls: 6 }],
]

test.each(PAGES)('%s: D1 reads a bounded number of rows, in a few calls', async (_, addressOf, most) => {
  const cost = await costOf(addressOf())
  expect(cost.status).toBe(200)
  expect(cost.rows).toBeLessThanOrEqual(most.rows)
  expect(cost.calls).toBeLessThanOrEqual(most.calls)
})
