import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Account,
  call,
  codesOf,
  KEY_PAIRS,
  makeAccount,
  type Pair,
  signIn,
} from '../../support/datonis.ts'
import { eventsOf } from '../../support/organization.ts'

let account: Account
beforeAll(async () => {
  account = await makeAccount()
})

const MEMBERS = [
  'access_key',
  'enabled',
  'expiry_date',
  'secret_key',
  'key_pair_key',
  'created_at',
  'updated_at',
  'role_name',
  'role_key',
]

async function create(key_pair: object, more: object = {}) {
  return account.admin.call('POST', KEY_PAIRS, { body: { key_pair, ...more } })
}

describe('make, read, change, delete', () => {
  test('a new pair: 200, nine members in their order, on, its name its access key, all keys in their alphabet', async () => {
    const role_key = await account.role('Agent')
    const made = await create({ role_key })
    expect(made.status).toBe(200)
    expect(made.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    expect(made.headers.get('Cache-Control')).toBe('no-store')
    const { key_pair } = made.json
    expect(Object.keys(made.json)).toEqual(['key_pair'])
    expect(Object.keys(key_pair)).toEqual(MEMBERS)
    expect(key_pair).toMatchObject({ enabled: true, expiry_date: null, role_name: 'Agent', role_key })
    expect(key_pair.access_key).toMatch(/^[1-9a-ft]{40}$/)
    expect(key_pair.secret_key).toMatch(/^[1-9a-ft]{40}$/)
    expect(key_pair.role_key).toMatch(/^[1-9a-ft]{10}$/)
    expect(key_pair.key_pair_key).toBe(key_pair.access_key)
    expect(key_pair.created_at).toBe(key_pair.updated_at)
    expect(Number.isInteger(key_pair.created_at)).toBe(true)
    const read = await account.admin.get(`${KEY_PAIRS}/${key_pair.access_key}`)
    expect([read.status, read.json]).toEqual([200, { key_pair }])
  })

  test('a change keeps what is absent, ignores what can’t be changed, and counts as an update', async () => {
    const pair = (await account.pair()) as Pair & Record<string, unknown>
    const path = `${KEY_PAIRS}/${pair.access_key}`
    const disabled = await account.admin.call('PUT', path, { body: { key_pair: { enabled: 'false' } } })
    expect(disabled.status).toBe(200)
    expect(disabled.json.key_pair).toMatchObject({ enabled: false, expiry_date: null, role_name: 'Agent' })
    // A client that writes back all that it read, as the management gem does.
    const all = {
      ...disabled.json.key_pair,
      enabled: true,
      secret_key: 'x',
      access_key: 'y',
      created_at: 1,
      role_name: 'z',
    }
    const saved = await account.admin.call('PATCH', `${path}.json`, { body: { key_pair: all } })
    expect(saved.json.key_pair).toEqual({
      ...disabled.json.key_pair,
      enabled: true,
      updated_at: saved.json.key_pair.updated_at,
    })
    expect(saved.json.key_pair.secret_key).toBe(pair.secret_key)
  })

  test('the role is taken from either place and by either name, the inner one first', async () => {
    const [agent, reader] = [await account.role('Agent'), await account.role('Read Only')]
    for (const [inner, outer, expected] of [
      [{ role_key: agent }, {}, 'Agent'],
      [{ datonis_role_key: agent }, {}, 'Agent'],
      [{}, { role_key: reader }, 'Read Only'],
      [{}, { datonis_role_key: reader }, 'Read Only'],
      [{ role_key: agent }, { role_key: reader }, 'Agent'],
    ] as const) {
      const { json } = await create(inner, outer)
      expect(json.key_pair.role_name).toBe(expected)
      const path = `${KEY_PAIRS}/${json.key_pair.access_key}`
      const changed = await account.admin.call('PUT', path, { body: { key_pair: inner, ...outer } })
      expect(changed.json.key_pair.role_name).toBe(expected)
    }
  })

  test('deleting answers 200 {}; a second time, a read and the list find nothing; its secret is gone from storage', async () => {
    const pair = await account.pair()
    const path = `${KEY_PAIRS}/${pair.access_key}`
    const pretty = await account.admin.call('DELETE', `${path}?pretty=true`)
    expect([pretty.status, pretty.text]).toEqual([200, '{\n}'])
    for (const method of ['DELETE', 'GET']) {
      const again = await account.admin.call(method, path)
      expect([again.status, codesOf(again)]).toEqual([404, ['NOT_FOUND']])
    }
    const { json } = await account.admin.get(`${KEY_PAIRS}?key_pairs[]=${pair.access_key}`)
    expect(json).toEqual({ total_count: 0, page: 1, key_pairs: [] })
    const row = await env.DB.prepare('SELECT sealed_secret AS sealed FROM key_pairs WHERE access_key = ?')
      .bind(pair.access_key)
      .first<{ sealed: string }>()
    expect(row?.sealed).toBe('')
  })

  test('no secret is at rest in the clear, nor in an event', async () => {
    const pair = await account.pair()
    const { results } = await env.DB.prepare('SELECT * FROM key_pairs WHERE access_key = ?')
      .bind(pair.access_key)
      .all()
    expect(results).toHaveLength(1)
    expect(JSON.stringify(results)).not.toContain(pair.secret_key)
    const events = await eventsOf(account.organization)
    expect(events.filter(({ text }) => text.includes(pair.access_key)).map(({ type }) => type)).toEqual([
      'key_pair.create',
    ])
    expect(JSON.stringify(events)).not.toContain(pair.secret_key)
  })

  test('each change is told of once, by whom', async () => {
    const pair = await account.pair()
    const path = `${KEY_PAIRS}/${pair.access_key}`
    await account.admin.call('PUT', path, { body: { key_pair: { enabled: false } } })
    await account.admin.call('DELETE', path)
    const events = (await eventsOf(account.organization)).filter(({ text }) => text.includes(pair.access_key))
    expect(events.map(({ type }) => type)).toEqual(['key_pair.create', 'key_pair.update', 'key_pair.delete'])
    for (const { text } of events) expect(JSON.parse(text).cause.actor.name).toBe(account.email)
    expect(JSON.parse(events[1]?.text ?? '').detail.changes).toEqual({
      isEnabled: { before: true, after: false },
    })
  })
})

describe('expiry dates', () => {
  test('POST reads a bare date in the organization’s zone, PUT in UTC; the stored one is given back the same', async () => {
    const mumbai = await makeAccount()
    await mumbai.admin.call('PUT', '/api/v3/organisation', {
      body: { organisation: { time_zone: 'Mumbai' } },
    })
    const pair = (await mumbai.pair({ expiry_date: '09/09/2016' })) as Pair & { expiry_date: string }
    expect(pair.expiry_date).toBe('2016-09-08T18:30:00.000Z')
    const path = `${KEY_PAIRS}/${pair.access_key}`
    const put = async (expiry_date: unknown) =>
      (await mumbai.admin.call('PUT', path, { body: { key_pair: { expiry_date } } })).json.key_pair
        .expiry_date
    expect(await put(pair.expiry_date)).toBe(pair.expiry_date)
    expect(await put('09/09/2016')).toBe('2016-09-09T00:00:00.000Z')
    expect((await mumbai.admin.get(`${path}?timestamp_format=str`)).json.key_pair.expiry_date).toBe(
      '2016-09-09T00:00:00.000Z',
    )
    expect(await put(1446104372)).toBe('2015-10-29T07:39:32.000Z')
    expect(await put(null)).toBeNull()
  })

  test.each(['09/13/2016', 'soon', '2016-02-30', true, {}, [], 1e30])(
    '%j is refused, and nothing is made or changed',
    async (expiry_date) => {
      const pair = await account.pair()
      const path = `${KEY_PAIRS}/${pair.access_key}`
      const before = await account.admin.get(KEY_PAIRS)
      const role_key = await account.role('Agent')
      for (const refused of [
        await create({ role_key, expiry_date }),
        await account.admin.call('PUT', path, { body: { key_pair: { expiry_date } } }),
      ]) {
        expect([refused.status, codesOf(refused)]).toEqual([400, ['INVALID_PARAM']])
      }
      expect((await account.admin.get(KEY_PAIRS)).json).toEqual(before.json)
    },
  )
})

describe('what is refused', () => {
  test('no hash, no role, an unknown role, a flag that is none: 400', async () => {
    const role_key = await account.role('Agent')
    for (const [body, code] of [
      [{}, 'MISSING_PARAM'],
      [{ key_pair: 'x' }, 'INVALID_PARAM'],
      [{ key_pair: [] }, 'INVALID_PARAM'],
      [{ key_pair: null }, 'INVALID_PARAM'],
      [{ key_pair: {} }, 'MISSING_PARAM'],
      [{ key_pair: { role_key: 'nobody' } }, 'INVALID_ROLE'],
      [{ key_pair: { role_key, enabled: 'perhaps' } }, 'INVALID_PARAM'],
      [{ key_pair: { role_key: 7 } }, 'INVALID_PARAM'],
    ] as const) {
      const refused = await account.admin.call('POST', KEY_PAIRS, { body })
      expect([refused.status, codesOf(refused)]).toEqual([400, [code]])
    }
    const pair = await account.pair()
    const path = `${KEY_PAIRS}/${pair.access_key}`
    const refused = await account.admin.call('PUT', path, { body: { key_pair: { role_key: 'nobody' } } })
    expect([refused.status, codesOf(refused)]).toEqual([400, ['INVALID_ROLE']])
  })

  test('a body that is no JSON object: 400 INVALID_JSON', async () => {
    for (const raw of ['{', '[]', '"x"', '{"__proto__":{}}', 'null']) {
      const refused = await account.admin.call('POST', KEY_PAIRS, { raw })
      expect([refused.status, codesOf(refused)]).toEqual([
        400,
        [raw === 'null' ? 'MISSING_PARAM' : 'INVALID_JSON'],
      ])
    }
  })

  test('a pair that nobody made, of another organization, or no key at all: 404 for every method', async () => {
    const stranger = await makeAccount()
    const foreign = await stranger.pair()
    const flipped = foreign.access_key.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'))
    for (const key of [
      foreign.access_key,
      flipped,
      't711t338ttf7b36c4cb27dc9d4acf62ta8c75a7f',
      'x',
      '%00',
      '__proto__',
    ]) {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
        const body = method === 'PUT' || method === 'PATCH' ? { body: { key_pair: { enabled: false } } } : {}
        const refused = await account.admin.call(method, `${KEY_PAIRS}/${key}`, body)
        expect([method, refused.status, codesOf(refused)]).toEqual([method, 404, ['NOT_FOUND']])
      }
    }
    expect((await stranger.admin.get(`${KEY_PAIRS}/${foreign.access_key}`)).json.key_pair.enabled).toBe(true)
  })

  test('other methods and unknown paths: 405 and 404, each with the error body', async () => {
    const pair = await account.pair()
    for (const [method, path, status] of [
      ['DELETE', KEY_PAIRS, 405],
      ['POST', `${KEY_PAIRS}/${pair.access_key}`, 405],
      ['GET', '/api_sign_in', 405],
      ['POST', '/api_sign_out', 405],
      ['GET', '/api/v3', 404],
      ['GET', '/api/v3/nothing.json', 404],
      ['POST', '/api/v3/key_pairs/a/b', 404],
      ['GET', '/internal/mqtt/nothing', 404],
    ] as const) {
      const refused = await account.admin.call(method, path)
      expect([path, refused.status, codesOf(refused)]).toEqual([
        path,
        status,
        [status === 405 ? 'METHOD_NOT_ALLOWED' : 'NOT_FOUND'],
      ])
      expect(refused.headers.get('Content-Type')).toMatch(/^application\/json/)
    }
  })
})

describe('lists', () => {
  let lists: Account
  let pairs: (Pair & { created_at: number; role_name: string; key_pair_key: string })[]
  /** The vendor's page: two Agents, one `abc`, one `Write Only`; made in an order that no sorting gives by chance. */
  beforeAll(async () => {
    lists = await makeAccount()
    for (const name of ['abc', 'Write Only']) {
      await lists.admin.call('POST', '/api/v3/roles', { body: { role: { name, abilities: [3] } } })
    }
    pairs = []
    for (const role of ['Agent', 'abc', 'Agent', 'Write Only']) {
      pairs.push((await lists.pair({ role_key: await lists.role(role) })) as never)
    }
    // Seconds apart, as the ties of the order need.
    for (const [index, pair] of pairs.entries()) {
      await env.DB.prepare('UPDATE key_pairs SET created_at = ? WHERE access_key = ?')
        .bind(1446017446000 + index * 1000, pair.access_key)
        .run()
    }
  })
  const keys = (json: { key_pairs: Pair[] }) => json.key_pairs.map(({ access_key }) => access_key)
  const expected = (...order: number[]) => order.map((index) => pairs[index]?.access_key)

  test('the oldest first, 20 of them, with the count of all; a list says what a single read says', async () => {
    const { json } = await lists.admin.get(KEY_PAIRS)
    expect(Object.keys(json)).toEqual(['total_count', 'page', 'key_pairs'])
    expect([json.total_count, json.page, keys(json)]).toEqual([4, 1, expected(0, 1, 2, 3)])
    expect(Object.keys(json.key_pairs[0])).toEqual(MEMBERS)
    expect(json.key_pairs.map((pair: Pair) => pair.secret_key)).toEqual(pairs.map((pair) => pair.secret_key))
  })

  test('the page is echoed as it came, as text or number, from query or body', async () => {
    for (const [query, page, order] of [
      ['per=2&page=2', '2', [2, 3]],
      ['per=3&page=2', '2', [3]],
      ['per=2&page=9', '9', []],
      ['per=2&page=0', '0', [0, 1]],
      ['per=2&page=-1', '-1', [0, 1]],
      ['per=0', 1, [0, 1, 2, 3]],
      ['per=1000', 1, [0, 1, 2, 3]],
    ] as const) {
      const { json } = await lists.admin.get(`${KEY_PAIRS}?${query}`)
      expect([query, json.total_count, json.page, keys(json)]).toEqual([query, 4, page, expected(...order)])
    }
    for (const query of ['page=x', 'per=1.5', 'page=', 'per=2&page=1e3']) {
      const refused = await lists.admin.get(`${KEY_PAIRS}?${query}`)
      expect([refused.status, codesOf(refused)]).toEqual([400, ['INVALID_PARAM']])
    }
  })

  test('order_by name is by role, upper case before lower, ties by age in the same direction', async () => {
    for (const [query, order] of [
      ['order_by=name&order=desc', [1, 3, 2, 0]],
      ['order_by=role_name&order=DESC', [1, 3, 2, 0]],
      ['order_by=name', [0, 2, 3, 1]],
      ['order_by=created_at&order=desc', [3, 2, 1, 0]],
      ['order=desc', [3, 2, 1, 0]],
      ['order_by=nothing&order=sideways', [0, 1, 2, 3]],
      ['order_by=__proto__', [0, 1, 2, 3]],
    ] as const) {
      expect([query, keys((await lists.admin.get(`${KEY_PAIRS}?${query}`)).json)]).toEqual([
        query,
        expected(...order),
      ])
    }
    for (const member of [
      'access_key',
      'key_pair_key',
      'enabled',
      'expiry_date',
      'updated_at',
      'role_key',
      'secret_key',
    ]) {
      expect((await lists.admin.get(`${KEY_PAIRS}?order_by=${member}`)).json.key_pairs).toHaveLength(4)
    }
    const sorted = keys((await lists.admin.get(`${KEY_PAIRS}?order_by=key_pair_key`)).json)
    expect(sorted).toEqual([...sorted].sort())
  })

  test('search: parts of the key in any case, all of them or any, blanks and commas between', async () => {
    const [first = '', second = ''] = pairs.map((pair) => pair.access_key)
    const search = async (text: string, scope = '') =>
      keys((await lists.admin.get(`${KEY_PAIRS}?search=${encodeURIComponent(text)}${scope}`)).json)
    expect(await search(first.slice(5, 30).toUpperCase())).toEqual([first])
    expect(await search(`${first.slice(0, 20)} ${first.slice(20)}`)).toEqual([first])
    expect(await search(`${first},${second}`)).toEqual([])
    expect(await search(`${first}, ${second}`, '&scope=any')).toEqual([first, second])
    expect(await search('%')).toEqual([])
    expect(await search(' , ')).toHaveLength(4)
    expect(await search('Agent')).toEqual([])
  })

  test('the key_pairs filter, as list, brackets or commas; unknown keys are absent; the count is of what matches', async () => {
    const [first = '', , third = ''] = pairs.map((pair) => pair.access_key)
    for (const query of [
      `key_pairs[]=${first}&key_pairs[]=${third}`,
      `key_pairs=${first},${third}`,
      `key_pairs[]=${third}&key_pairs[]=${first}&key_pairs[]=x`,
    ]) {
      const { json } = await lists.admin.get(`${KEY_PAIRS}?${query}`)
      expect([json.total_count, keys(json)]).toEqual([2, [first, third]])
    }
  })

  test('field_list and fields keep members in their own order; none that is known: all; field_list wins', async () => {
    const members = async (query: string) =>
      Object.keys((await lists.admin.get(`${KEY_PAIRS}?${query}`)).json.key_pairs[0])
    expect(await members('field_list[]=role_key&field_list[]=enabled&field_list[]=x')).toEqual([
      'enabled',
      'role_key',
    ])
    expect(await members('fields=role_key, enabled')).toEqual(['enabled', 'role_key'])
    expect(await members('fields=role_key&field_list[]=enabled')).toEqual(['enabled'])
    expect(await members('fields=x')).toEqual(MEMBERS)
    const { json } = await lists.admin.get(`${KEY_PAIRS}/${pairs[0]?.access_key}?field_list=access_key`)
    expect(Object.keys(json.key_pair)).toEqual(['access_key'])
  })

  test('timestamps as text are UTC, with every call; any other format is seconds', async () => {
    const [pair] = pairs
    const { json } = await lists.admin.get(`${KEY_PAIRS}?timestamp_format=str`)
    expect(json.key_pairs[0].created_at).toBe('2015/10/28 07:30:46')
    expect((await lists.admin.get(`${KEY_PAIRS}?timestamp_format=x`)).json.key_pairs[0].created_at).toBe(
      1446017446,
    )
    const path = `${KEY_PAIRS}/${pair?.access_key}?timestamp_format=str`
    expect((await lists.admin.get(path)).json.key_pair.updated_at).toMatch(
      /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/,
    )
    const saved = await lists.admin.call('PUT', path, { body: { key_pair: {} } })
    expect(saved.json.key_pair.updated_at).toMatch(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/)
  })

  test('pretty is two blanks of indentation, and nothing else changes', async () => {
    const plain = await lists.admin.get(KEY_PAIRS)
    const pretty = await lists.admin.get(`${KEY_PAIRS}?pretty=true`)
    expect(pretty.text).toBe(JSON.stringify(plain.json, null, 2))
    expect(plain.text).toBe(JSON.stringify(plain.json))
  })

  test('no list scans: what is wanted of one organization is found by an index', async () => {
    const plan = await env.DB.prepare(
      'EXPLAIN QUERY PLAN SELECT * FROM key_pairs WHERE organization_id = ? AND deleted_at IS NULL ORDER BY created_at, access_key LIMIT 20',
    )
      .bind(1)
      .all<{ detail: string }>()
    expect(plan.results.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('USING INDEX key_pairs_of_organization'),
    ])
  })
})

describe('OEM', () => {
  test('a parent manages a child’s pairs with every method, and nobody else’s', async () => {
    const parent = await makeAccount()
    const made = await parent.admin.call('POST', '/api/v3/child_organisations', {
      body: { organisation: { name: `child ${crypto.randomUUID()}`, time_zone: 'Mumbai' } },
    })
    expect(made.status).toBe(200)
    const child = made.json.organisation.organisation_key
    expect(child).toMatch(/^[1-9a-ft]{40}$/)
    expect((await parent.admin.get('/api/v3/child_organisations')).json).toMatchObject({
      total_count: 1,
      organisations: [{ organisation_key: child }],
    })
    const admin = await signIn({ email: parent.email, password: parent.password, organisation_key: child })
    const role_key = (await admin.get('/api/v3/roles?search=agent')).json.roles[0].role_key
    const oem = { is_oem: 'true', child_organisation_key: child }

    const pair = await parent.admin.call('POST', KEY_PAIRS, {
      body: { key_pair: { role_key, expiry_date: '09/09/2016' }, ...oem },
    })
    expect(pair.json.key_pair).toMatchObject({ expiry_date: '2016-09-08T18:30:00.000Z', role_key })
    const { access_key } = pair.json.key_pair
    const query = `is_oem=true&child_organisation_key=${child}`
    expect((await parent.admin.get(`${KEY_PAIRS}?${query}`)).json.total_count).toBe(1)
    expect((await parent.admin.get(KEY_PAIRS)).json.total_count).toBe(0)
    expect((await parent.admin.get(`${KEY_PAIRS}/${access_key}?${query}`)).status).toBe(200)
    expect((await parent.admin.get(`${KEY_PAIRS}/${access_key}`)).status).toBe(404)
    expect((await admin.get(`${KEY_PAIRS}/${access_key}`)).status).toBe(200)
    const path = `${KEY_PAIRS}/${access_key}`
    expect(
      (await parent.admin.call('PUT', path, { body: { key_pair: { enabled: false }, ...oem } })).json.key_pair
        .enabled,
    ).toBe(false)

    // Not the parent, no child, and what the flag needs.
    const stranger = await makeAccount()
    for (const method of ['GET', 'DELETE'] as const) {
      const foreign = await stranger.admin.call(method, `${path}?${query}`)
      expect([foreign.status, codesOf(foreign)]).toEqual([403, ['FORBIDDEN']])
    }
    const unknown = await parent.admin.get(
      `${KEY_PAIRS}?is_oem=true&child_organisation_key=${'t'.repeat(40)}`,
    )
    expect(unknown.status).toBe(404)
    const missing = await parent.admin.get(`${KEY_PAIRS}?is_oem=true`)
    expect([missing.status, codesOf(missing)]).toEqual([400, ['MISSING_PARAM']])
    const flag = await parent.admin.get(`${KEY_PAIRS}?is_oem=perhaps`)
    expect([flag.status, codesOf(flag)]).toEqual([400, ['INVALID_PARAM']])
    expect(
      (await parent.admin.get(`${KEY_PAIRS}?is_oem=false&child_organisation_key=x`)).json.total_count,
    ).toBe(0)
    expect((await parent.admin.call('DELETE', `${path}?${query}`)).text).toBe('{}')
    expect((await admin.get(KEY_PAIRS)).json.total_count).toBe(0)
  })

  test('signing in with the key of an organization that is not below one’s own is refused like a wrong password', async () => {
    const [one, other] = [await makeAccount(), await makeAccount()]
    const { organisation } = (await other.admin.get('/api/v3/organisation')).json
    const { email, password } = one
    for (const organisation_key of [organisation.organisation_key, 't'.repeat(40), 'x']) {
      const refused = await call('POST', '/api_sign_in', { body: { email, password, organisation_key } })
      expect([refused.status, codesOf(refused)]).toEqual([401, ['UNAUTHORIZED']])
    }
  })
})
