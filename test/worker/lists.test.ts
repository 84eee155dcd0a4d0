/** Lists with any filters, in any order: their pages hold what they should, once each, and no statement reads much. */
import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Agent } from '../../src/core/enrollment/ledger/agent.ts'
import { type EnrollmentKey, keyState } from '../../src/core/enrollment/ledger/key.ts'
import type { Profile } from '../../src/core/enrollment/ledger/profile.ts'
import { type KeyRules, NO_RULES, WEEKDAYS } from '../../src/core/enrollment/ledger/rules/key-rules.ts'
import type { Dialect } from '../../src/core/kernel/cause.ts'
import { fold } from '../../src/core/kernel/text.ts'
import {
  type Listed,
  type ListFilters,
  type ListPlace,
  type ListQuery,
  NEVER,
  type Order,
  SORTS,
  type TagFilter,
} from '../../src/core/search/list.ts'
import { createCatalogue } from '../../src/stores/d1/catalogue/catalogue.ts'
import { createList } from '../../src/stores/d1/catalogue/lists/list.ts'
import { compareValues } from '../../src/stores/d1/catalogue/lists/order.ts'
import { indexTerms } from '../../src/stores/d1/outbox/index-terms.ts'
import { deliver } from '../../src/stores/d1/outbox/projections.ts'
import { counting } from '../support/counting-db.ts'
import { NEW_PROFILE, nextLedger } from '../support/ledger.ts'
import { proofPlan } from '../support/proof-plan.ts'
import { isByTerms, plansOf } from '../support/query-plans.ts'

/** A Monday, 12:00 in UTC. */
const NOW = Date.UTC(2026, 5, 1, 12)
const ACTOR = { kind: 'system' } as const
const BODY = { createdBy: ACTOR, updatedBy: ACTOR, updatedAt: 0, attributes: {}, allowedAddresses: [] }

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
const name = fc.constantFrom('a', 'A', 'ab', 'b', 'ba', 'é', '\ue000', '🂡', '')
const dialect = fc.constantFrom<Dialect>('illumio', 'zpa', 'native')
const tags = fc.dictionary(fc.constantFrom('env', 'a.b/c'), fc.constantFrom('', 'x', 'y'))
const time = fc.integer({ min: NOW - 5, max: NOW + 5 })
const opens = fc.constantFrom<KeyRules['windows']>(
  [],
  [{ days: [...WEEKDAYS], from: '11:00', to: '13:00', timeZone: 'UTC' }],
  [{ days: [...WEEKDAYS], from: '13:00', to: '14:00', timeZone: 'UTC' }],
)

const key = fc.record({
  dialect,
  name,
  tags,
  profile: fc.integer({ min: 1, max: 2 }),
  maxUses: nullable(fc.integer({ min: 1, max: 2 })),
  uses: fc.integer({ min: 0, max: 2 }),
  held: fc.integer({ min: 0, max: 1 }),
  isEnabled: fc.constantFrom(true, true, false),
  revokedAt: fc.constantFrom(null, null, 5),
  suspendedAt: fc.constantFrom(null, null, null, 5),
  pausedAt: fc.constantFrom(null, null, 5),
  resumesAt: nullable(time),
  expiresAt: nullable(time),
  createdAt: time,
  lastRedeemedAt: nullable(time),
  rules: nullable(
    fc.record({ notBefore: nullable(time), windows: opens, isDecoy: fc.constantFrom(false, false, true) }),
  ),
})
const profile = fc.record({
  dialect,
  name,
  tags,
  isEnabled: fc.boolean(),
  createdAt: time,
  lastRedeemedAt: nullable(time),
})
const agent = fc.record({
  dialect,
  hostname: name,
  tags,
  profile: fc.integer({ min: 1, max: 2 }),
  key: fc.integer({ min: 1, max: 2 }),
  state: fc.constantFrom<Agent['state']>('active', 'active', 'revoked', 'left'),
  seenAt: time,
})
const rows = fc.record({
  keys: fc.array(key, { maxLength: 30 }),
  profiles: fc.array(profile, { maxLength: 30 }),
  agents: fc.array(agent, { maxLength: 30 }),
})

const common = {
  dialect: maybe(dialect),
  nameParts: maybe(fc.array(name.map(fold), { maxLength: 2 })),
  tags: maybe(
    fc.array(fc.record({ name: fc.constantFrom('env', 'a.b/c'), value: maybe(fc.constantFrom('', 'x')) }), {
      maxLength: 2,
    }),
  ),
  usedSince: maybe(time),
}
const orderOf = <T extends keyof Listed>(table: T): fc.Arbitrary<Order<T> | undefined> =>
  maybe(fc.record({ by: fc.constantFrom(...SORTS[table]), isDescending: fc.boolean() })) as fc.Arbitrary<
    Order<T> | undefined
  >
const STATES = ['usable', 'active', 'disabled', 'revoked', 'suspended_by_restore', 'paused'] as const
const queries = {
  profiles: fc.record({ ...common, isEnabled: maybe(fc.boolean()), order: orderOf('profiles') }),
  keys: fc.record({
    ...common,
    of: maybe(fc.integer({ min: 1, max: 2 })),
    state: maybe(fc.constantFrom(...STATES, 'scheduled', 'expired', 'spent', 'held')),
    expiresBefore: maybe(time),
    withDecoys: fc.boolean(),
    order: orderOf('keys'),
  }),
  agents: fc.record({
    ...common,
    of: maybe(fc.integer({ min: 1, max: 2 })),
    made: maybe(fc.integer({ min: 1, max: 2 })),
    state: maybe(fc.constantFrom<Agent['state']>('active', 'revoked')),
    since: maybe(time),
    until: maybe(time),
    order: orderOf('agents'),
  }),
}
const bounds = fc.integer({ min: 1, max: 9 }).map((most) => ({ first: most, least: 1, most }))

type Stored = { readonly [T in keyof Listed]: readonly Listed[T][] } & {
  readonly organization: number
  readonly ledgers: readonly [number, number]
}

let organizations = 60_000

/** Half of each in one ledger, half in another. */
async function store(these: {
  readonly keys: readonly object[]
  readonly profiles: readonly object[]
  readonly agents: readonly object[]
}): Promise<Stored> {
  const organization = organizations++
  const ledgers = [nextLedger(), nextLedger()] as const
  const place = (i: number) => ({ organization, ledger: ledgers[i % 2], n: 1 + (i >> 1), version: 1 })
  const keys = these.keys.map((one, i) => {
    const { rules, ...rest } = one as EnrollmentKey
    return { ...BODY, ...rest, ...place(i), rules: rules && { ...NO_RULES, ...rules } } as EnrollmentKey
  })
  const profiles = these.profiles.map(
    (one, i) => ({ ...NEW_PROFILE, ...BODY, ...one, ...place(i) }) as never as Profile,
  )
  // A ledger numbers its agents in the order in which they enroll.
  const agents = these.agents.map(
    (one, i) =>
      ({
        facts: {},
        grant: {},
        ...one,
        ...place(i),
        id: `${i}`,
        enrolledAt: NOW - 5 + (i >> 2),
      }) as never as Agent,
  )
  // Half of them are in the index of names and labels.
  for (const isIndexed of [true, false]) {
    const half = <R>(list: readonly R[]) => list.filter((_, i) => isIndexed === i % 3 > 0)
    await deliver(env.DB, {
      keys: half(keys),
      agents: half(agents),
      profiles: half(profiles).map((one) => ({ profile: one, deletedAt: null })),
      events: [],
      counters: null,
    })
    if (isIndexed) while ((await indexTerms(env.DB, 1)) > 0);
  }
  return { organization, ledgers, keys, profiles, agents }
}

type Row = Listed[keyof Listed]

const lastUsed = (row: Row) => ('hostname' in row ? row.seenAt : (row.lastRedeemedAt ?? 0))
const nameOf = (row: Row) => fold('hostname' in row ? row.hostname : row.name)

function isCommon(
  row: Row,
  { dialect: of, nameParts = [], tags: wanted = [], usedSince = 0 }: ListFilters['agents'],
) {
  const has = ({ name: tag, value }: TagFilter) =>
    value === undefined ? row.tags[tag] !== undefined : row.tags[tag] === value
  return (
    (of === undefined || row.dialect === of) &&
    nameParts.every((part) => nameOf(row).includes(part)) &&
    wanted.every(has) &&
    lastUsed(row) >= usedSince
  )
}

function isKey(
  one: EnrollmentKey,
  { profile: of, state, expiresBefore = Infinity, withDecoys }: ListFilters['keys'],
) {
  const is = keyState(one, NOW)
  const isUsable = ['active', 'paused', 'scheduled', 'held'].includes(is)
  // A pause or a window hides from the state that its uses have ended.
  const isOver = (one.expiresAt ?? NEVER) <= NOW || (one.maxUses !== null && one.uses >= one.maxUses)
  const isDecoy = one.rules?.isDecoy ?? false
  return (
    (of === undefined || (one.ledger === of.ledger && one.profile === of.n)) &&
    (state === undefined || (state === 'usable' ? isUsable && !isOver && !isDecoy : is === state)) &&
    (one.expiresAt ?? NEVER) < expiresBefore &&
    (withDecoys || !isDecoy)
  )
}

function isAgent(one: Agent, query: ListFilters['agents']) {
  const { key: by, profile: of, state, since = 0, until = Infinity } = query
  const isOf = (id: { ledger: number; n: number } | undefined, n: number) =>
    id === undefined || (id.ledger === one.ledger && id.n === n)
  const isSince = one.enrolledAt >= since && one.enrolledAt < until
  return isOf(by, one.key) && isOf(of, one.profile) && (state === undefined || one.state === state) && isSince
}

function rankOf(row: Row, by: Order['by']): string | number {
  if (by === 'name') return nameOf(row)
  if (by === 'last_used_at') return lastUsed(row)
  if (by === 'expires_at') return (row as EnrollmentKey).expiresAt ?? NEVER
  return 'hostname' in row ? row.enrolledAt : row.createdAt
}

function sorted<R extends Row>(list: readonly R[], order: Order | undefined): readonly R[] {
  if (!order) return list
  const of = (row: R) => [rankOf(row, order.by), row.ledger, row.n]
  const compared = (a: R, b: R) =>
    of(a)
      .map((value, i) => compareValues(value, of(b)[i] ?? null))
      .find((difference) => difference !== 0) ?? 0
  return list.toSorted((a, b) => (order.isDescending ? compared(b, a) : compared(a, b)))
}

const placed = (list: readonly Row[]) => list.map(({ ledger, n }) => `${ledger}/${n}`)

async function inPages<T extends keyof Listed>(
  table: T,
  query: ListQuery<T>,
  slicing: { first: number; least: number; most: number },
  limit: number,
): Promise<Listed[T][]> {
  const list = createList(env.DB, slicing)
  const found: Listed[T][] = []
  for (let after: ListPlace | null = null, i = 0; i < 100; i++) {
    const page = await list(table, query, { after, limit, isCounted: false })
    expect(page.bytes.length).toBeLessThanOrEqual(limit)
    found.push(...(await page.read(0, page.bytes.length)))
    if (page.next === null) return found
    // As a cursor has it.
    after = JSON.parse(JSON.stringify(page.next))
  }
  throw new Error('the pages have no end')
}

async function agree<T extends keyof Listed>(
  table: T,
  query: ListQuery<T>,
  wanted: readonly Listed[T][],
  slicing: { first: number; least: number; most: number },
  limit: number,
): Promise<void> {
  const found = await inPages(table, query, slicing, limit)
  const about = JSON.stringify({ table, query })
  if (query.order) expect(placed(found), about).toEqual(placed(sorted(wanted, query.order)))
  else expect(placed(found).sort(), about).toEqual(placed(wanted).sort())
  const counted = await createList(env.DB, slicing)(table, query, { after: null, limit: 1, isCounted: true })
  expect(counted.total, about).toBe(wanted.length)
}

const { sequences, seed, ...options } = proofPlan(8)

test(`${sequences} random lists: pages have all that passes, in its order, and are counted (seed ${seed})`, {
  timeout: 3_600_000,
}, async () => {
  const asks = fc.array(fc.record({ ...queries, bounds, limit: fc.integer({ min: 1, max: 12 }) }), {
    minLength: 6,
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(rows, asks, async (these, all) => {
      const { organization, ledgers, keys, profiles, agents } = await store(these)
      const about = { organization, now: NOW }
      const id = (n: number | undefined) => (n === undefined ? undefined : { ledger: ledgers[1], n })
      for (const ask of all) {
        const { of, ...ofKeys } = ask.keys
        const { of: from, made, ...ofAgents } = ask.agents
        const keyQuery = { ...ofKeys, ...about, profile: id(of) }
        const agentQuery = { ...ofAgents, ...about, profile: id(from), key: id(made) }
        const profileQuery = { ...ask.profiles, ...about }
        const some = <R extends Row>(
          list: readonly R[],
          query: ListFilters['agents'],
          is: (row: R) => boolean,
        ) => list.filter((row) => isCommon(row, query) && is(row))
        const pages = [ask.bounds, ask.limit] as const
        await agree(
          'keys',
          keyQuery,
          some(keys, { ...keyQuery, state: undefined }, (row) => isKey(row, keyQuery)),
          ...pages,
        )
        await agree(
          'agents',
          agentQuery,
          some(agents, agentQuery, (row) => isAgent(row, agentQuery)),
          ...pages,
        )
        const { isEnabled } = profileQuery
        const isOn = (row: Profile) => isEnabled === undefined || row.isEnabled === isEnabled
        await agree('profiles', profileQuery, some(profiles, profileQuery, isOn), ...pages)
      }
    }),
    { numRuns: sequences, seed, ...options },
  )
})

const QUERY = { organization: 1, now: NOW }
const ID = { ledger: 1, n: 1 }
const BY = <T extends keyof Listed>(by: Order<T>['by'], isDescending = false): Order<T> =>
  ({ by, isDescending }) as Order<T>

/** Each filter and each order, and the index by which its rows are read. */
const PLANS: { readonly [T in keyof Listed]: readonly [string, Partial<ListQuery<T>>, string][] } = {
  profiles: [
    ['all', {}, 'profiles_of_organization'],
    ['q', { nameParts: ['x'] }, 'terms'],
    ['label', { tags: [{ name: 'env', value: 'x' }] }, 'terms'],
    ['state', { isEnabled: true }, 'profiles_of_organization'],
    ['disabled', { isEnabled: false }, 'profiles_disabled'],
    ['dialect', { dialect: 'zpa' }, 'profiles_of_dialect'],
    ['used_since', { usedSince: 1 }, 'profiles_of_organization'],
    ['by name', { order: BY('name') }, 'profiles_by_name'],
    ['by name, descending', { order: BY('name', true) }, 'profiles_by_name'],
    ['by age', { order: BY('created_at') }, 'profiles_by_creation'],
    ['by last use', { order: BY('last_used_at', true) }, 'profiles_of_organization'],
  ],
  keys: [
    ['all', {}, 'keys_of_organization'],
    ['profile_id', { profile: ID }, 'keys_of_organization'],
    ['q', { nameParts: ['x'] }, 'terms'],
    ['label', { tags: [{ name: 'env', value: 'x' }] }, 'terms'],
    ['dialect', { dialect: 'zpa' }, 'keys_of_dialect'],
    ['used_since', { usedSince: 1 }, 'keys_of_organization'],
    ['expires_before', { expiresBefore: 5 }, 'keys_by_expiry'],
    ['usable', { state: 'usable' }, 'keys_live'],
    [
      'usable, of a dialect, by expiry',
      { state: 'usable', dialect: 'zpa', order: BY('expires_at') },
      'keys_live',
    ],
    ['usable, by expiry', { state: 'usable', order: BY('expires_at', true) }, 'keys_by_expiry'],
    ['usable, by name', { state: 'usable', order: BY('name') }, 'keys_by_name'],
    ['spent', { state: 'spent' }, 'keys_of_organization'],
    ['disabled', { state: 'disabled' }, 'keys_disabled'],
    ['scheduled', { state: 'scheduled' }, 'keys_of_organization'],
    ['by name', { order: BY('name') }, 'keys_by_name'],
    ['by age, descending', { order: BY('created_at', true) }, 'keys_by_creation'],
    ['by expiry', { order: BY('expires_at') }, 'keys_by_expiry'],
    ['by last use', { order: BY('last_used_at', true) }, 'keys_of_organization'],
  ],
  agents: [
    ['all', {}, 'agents_of_organization'],
    ['profile_id', { profile: ID }, 'agents_of_organization'],
    ['key_id, by age, descending', { key: ID, order: BY('created_at', true) }, 'agents_of_organization'],
    ['q', { nameParts: ['x'] }, 'terms'],
    ['label', { tags: [{ name: 'env' }] }, 'terms'],
    ['state', { state: 'revoked' }, 'agents_of_organization'],
    ['used_since', { usedSince: 1 }, 'agents_of_organization'],
    ['by name', { order: BY('name') }, 'agents_of_organization'],
    ['by age', { order: BY('created_at') }, 'agents_of_organization'],
    ['by last use', { order: BY('last_used_at', true) }, 'agents_of_organization'],
  ],
}
const CASES = (Object.keys(PLANS) as (keyof Listed)[]).flatMap((table) =>
  PLANS[table].map(
    ([title, query, index]) => [table, title, { ...QUERY, withDecoys: true, ...query }, index] as const,
  ),
)
/** Rows of the middle of a table are named by what its order begins with. */
const placeFor = (index: string, isRanked: boolean): ListPlace =>
  /_(of_organization|of_dialect|disabled)$/.test(index) || index === 'terms'
    ? [0, ...(isRanked ? ['x'] : []), 1, 1]
    : [0, index.endsWith('name') ? 'x' : 5, 1, 1]

describe('the index that serves a list', () => {
  test.each(CASES)('%s, %s', async (table, _, query, index) => {
    const isRanked = query.order !== undefined && !('key' in query)
    for (const after of [null, placeFor(index, isRanked)]) {
      const page = { after, limit: 50, isCounted: false }
      const plans = await plansOf(env.DB, (db) => createList(db)(table, query as never, page))
      const walks = plans.filter((plan) => !plan.includes('json_each'))
      const byKey = walks.filter((plan) => !isByTerms(plan))
      if (index === 'terms') {
        const each = `SEARCH ${table} USING INDEX ${table}_of_organization \\(organization_id=\\? AND ledger=`
        expect(walks.join()).toMatch(new RegExp(`TERMS VIRTUAL TABLE INDEX [^;]*; .*${each}`, 'i'))
        expect(byKey).toEqual([])
      } else expect(byKey.length).toBeGreaterThan(0)
      for (const plan of byKey)
        expect(plan).toMatch(new RegExp(`SEARCH ${table} USING (COVERING )?INDEX ${index} `))
      expect(walks.join()).not.toMatch(new RegExp(`SCAN ${table}\\b(?!_)`))
      if (index === 'terms') return
      if (!index.endsWith('_of_organization')) expect(walks.join()).not.toContain('TEMP B-TREE')
    }
  })
})

const MANY = 20_000

describe(`of ${MANY} rows`, () => {
  let organization: number
  beforeAll(async () => {
    organization = organizations++
    const ledger = nextLedger()
    const record = { dialect: 'native', tags: {}, rules: null, uses: 1, held: 0, isEnabled: 1, facts: {} }
    const json = JSON.stringify(record)
    const many = 'WITH RECURSIVE many(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < ?1)'
    // Every hundredth key is usable.
    await env.DB.prepare(
      `${many} INSERT INTO keys (ledger, n, profile, organization_id, dialect, is_live, expires_at, name_folded, created_at,
         record, version)
       SELECT ?2, i, 1, ?3, 'native', i % 100 = 0, ?4 + i, 'key' || i, i,
         json_set(?5, '$.ledger', ?2, '$.n', i, '$.maxUses', iif(i % 100 = 0, 2, 1)), 1 FROM many`,
    )
      .bind(MANY, ledger, organization, NOW, json)
      .run()
    await env.DB.prepare(
      `${many} INSERT INTO agents (ledger, n, profile, key, organization_id, dialect, state, hostname_folded, enrolled_at,
         record, version)
       SELECT ?2, i, 1, 1, ?3, 'native', 'active', 'host' || i, i, json_set(?4, '$.ledger', ?2, '$.n', i, '$.seenAt', i), 1
       FROM many`,
    )
      .bind(MANY, ledger, organization, json)
      .run()
    while ((await indexTerms(env.DB, 1)) > 0);
  }, 60_000)

  async function readBy(
    table: keyof Listed,
    query: object,
    after: ListPlace | null = null,
  ): Promise<{ readonly most: number; readonly all: number; readonly next: ListPlace | null }> {
    const read: number[] = []
    const list = createList(counting(env.DB, (count) => read.push(count)))
    const its = { organization, now: NOW, withDecoys: true, ...query } as never
    const { next } = await list(table, its, { after, limit: 50, isCounted: false })
    return { most: Math.max(...read), all: read.reduce((sum, one) => sum + one), next }
  }

  test.each([
    ['agents', 50, 2],
    // There are none, and so no records to be read.
    ['profiles', 0, 1],
  ] as const)(
    'of %s, a page of %i with the kept total takes %i calls of D1, its records included',
    async (table, shown, wanted) => {
      let calls = 0
      const list = createList(
        counting(
          env.DB,
          () => {},
          () => calls++,
        ),
      )
      await env.DB.prepare(
        'INSERT OR REPLACE INTO totals (organization_id, dialect, listed, rows) VALUES (?, ?, ?, 20000)',
      )
        .bind(organization, 'native', table)
        .run()
      const query = { organization, now: NOW, ...(table === 'agents' && { state: 'active' as const }) }
      const page = await list(table, query, { after: null, limit: 50, isCounted: true })
      const records = await page.read(0, page.bytes.length)
      expect([page.total, calls]).toEqual([20_000, wanted])
      expect(records).toHaveLength(shown)
      expect(page.bytes.every((bytes) => bytes > 50)).toBe(true)
    },
  )

  test.each([
    ['with a kept total', {}, 20_000, 50],
    // They have been read to the end.
    ['of which few pass', { hostnameContains: 'host19999' }, 1, 1],
  ] as const)(
    'the first agents of a collection %s, and its total, take one call of D1',
    async (_, filter, total, shown) => {
      let calls = 0
      const db = counting(
        env.DB,
        () => {},
        () => calls++,
      )
      await env.DB.prepare(
        "INSERT OR REPLACE INTO totals (organization_id, dialect, listed, rows) VALUES (?, 'native', 'agents', 20000)",
      )
        .bind(organization)
        .run()
      const begun = await createCatalogue(db).beginAgents({ organization, state: 'active', ...filter }, 50)
      expect([begun.total, begun.rows.length]).toEqual([total, shown])
      expect(calls).toBe(1)
    },
  )

  test.each(CASES)(
    '%s, %s: no statement reads more than a slice of them',
    async (table, _, { organization: __, ...query }) => {
      if (table === 'profiles') return
      const { most } = await readBy(table, query)
      expect(most).toBeLessThanOrEqual(4 * 4_000)
    },
  )

  test.each([
    ['keys', { state: 'disabled' }],
    ['keys', { dialect: 'zpa' }],
    ['keys', { nameParts: ['key12345'] }],
    ['keys', { nameParts: ['key12345'], order: BY('name', true) }],
    ['keys', { nameParts: ['key12345'], state: 'usable' }],
    ['agents', { nameParts: ['host12345'] }],
    ['agents', { nameParts: ['45', 'host12345'], order: BY('last_used_at') }],
    ['agents', { nameParts: ['nowhere'] }],
    ['agents', { tags: [{ name: 'env', value: 'nowhere' }] }],
  ] as const)('of %s, %j reads few others than it finds', async (table, query) => {
    const { all } = await readBy(table, query)
    // Those that are not indexed yet, and the neighbours of what is found.
    expect(all).toBeLessThan(MANY / 8)
  })

  test('a common part of a name is read in the order that is asked for', async () => {
    const { all } = await readBy('keys', { nameParts: ['key'], order: BY('name') })
    expect(all).toBeLessThan(4 * 1_000)
  })

  test('a page in an order that an index has reads a slice, wherever it is', async () => {
    for (const order of [BY('name'), BY('created_at', true), BY('expires_at')]) {
      const first = await readBy('keys', { order })
      const second = await readBy('keys', { order }, first.next)
      for (const { all } of [first, second]) expect(all).toBeLessThan(4 * 500)
    }
  })

  test('those that are usable are read, and no others', async () => {
    const first = await readBy('keys', { state: 'usable' })
    const second = await readBy('keys', { state: 'usable' }, first.next)
    for (const { all } of [first, second]) expect(all).toBeLessThan((4 * MANY) / 100)
  })
})
