/** Lists of records of any size come slice after slice, and are the text that they would be at once. */
import { env } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { createDeviceStore } from '../../../src/stores/d1/devices/devices.ts'
import { type Account, makeAccount } from '../../support/datonis.ts'

const THING = 'a1b2c3d4e5'
const COUNT = 40

let account: Account
beforeAll(async () => {
  account = await makeAccount()
  const { access_key } = await account.pair()
  const data = 'x'.repeat(60_000)
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO things (organization_id, key, name, name_folded, description, facts, created_at, updated_at)
       VALUES (?1, ?2, 'n', 'n', '', '{}', 1, 1)`,
    ).bind(account.organization, THING),
    env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?5)
       INSERT INTO device_events (access_key, seq, organization_id, thing, at, received_at, data)
       SELECT ?1, i, ?2, ?3, i, i * 1000, json_object('data', json_object('text', ?4, 'line', char(10), 'n', i)) FROM n`,
    ).bind(access_key, account.organization, THING, data, COUNT),
  ])
})

test('events of 60 KB each: in one answer, newest first, in whichever form', async () => {
  const compact = await account.admin.get(`/api/v3/things/${THING}/events?per=100&page=1`)
  expect([compact.status, compact.headers.get('Content-Type')]).toEqual([
    200,
    'application/json; charset=utf-8',
  ])
  expect(compact.json).toMatchObject({ total_count: COUNT, page: '1' })
  const numbers = compact.json.events.map((event: { data: { n: number } }) => event.data.n)
  expect(numbers).toEqual(Array.from({ length: COUNT }, (_, n) => COUNT - n))
  expect(compact.text).toBe(JSON.stringify(compact.json))
  const pretty = await account.admin.get(`/api/v3/things/${THING}/events?per=100&page=1&pretty=true`)
  expect(pretty.text).toBe(JSON.stringify(compact.json, null, 2))
})

test('a page, a part of the members, and nothing at all', async () => {
  const page = await account.admin.get(`/api/v3/things/${THING}/events?per=3&page=2&fields=timestamp`)
  expect(page.json.events).toEqual([{ timestamp: 37 }, { timestamp: 36 }, { timestamp: 35 }])
  for (const [query, indent] of [
    ['', undefined],
    ['&pretty=true', 2],
  ] as const) {
    const none = await account.admin.get(`/api/v3/things/${THING}/events?page=9&per=100${query}`)
    expect(none.text).toBe(JSON.stringify({ total_count: COUNT, page: '9', events: [] }, null, indent))
  }
})

test('what is asked for at once is as many records as fit', async () => {
  const query = { organization: account.organization, thing: THING }
  const page = await createDeviceStore(env.DB).listEvents(query, { offset: 0, limit: 100 })
  expect(page.bytes).toHaveLength(COUNT)
  expect(Math.min(...page.bytes)).toBeGreaterThan(60_000)
  const some = await page.read(2, 5)
  expect(some.map(({ at }) => at)).toEqual([38, 37, 36])
})

test('key pairs, roles and child organizations come in slices, too: the same text as at once', async () => {
  const pairs = await Promise.all(Array.from({ length: 30 }, () => account.pair()))
  for (let n = 0; n < 3; n++) {
    const organisation = { name: `child ${n} ${crypto.randomUUID()}` }
    await account.admin.call('POST', '/api/v3/child_organisations', { body: { organisation } })
  }
  for (const [path, name, count] of [
    ['/api/v3/key_pairs?per=100', 'key_pairs', pairs.length + 1],
    ['/api/v3/roles?per=100', 'roles', 3],
    ['/api/v3/child_organisations?per=100', 'organisations', 3],
  ] as const) {
    const compact = await account.admin.get(path)
    expect([path, compact.json.total_count, compact.json[name].length]).toEqual([path, count, count])
    expect(compact.text).toBe(JSON.stringify(compact.json))
    const pretty = await account.admin.get(`${path}&pretty=true`)
    expect(pretty.text).toBe(JSON.stringify(compact.json, null, 2))
    const second = await account.admin.get(`${path.replace('100', '2')}&page=2`)
    expect(second.json[name]).toEqual(compact.json[name].slice(2, 4))
  }
  const { json } = await account.admin.get('/api/v3/key_pairs?per=100')
  const secrets = new Map(
    json.key_pairs.map((pair: (typeof pairs)[0]) => [pair?.access_key, pair?.secret_key]),
  )
  for (const { access_key, secret_key } of pairs) expect(secrets.get(access_key)).toBe(secret_key)
})
