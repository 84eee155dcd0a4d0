/** What runs by itself, how often somebody may ask, and that lists are served by indexes. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { createFailureGuard } from '../../src/core/access/failure-guard.ts'
import { createLimits } from '../../src/stores/limits/bindings.ts'
import { compose } from '../support/composed.ts'
import { anyone, clientOf, newClaim, newOrganization } from '../support/native-client.ts'
import { makeOwner } from '../support/organization.ts'

const DAY = 86_400_000
const housekeeper = () => env.HOUSEKEEPER.getByName('housekeeper')
const count = async (sql: string, ...values: (string | number)[]) =>
  (await env.DB.prepare(sql)
    .bind(...values)
    .first<number>('n')) ?? -1

async function keepHouse(): Promise<void> {
  await housekeeper().wake()
  await runInDurableObject(housekeeper(), async (_, { storage }) => {
    // As if the last run were long ago.
    await storage.deleteAll()
    await storage.setAlarm(Date.now() + DAY)
  })
  expect(await runDurableObjectAlarm(housekeeper())).toBe(true)
}

test('forgets sessions that ended, events and expired keys past their organization’s retention, and nothing else', async () => {
  const [keeps, forgets] = [await makeOwner(), await makeOwner()]
  const api = `/api/v2/orgs/${forgets.organization}`
  await forgets.client.put(`${api}/settings/events`, { audit_event_retention_seconds: 86_400 })
  await forgets.client.put(`${api}/settings`, { expired_api_keys_retention_in_seconds: 0 })
  const now = Date.now()
  const statements = [keeps, forgets].flatMap(({ organization }) => [
    env.DB.prepare(
      "INSERT INTO events (id, organization_id, at, type, record) VALUES (?, ?, ?, 'label.create', '{}')",
    ).bind(`old ${organization}`, organization, now - 2 * DAY),
    env.DB.prepare(
      "INSERT INTO events (id, organization_id, at, type, record) VALUES (?, ?, ?, 'label.create', '{}')",
    ).bind(`new ${organization}`, organization, now - DAY / 2),
    env.DB.prepare(
      `INSERT INTO api_keys (id, principal_id, organization_id, name, secret_hash, ring_version, created_at, expires_at)
       VALUES (?, 0, ?, '', '', 1, 0, ?), (?, 0, ?, '', '', 1, 0, NULL)`,
    ).bind(`expired ${organization}`, organization, now - DAY, `lives ${organization}`, organization),
  ])
  await env.DB.batch([
    ...statements,
    env.DB.prepare("INSERT INTO sessions VALUES ('ended', 's', 1, NULL, 0, ?, ?, NULL, 1)").bind(
      now - 1,
      now - 1,
    ),
    env.DB.prepare("INSERT INTO sessions VALUES ('lives', 's', 1, NULL, 0, ?, ?, NULL, 1)").bind(
      now + DAY,
      now + DAY,
    ),
  ])
  await keepHouse()
  const has = (table: string, column: string, id: string) =>
    count(`SELECT count(*) AS n FROM ${table} WHERE ${column} = ?`, id)
  const [a, b] = [keeps.organization, forgets.organization]
  expect(await has('sessions', 'token_hash', 'ended')).toBe(0)
  expect(await has('sessions', 'token_hash', 'lives')).toBe(1)
  expect([await has('events', 'id', `old ${a}`), await has('events', 'id', `old ${b}`)]).toEqual([1, 0])
  expect([await has('events', 'id', `new ${a}`), await has('events', 'id', `new ${b}`)]).toEqual([1, 1])
  expect([await has('api_keys', 'id', `expired ${a}`), await has('api_keys', 'id', `expired ${b}`)]).toEqual([
    1, 0,
  ])
  expect(await has('api_keys', 'id', `lives ${b}`)).toBe(1)
  const told = "SELECT count(*) AS n FROM events WHERE organization_id = ? AND type = 'api_key.expire'"
  expect([await count(told, a), await count(told, b)]).toEqual([0, 1])
})

test('asks for the next alarm, whether its tasks succeed or fail', async () => {
  await keepHouse()
  const nextAt = () => runInDurableObject(housekeeper(), (_, { storage }) => storage.getAlarm())
  const hour = ((await nextAt()) ?? 0) - Date.now()
  expect(hour).toBeGreaterThan(3_500_000)
  await env.DB.prepare('ALTER TABLE sessions RENAME TO gone').run()
  try {
    await keepHouse()
    const retry = ((await nextAt()) ?? 0) - Date.now()
    expect([retry > 0, retry <= 60_000]).toEqual([true, true])
  } finally {
    await env.DB.prepare('ALTER TABLE gone RENAME TO sessions').run()
  }
})

test('the platform counts: after so many of one key it says no, and another key is another', async () => {
  const limits = createLimits(env)
  const taken = []
  for (let n = 0; n < 25; n++) taken.push(await limits.take('zpa_read', 'tenant 192.0.2.1'))
  expect(taken.filter(Boolean)).toHaveLength(20)
  expect(await limits.take('zpa_read', 'tenant 192.0.2.2')).toBe(true)
  expect(await limits.take('zpa_write', 'tenant 192.0.2.1')).toBe(true)
})

test('who asks too often is 429 with Retry-After, credential by credential', async () => {
  const owner = await makeOwner()
  const full = new Set<string>()
  const limits = { take: async (_: string, key: string) => !full.has(key) }
  const { fetch } = await compose({ limits })
  const ask = () =>
    fetch('https://latchkey.example/api/v2/noop', { headers: { Authorization: owner.client.authorization } })
  expect((await ask()).status).toBe(200)
  full.add(owner.client.username.slice('api_'.length))
  const refused = await ask()
  expect([refused.status, refused.headers.get('Retry-After'), await refused.json()]).toEqual([
    429,
    '60',
    [{ token: 'rate_limit_exceeded', message: 'Too many requests' }],
  ])
})

test('what is none of our refresh tokens is soon answered from memory; a genuine one from there is not', async () => {
  const acme = await newOrganization()
  const key = await acme.key({ max_uses: 1 })
  const { refresh_token } = (await anyone('POST', '/v1/enroll', { code: key.code, claim: newClaim() })).json
  let budget = 3
  const limits = { take: async () => budget-- > 0 }
  const failures = createFailureGuard(() => Date.now(), limits)
  const { fetch, calls } = await compose({ limits, failures })
  const refresh = (token: string) =>
    clientOf(null, fetch)('POST', '/v1/token', undefined, {
      form: { grant_type: 'refresh_token', refresh_token: token },
    })
  for (let n = 0; n < 4; n++) expect((await refresh('junk')).json.error).toBe('invalid_grant')
  const blocked = await refresh('junk')
  expect([blocked.status, blocked.headers.get('Retry-After')]).toEqual([429, '60'])
  expect(calls).toEqual([])
  expect((await refresh(refresh_token)).status).toBe(200)
})

test('an API key costs one read of D1', async () => {
  const owner = await makeOwner()
  const { fetch, calls } = await compose()
  await fetch('https://latchkey.example/api/v2/noop', {
    headers: { Authorization: owner.client.authorization },
  })
  expect(calls.filter((call) => call !== 'credentials.noteUse')).toEqual(['credentials.findApiKey'])
})

test.each([
  [
    'API keys of an organization',
    'SELECT * FROM api_keys WHERE organization_id = 1 ORDER BY created_at, id LIMIT 9',
  ],
  ['API keys of a principal', 'SELECT * FROM api_keys WHERE principal_id IN (1, 2)'],
  ['principals', 'SELECT * FROM principals WHERE organization_id = 1 ORDER BY id LIMIT 9'],
  ['principals of a user', 'SELECT * FROM principals WHERE user_id = 1'],
  ['permissions', 'SELECT * FROM grants WHERE organization_id = 1 ORDER BY created_at, id LIMIT 9'],
  ['permissions of a principal', 'SELECT * FROM grants WHERE principal_id = 1'],
  ['restrictions', 'SELECT * FROM access_restrictions WHERE organization_id = 1 ORDER BY id LIMIT 9'],
  ['sessions that ended', 'SELECT token_hash FROM sessions WHERE ends_at < 1 LIMIT 9'],
  [
    'keys that expired',
    'SELECT id FROM api_keys WHERE expires_at IS NOT NULL AND expires_at < 1 ORDER BY expires_at LIMIT 9',
  ],
  [
    'events past retention',
    'DELETE FROM events WHERE (organization_id, at, id) IN (SELECT organization_id, at, id FROM events WHERE organization_id = 1 AND at < 1 LIMIT 9)',
  ],
])('an index serves %s: nothing is scanned or sorted', async (_, sql) => {
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).all<{ detail: string }>()
  for (const { detail } of results) {
    expect(detail).toMatch(/USING (COVERING )?INDEX|USING (INTEGER )?PRIMARY KEY|LIST SUBQUERY/)
    expect(detail).not.toContain('TEMP B-TREE')
  }
})
