import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Account, codesOf, KEY_PAIRS, MEMBERS, makeAccount, type Pair } from '../../support/datonis.ts'
import { eventsOf } from '../../support/organization.ts'

let account: Account
beforeAll(async () => {
  account = await makeAccount()
})

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

  test('who was shown secrets is on record; who left them out is not', async () => {
    const own = await makeAccount()
    const { access_key } = await own.pair()
    for (const query of ['?field_list=enabled', '?fields=enabled,access_key']) {
      await own.admin.get(KEY_PAIRS + query)
      await own.admin.get(`${KEY_PAIRS}/${access_key}${query}`)
    }
    await own.admin.get(KEY_PAIRS)
    await own.admin.get(`${KEY_PAIRS}/${access_key}?field_list[]=secret_key`)
    await own.admin.get(`${KEY_PAIRS}/${access_key}?fields=nothing`)
    const readings = async () =>
      (await eventsOf(own.organization))
        .filter(({ type }) => type === 'key_pair.read')
        .map(({ text }) => JSON.parse(text))
    for (const deadline = Date.now() + 30_000; (await readings()).length < 3 && Date.now() < deadline; ) {
      await scheduler.wait(20)
    }
    const recorded = await readings()
    expect(recorded.map(({ subject }) => subject.kind).sort()).toEqual([
      'key_pair',
      'key_pair',
      'organization',
    ])
    for (const { cause, detail } of recorded)
      expect([cause.actor.name, detail]).toEqual([own.email, { secrets: 1 }])
  })

  test('each change has one event with its actor', async () => {
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

  test('an unknown pair, one of another organization, or no key at all: 404 for every method', async () => {
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
