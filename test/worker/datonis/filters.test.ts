/**
 * Nothing is answered wider than asked: each filter that the vendor publishes for a list of ours is applied, as a naive
 * reference applies it to all rows, or refused.
 */
import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { datonis } from '../../../src/dialects/datonis/dialect.ts'
import { type Account, codesOf, KEY_PAIRS, makeAccount } from '../../support/datonis.ts'

// biome-ignore lint/suspicious/noExplicitAny: rows are compared as they are answered
type Row = Record<string, any>
type Filter =
  /** Which rows a value keeps, values that some rows match, and one that none does. */
  | {
      readonly keeps: (row: Row, value: never) => boolean
      readonly some: () => readonly unknown[]
      readonly none: unknown
    }
  | 'refused'
type List = {
  readonly path: string
  readonly name: string
  readonly key: string
  readonly filters: Readonly<Record<string, Filter>>
}

/** `all` words, or `any`, in one of the texts, whatever the case. */
function words(texts: (row: Row) => readonly unknown[], some: () => readonly string[]): Filter {
  return {
    keeps: (row, value: string) =>
      value
        .toLowerCase()
        .split(/[\s,]+/)
        .filter((word) => word !== '')
        .every((word) => texts(row).some((text) => String(text).toLowerCase().includes(word))),
    some,
    none: 'zzzz-nothing',
  }
}

function equal(member: string, some: () => readonly unknown[], none: unknown = 'nobody'): Filter {
  return { keeps: (row, value: never) => row[member] === value, some, none }
}

let account: Account
const things: string[] = []
let pairs: string[] = []
let instructions: string[] = []

const tagsOf = ({ properties }: Row) => [properties.tags ?? []].flat()

/** Lists by their paths; members that say how a list looks (page, order, fields, times) are no filters. */
const LISTS: readonly List[] = [
  {
    path: '/api/v3/things',
    name: 'things',
    key: 'thing_key',
    filters: {
      search: words(
        (row) => [row.thing_key, row.name, ...tagsOf(row)],
        () => ['press', 'PUMP', 'press hall', 'corporate', 'blue', String(things[0]), 'é'],
      ),
      things: {
        keeps: (row, value: string[]) => value.includes(row.thing_key),
        some: () => [[things[0], things[3]], [things[1], 'nobody'], []],
        none: ['nobody'],
      },
      bi_directional: {
        keeps: (row, value: boolean) => (row.properties.bi_directional === true) === value,
        some: () => [true, false],
        none: 'perhaps',
      },
      expr: 'refused',
      group_key: 'refused',
      thing_template_key: 'refused',
    },
  },
  {
    path: '/api/v3/alerts',
    name: 'alerts',
    key: 'alert_key',
    filters: {
      search: words(
        (row) => [row.alert_key, row.thing_key, row.message],
        () => ['hot', 'HOT press', String(things[1])],
      ),
      thing_key: equal('thing_key', () => things.slice(0, 3)),
      instruction_key: equal('instruction_key', () => instructions),
      alert_type: {
        keeps: (row, value: number[] | number | string) =>
          (typeof value === 'string' ? value.split(',').map(Number) : [value].flat()).includes(
            row.alert_type,
          ),
        some: () => [[0], [1, 3], '0,2', 2, []],
        none: [4],
      },
    },
  },
  {
    path: '/api/v3/instructions',
    name: 'instructions',
    key: 'alert_key',
    filters: {
      search: words(
        (row) => [row.alert_key, row.thing_key],
        () => [String(things[0]), String(instructions[0])],
      ),
      thing_key: equal('thing_key', () => things.slice(0, 2)),
    },
  },
  {
    path: KEY_PAIRS,
    name: 'key_pairs',
    key: 'key_pair_key',
    filters: {
      search: words(
        (row) => [row.key_pair_key],
        () => [String(pairs[0]).slice(5, 12), 'a', 'a 1'],
      ),
      key_pairs: {
        keeps: (row, value: string[]) => value.includes(row.key_pair_key),
        some: () => [
          [pairs[0], pairs[2]],
          [pairs[1], 'nobody'],
        ],
        none: ['nobody'],
      },
    },
  },
  ...(['role', 'datonis_role'] as const).map((noun) => ({
    path: `/api/v3/${noun}s`,
    name: `${noun}s`,
    key: `${noun}_key`,
    filters: {
      search: words(
        (row) => [row[`${noun}_key`], row.name],
        () => ['agent', 'ONLY', 'read only', 'a'],
      ),
    },
  })),
]

/** Lists whose filters are of our own: the vendor's portal had them, its API not. */
const OURS = ['/api/v3/things/:thing_key/events', '/api/v3/child_organisations']

beforeAll(async () => {
  account = await makeAccount()
  const pump = { tags: ['Blue', 'Corporate'] }
  for (const [name, more] of [
    ['Press in hall 1', { bi_directional: true, tags: 'Corporate' }],
    ['Press in HALL 2', { bi_directional: false, ...pump }],
    ['Pump', pump],
    ['Pumpe é', { bi_directional: true }],
    ['Boiler', {}],
  ] as const) {
    const { json } = await account.admin.call('POST', '/api/v3/things', {
      body: { thing: { name, ...more } },
    })
    things.push(json.thing.thing_key)
  }
  pairs = await Promise.all(Array.from({ length: 5 }, async () => (await account.pair()).access_key))
  instructions = ['1111111111', 'abcdefabcd']
  const rows = things.flatMap((thing, n) =>
    [0, 1, 2, 3].map((type) => ({ thing, n: n * 4 + type, type, key: `a${n}b${type}` })),
  )
  const severities = ['info', 'warning', 'error', 'critical']
  await env.DB.batch([
    ...rows.map(({ thing, n, type, key }) =>
      env.DB.prepare(
        `INSERT INTO alerts (access_key, seq, organization_id, thing, at, received_at, key, severity, text, data, instruction)
         VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, '{}', ?)`,
      ).bind(
        pairs[0],
        n,
        account.organization,
        thing,
        n * 1_000,
        key,
        severities[type],
        n % 3 ? 'Hot press' : 'Cold',
        n % 4 ? null : instructions[n % 2],
      ),
    ),
    ...instructions.map((key, n) =>
      env.DB.prepare(
        `INSERT INTO instructions (organization_id, key, thing, access_key, body, created_at) VALUES (?, ?, ?, ?, '{}', ?)`,
      ).bind(account.organization, key, things[n], pairs[0], n),
    ),
  ])
})

async function read(
  { path, name }: List,
  asked: object,
): Promise<{ status: number; rows: Row[]; count: number; codes: string[] }> {
  // In the body of a GET no test can send it, so as the query that Rails reads.
  const query = new URLSearchParams()
  for (const [member, value] of Object.entries({ per: 100, ...asked })) {
    if (Array.isArray(value)) {
      for (const one of value) query.append(`${member}[]`, String(one))
      // An empty list can only be sent as JSON; as a text it is empty, too.
      if (value.length === 0) query.append(member, '')
    } else query.append(member, String(value))
  }
  const reply = await account.admin.get(`${path}?${query}`)
  if (reply.status !== 200) return { status: reply.status, rows: [], count: 0, codes: codesOf(reply) }
  return { status: 200, rows: reply.json[name], count: reply.json.total_count, codes: [] }
}

test('every list route of the dialect is in the table', () => {
  const lists = datonis.chapter.routes.filter(({ method, path, replies }) => {
    const shape = (replies[200]?.schema as { shape?: object } | undefined)?.shape ?? {}
    return method === 'get' && path !== '' && 'total_count' in shape
  })
  expect(lists.map(({ path }) => path).sort()).toEqual([...LISTS.map(({ path }) => path), ...OURS].sort())
})

describe.each(LISTS.map((list) => [list.path, list] as const))('%s', (_, list) => {
  const filters = Object.entries(list.filters)

  test.each(filters)(
    '%s: a value that nothing matches gives nothing, or a refusal',
    async (member, filter) => {
      const all = await read(list, {})
      expect(all.rows.length).toBeGreaterThan(1)
      const value = filter === 'refused' ? 'x' : filter.none
      const found = await read(list, { [member]: value })
      if (filter === 'refused') expect([found.status, found.codes]).toEqual([400, ['INVALID_PARAM']])
      else expect([found.rows, found.count]).toEqual([[], 0])
      // As a list, too, which may mean nothing but never everything.
      if (!Array.isArray(value)) expect((await read(list, { [member]: [value] })).rows).toEqual([])
    },
  )

  test.each(filters)(
    '%s: exactly what a naive reference keeps, in the same order, page by page',
    async (member, filter) => {
      if (filter === 'refused') return
      const all = await read(list, {})
      for (const value of filter.some()) {
        const kept = all.rows.filter((row) => filter.keeps(row, value as never))
        const found = await read(list, { [member]: value })
        expect([member, value, found.rows, found.count]).toEqual([member, value, kept, kept.length])
        const second = await read(list, { [member]: value, per: 2, page: 2 })
        expect([second.rows, second.count]).toEqual([kept.slice(2, 4), kept.length])
      }
      expect(
        filter.some().some((value) => {
          const { length } = all.rows.filter((row) => filter.keeps(row, value as never))
          return length > 0 && length < all.rows.length
        }),
      ).toBe(true)
    },
  )

  test('any filters together: their intersection', async () => {
    const all = await read(list, {})
    const applied = filters.flatMap(([member, filter]) =>
      filter === 'refused' ? [] : filter.some().map((value) => ({ member, filter, value })),
    )
    await fc.assert(
      fc.asyncProperty(fc.subarray(applied, { maxLength: 4 }), async (chosen) => {
        const asked = new Map(chosen.map((one) => [one.member, one]))
        const kept = all.rows.filter((row) =>
          [...asked.values()].every(({ filter, value }) => filter.keeps(row, value as never)),
        )
        const found = await read(
          list,
          Object.fromEntries([...asked].map(([member, { value }]) => [member, value])),
        )
        expect(found.rows).toEqual(kept)
      }),
      { numRuns: 30 },
    )
  })

  test('scope `any`: one of the words is enough', async () => {
    const all = await read(list, {})
    const [first, last] = [all.rows[0]?.[list.key], all.rows.at(-1)?.[list.key]]
    const both = { search: `${first} ${last}` }
    expect((await read(list, { ...both, scope: 'all' })).rows).toEqual([])
    expect((await read(list, { ...both, scope: 'any' })).rows).toEqual([all.rows[0], all.rows.at(-1)])
  })

  test('of a child organization: its own rows, and none of them without its key', async () => {
    const made = await account.admin.call('POST', '/api/v3/child_organisations', {
      body: { organisation: { name: crypto.randomUUID() } },
    })
    const child = made.json.organisation.organisation_key
    const refused = await read(list, { is_oem: true })
    expect([refused.status, refused.codes]).toEqual([400, ['MISSING_PARAM']])
    const found = await read(list, { is_oem: true, child_organisation_key: child })
    expect(found.status).toBe(200)
    // Only the built-in roles are there.
    expect(found.count).toBe(list.name.endsWith('roles') ? 3 : 0)
    const foreign = await read(list, { is_oem: true, child_organisation_key: 'x'.repeat(40) })
    expect(foreign.status).toBe(404)
  })
})

test('an operator writes into a child organization, not beside it', async () => {
  const name = crypto.randomUUID()
  const made = await account.admin.call('POST', '/api/v3/child_organisations', {
    body: { organisation: { name } },
  })
  const oem = { is_oem: true, child_organisation_key: made.json.organisation.organisation_key }
  const thing = await account.admin.call('POST', '/api/v3/things', { body: { thing: { name }, ...oem } })
  const role = await account.admin.call('POST', '/api/v3/roles', {
    body: { role: { name, abilities: [1] }, ...oem },
  })
  for (const [path, key] of [
    ['/api/v3/things', thing.json.thing.thing_key],
    ['/api/v3/roles', role.json.role.role_key],
  ]) {
    expect((await account.admin.get(`${path}/${key}`)).status).toBe(404)
    expect((await account.admin.call('DELETE', `${path}/${key}`)).status).toBe(404)
    const query = new URLSearchParams({ is_oem: 'true', child_organisation_key: oem.child_organisation_key })
    expect((await account.admin.get(`${path}/${key}?${query}`)).status).toBe(200)
    expect((await account.admin.call('DELETE', `${path}/${key}?${query}`)).status).toBe(200)
  }
})
