/** What runs by itself, how often a caller may ask, and that lists are served by indexes. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

import { describe, expect, test } from 'vitest'
import { createFailureGuard } from '../../src/core/access/limits/failure-guard.ts'
import { createLimits } from '../../src/stores/limits/bindings.ts'
import { compose } from '../support/composed.ts'
import { EVENT, makeAccount } from '../support/datonis.ts'
import { anyone, basic, clientOf, newClaim, newOrganization, ring } from '../support/native-client.ts'
import { eventsOf, makeOwner } from '../support/organization.ts'
import { newCustomer } from '../support/zpa.ts'

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
  const recorded = "SELECT count(*) AS n FROM events WHERE organization_id = ? AND type = 'api_key.expire'"
  expect([await count(recorded, a), await count(recorded, b)]).toEqual([0, 1])
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

const nextAlarm = () => runInDurableObject(housekeeper(), (_, { storage }) => storage.getAlarm())

test('a task that an upgrade brings runs within a minute, and one that leaves work a minute later', async () => {
  await keepHouse()
  await housekeeper().wake()
  expect(((await nextAlarm()) ?? 0) - Date.now(), 'all have run').toBeGreaterThan(3_500_000)
  await runInDurableObject(housekeeper(), (_, { storage }) => storage.delete('term_index'))
  await housekeeper().wake()
  expect(((await nextAlarm()) ?? Infinity) - Date.now()).toBeLessThanOrEqual(60_000)

  await runInDurableObject(housekeeper(), async (object, { storage }) => {
    const task = { name: 'endless', everySeconds: 3_600, run: async () => 'more' }
    const own = Reflect.get(object, 'tasks')
    Reflect.set(object, 'tasks', () => [task])
    await object.alarm()
    Reflect.set(object, 'tasks', own)
    expect(((await storage.getAlarm()) ?? Infinity) - Date.now()).toBeLessThanOrEqual(60_000)
  })
})

test('puts rows that wait into the index of names, though no delivery comes', async () => {
  const rows = 700
  for (const [table, columns, values] of [
    ['profiles', 'description_folded', "''"],
    ['keys', 'profile, is_live, expires_at', '1, 1, 1'],
    ['agents', 'profile, key, state', "1, 1, 'active'"],
  ]) {
    const [name, at] = table === 'agents' ? ['hostname_folded', 'enrolled_at'] : ['name_folded', 'created_at']
    await env.DB.prepare(
      `WITH RECURSIVE many(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < ${rows})
       INSERT INTO ${table} (ledger, n, organization_id, dialect, ${name}, ${at}, record, version, ${columns})
       SELECT 9999, i, 9999, 'native', 'idle', 1, '{}', 1, ${values} FROM many`,
    ).run()
  }
  await keepHouse()
  for (const [table, terms, documents] of [
    ['profiles', 'profile_terms', rows],
    ['keys', 'key_terms', rows],
    // A document of each statement, and of each sixteen agents.
    ['agents', 'agent_terms', Math.ceil(rows / 16) + 1],
  ] as const) {
    expect(
      await count(
        `SELECT (SELECT max(rowid) FROM ${table}) - indexed_to AS n FROM term_progress WHERE listed = ?`,
        table,
      ),
    ).toBe(0)
    const matching = `SELECT count(*) AS n FROM ${terms} WHERE ${terms} MATCH 'o9999n69646C'`
    const found = await count(matching)
    expect(found, terms).toBeGreaterThan(0)
    expect(found, terms).toBeLessThanOrEqual(documents)
  }
})

test('the platform counts: it refuses beyond the limit of one key, and counts another key apart', async () => {
  const limits = createLimits(env, ring)
  const taken = []
  for (let n = 0; n < 25; n++) taken.push(await limits.take('zpa_read', 'tenant 192.0.2.1'))
  expect(taken.filter(Boolean)).toHaveLength(20)
  expect(await limits.take('zpa_read', 'tenant 192.0.2.2')).toBe(true)
  expect(await limits.take('zpa_write', 'tenant 192.0.2.1')).toBe(true)
})

test('what a limit counts by is a keyed hash wherever it is kept, however long it was', async () => {
  const kept: string[] = []
  const binding = {
    limit: async ({ key }: { key: string }) => {
      kept.push(key)
      return { success: true }
    },
  }
  const limits = createLimits({ ...env, LIMIT_FAILURES: binding, LIMIT_ILLUMIO: binding }, ring)
  const typed = ['a password', 'x'.repeat(900_000), 'a password']
  for (const text of typed) await limits.take('failures', text)
  await limits.take('illumio', 'a password')
  expect(kept.every((key) => /^[\w-]{43}$/.test(key))).toBe(true)
  expect(kept[2]).toBe(kept[0])
  expect(new Set(kept).size, 'of another limit it is another').toBe(3)
})

describe('who asks too often', () => {
  /** Of each limit and name as many as are said, and then no more. */
  const limitsOf = (most: number) => {
    const counts = new Map<string, number>()
    return {
      take: async (limit: string, key: string) => {
        const count = (counts.get(`${limit} ${key}`) ?? 0) + 1
        counts.set(`${limit} ${key}`, count)
        return count <= most
      },
    }
  }

  test('is 429 with Retry-After, credential by credential, in each dialect’s form', async () => {
    const owner = await makeOwner()
    const other = await makeOwner()
    const account = await makeAccount()
    const { fetch } = await compose({ limits: limitsOf(2) })
    const ask = (path: string, headers: Record<string, string>) =>
      fetch(`https://latchkey.example${path}`, { headers })
    const own = { Authorization: owner.client.authorization }
    const session = { 'X-Auth-Token': account.admin.token }
    for (const [path, headers, json] of [
      ['/api/v2/noop', own, [{ token: 'too_many_requests_error', message: 'Too many requests' }]],
      ['/v1/keys', own, { status: 429, code: 'rate_limited' }],
      ['/api/v3/roles', session, { errors: [{ code: 'EXCESSIVE_RATE' }] }],
    ] as const) {
      for (let n = 0; n < 2; n++) expect((await ask(path, headers)).status).toBe(200)
      const refused = await ask(path, headers)
      expect([path, refused.status, refused.headers.get('Retry-After')]).toEqual([path, 429, '60'])
      expect(await refused.json()).toMatchObject(json)
    }
    const another = { Authorization: other.client.authorization }
    expect((await ask('/v1/keys', another)).status).toBe(200)
  })

  test('is refused before a store is touched', async () => {
    const owner = await makeOwner()
    const account = await makeAccount()
    const { fetch, calls } = await compose({ limits: limitsOf(0) })
    for (const [path, headers] of [
      ['/api/v2/noop', { Authorization: owner.client.authorization }],
      ['/v1/keys', { Authorization: owner.client.authorization }],
      ['/api/v3/roles', { 'X-Auth-Token': account.admin.token }],
    ] as [string, Record<string, string>][]) {
      expect((await fetch(`https://latchkey.example${path}`, { headers })).status).toBe(429)
    }
    expect(calls).toEqual([])
  })

  test('keeps no machine from enrolling, refreshing and writing', async () => {
    const acme = await newOrganization()
    const account = await makeAccount()
    const key = await acme.key({ max_uses: 2 })
    const { device, thing } = await account.device()
    const { fetch } = await compose({ limits: limitsOf(0) })
    const machine = clientOf(null, fetch)
    const enrolled = await machine('POST', '/v1/enroll', { code: key.code, claim: newClaim() })
    expect(enrolled.status).toBe(201)
    const { access_token, refresh_token } = enrolled.json
    const form = { grant_type: 'refresh_token', refresh_token }
    expect((await machine('POST', '/v1/token', undefined, { form })).status).toBe(200)
    const agent = clientOf(`Bearer ${access_token}`, fetch)
    expect((await agent('GET', '/v1/agents/self')).status).toBe(200)
    expect((await agent('POST', '/v1/agents/self/heartbeat')).status).toBe(200)
    const event = JSON.stringify({ thing_key: thing, timestamp: 1, data: { pressure: 1 } })
    const written = await machine('POST', EVENT.replace('.json', ''), undefined, {
      raw: event,
      headers: { 'X-Access-Key': device.accessKey, 'X-Dtn-Signature': await device.sign(event) },
    })
    expect(written.status).toBe(200)
  })

  test('with made-up ids hides no wrong secret of a real one from the operator', async () => {
    const owner = await makeOwner()
    const { fetch, calls } = await compose({ limits: limitsOf(20) })
    const guess = (id: string) =>
      clientOf(basic(`api_${id}`, '0'.repeat(64)), fetch)('GET', '/v1/keys').then(({ status }) => status)
    const madeUp = Array.from({ length: 200 }, (_, n) => `1${n.toString(16).padStart(16, '0')}`)
    const statuses = await Promise.all(madeUp.map(guess))
    expect(await guess(owner.client.username.slice('api_'.length))).toBe(401)
    expect(new Set(statuses)).toEqual(new Set([401]))
    const recorded = async () =>
      (await eventsOf(owner.organization)).filter(({ type }) => type === 'api_key.refuse')
    await expect.poll(recorded, { timeout: 30_000 }).toHaveLength(1)
    expect(JSON.parse((await recorded())[0]?.text ?? '')).toMatchObject({
      detail: { reason: 'secret_wrong' },
    })
    expect(calls.filter((call) => call === 'credentials.findApiKey')).toHaveLength(1)
    expect(calls.filter((call) => call === 'credentials.knownApiKeys').length).toBeLessThan(20)
  })
})

test('a client’s genuine secret never waits for wrong ones of its id, and one that was replaced waits alone', async () => {
  const { clientId, secret } = await newCustomer()
  const most = 20
  const counts = new Map<string, number>()
  const limits = {
    take: async (_: string, key: string) => {
      counts.set(key, (counts.get(key) ?? 0) + 1)
      return (counts.get(key) ?? 0) <= most
    },
  }
  const failures = createFailureGuard(() => Date.now(), limits)
  const { fetch, calls } = await compose({ limits, failures })
  const signIn = (client_secret: string, client_id = clientId) =>
    clientOf(null, fetch)('POST', '/signin', undefined, { form: { client_id, client_secret } })
  for (let n = 0; n < 30; n++) expect((await signIn(`wrong ${n}`)).status).toBe(401)
  expect(calls.filter((call) => call === 'apiClients.findByClientId')).toHaveLength(most + 1)
  expect((await signIn(secret)).status).toBe(200)

  await env.DB.prepare("UPDATE api_clients SET secret_hash = 'another' WHERE client_id = ?")
    .bind(clientId)
    .run()
  calls.length = 0
  for (let n = 0; n < 30; n++) expect((await signIn(secret)).status).toBe(401)
  expect(calls.filter((call) => call === 'apiClients.findByClientId')).toHaveLength(most + 1)
  expect((await signIn('x', 'x'.repeat(256))).status, 'no id is so long').toBe(400)
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
  expect(calls.filter((call) => call !== 'credentials.recordUse')).toEqual(['credentials.findApiKey'])
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
