import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Account,
  call,
  codesOf,
  KEY_PAIRS,
  MEMBERS,
  makeAccount,
  type Pair,
  signIn,
} from '../../support/datonis.ts'

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
  test('a parent manages a child’s pairs with every method, and no other organization’s', async () => {
    const parent = await makeAccount()
    const made = await parent.admin.call('POST', '/api/v3/child_organisations', {
      body: { organisation: { name: `child ${crypto.randomUUID()}`, time_zone: 'Mumbai' } },
    })
    expect(made.status).toBe(200)
    const child = made.json.organisation.organisation_key
    expect(child).toMatch(/^[1-9a-ft]{40}$/)
    const again = await parent.admin.call('POST', '/api/v3/child_organisations', {
      body: { organisation: { name: made.json.organisation.name } },
    })
    expect([again.status, codesOf(again)]).toEqual([400, ['NAME_TAKEN']])
    const recorded = await env.DB.prepare(
      `SELECT count(*) AS n FROM events e JOIN organizations o ON o.id = e.organization_id
       WHERE e.type = 'organization.create' AND o.organisation_key = ?`,
    )
      .bind(child)
      .first('n')
    expect(recorded).toBe(1)
    expect((await parent.admin.get('/api/v3/child_organisations')).json).toMatchObject({
      total_count: 1,
      organisations: [{ organisation_key: child }],
    })
    const admin = await signIn({ email: parent.email, password: parent.password, organisation_key: child })
    expect((await admin.get('/api/v3/roles')).json.total_count).toBe(3)
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

    // Not the parent, no child: who is not the parent does not learn that there is one.
    const stranger = await makeAccount()
    const nobodys = `is_oem=true&child_organisation_key=${'t'.repeat(40)}`
    for (const method of ['GET', 'DELETE'] as const) {
      const [foreign, unknown] = await Promise.all(
        [query, nobodys].map((one) => stranger.admin.call(method, `${path}?${one}`)),
      )
      expect([unknown?.status, unknown?.json.errors[0].code]).toEqual([404, 'NOT_FOUND'])
      expect([foreign?.status, foreign?.text]).toEqual([unknown?.status, unknown?.text])
    }
    // What the flag needs.
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
