/** Lists that compare row by row walk in slices: each statement is short, and together they find what one would find. */
import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Agent } from '../../src/core/enrollment/ledger/agent.ts'
import type { Profile } from '../../src/core/enrollment/ledger/profile.ts'
import type { Dialect } from '../../src/core/kernel/cause.ts'
import type { PageAfter } from '../../src/core/kernel/fairness/list-slices.ts'
import type { EntityId } from '../../src/core/kernel/ids.ts'
import { fold } from '../../src/core/kernel/text.ts'
import type { Label } from '../../src/core/labels/port.ts'
import type {
  AgentCondition,
  AgentMember,
  AgentQuery,
  ProfileQuery,
} from '../../src/core/search/catalogue.ts'
import type { Member, SearchQuery } from '../../src/core/search/search.ts'
import { createCatalogue } from '../../src/stores/d1/catalogue/catalogue.ts'
import { createLabelStore } from '../../src/stores/d1/catalogue/labels.ts'
import { compareValues, type Value } from '../../src/stores/d1/catalogue/lists/order.ts'
import { createSearch } from '../../src/stores/d1/catalogue/lists/search.ts'
import { deliver } from '../../src/stores/d1/outbox/projections.ts'
import { counting } from '../support/counting-db.ts'
import { NEW_PROFILE, nextLedger } from '../support/ledger.ts'
import { proofPlan } from '../support/proof-plan.ts'

const WHOLE = { first: 1_000_000, least: 1_000_000, most: 1_000_000 }
const slicing = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 2, max: 12 }))
  .map(([first, most]) => ({ first, least: 1, most }))

let organizations = 50_000

/** Few texts, so that they are equal and parts of each other; of all sorts that SQLite and JavaScript order otherwise. */
const NAMES = ['a', 'A', 'ab', 'abc', 'b', 'ba', 'é', 'ﬀ', '\ue000', '🂡', '']
const name = fc.constantFrom(...NAMES)
const dialect = fc.constantFrom<Dialect>('illumio', 'zpa', 'native')
const label = fc.constantFrom<Profile['grant']['labels'][number]>(
  { id: '1', key: 'role', value: 'Web' },
  { id: '2', key: 'app', value: 'Shop' },
)
const common = {
  dialect,
  attributes: fc.record(
    {
      name_folded: fc.option(name),
      external_data_set: name,
      rank: fc.oneof(name, fc.integer({ min: -3, max: 12 }), fc.boolean()),
    },
    { requiredKeys: [] },
  ),
  grant: fc.record({
    values: fc.record({ ven_type: name }, { requiredKeys: [] }),
    labels: fc.uniqueArray(label),
    locks: fc.constant([]),
  }),
}
const version = fc.constantFrom('1', '1.2', '1.10', '1.2-3', '2.0.0-1', '01', '1.', 'x', '[1]', '', '1e5')
const place = fc.record({ ledger: fc.integer({ min: 0, max: 2 }), n: fc.integer({ min: 1, max: 40 }) })
const rows = fc.record({
  agents: fc.uniqueArray(
    fc.record({
      place,
      more: fc.record({
        ...common,
        hostname: name,
        state: fc.constantFrom<Agent['state']>('active', 'active', 'revoked'),
        profile: fc.integer({ min: 1, max: 2 }),
        key: fc.integer({ min: 1, max: 2 }),
        enrolledAt: fc.integer({ min: 0, max: 5_000 }),
        seenAt: fc.integer({ min: 0, max: 5_000 }),
        facts: fc.record(
          {
            os: fc.option(name),
            version,
            interfaces: fc.array(fc.record({ address: name }), { maxLength: 2 }),
          },
          { requiredKeys: [] },
        ),
      }),
    }),
    { maxLength: 40, selector: ({ place: { ledger, n } }) => `${ledger}:${n}` },
  ),
  profiles: fc.uniqueArray(
    fc.record({
      place,
      isDeleted: fc.constantFrom(false, false, true),
      more: fc.record({ ...common, name, description: name }),
    }),
    { maxLength: 40, selector: ({ place: { ledger, n } }) => `${ledger}:${n}` },
  ),
})

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const part = name.map(fold)
const sets = fc.array(fc.subarray(['1', '2', '3'], { minLength: 1 }), { minLength: 1, maxLength: 2 })
const numbers = fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 3 })
const members = fc.constantFrom<AgentMember>(
  { of: 'values', name: 'ven_type' },
  { of: 'attributes', name: 'external_data_set' },
  { of: 'attributes', name: 'rank' },
  { of: 'facts', name: 'os' },
)
const single: fc.Arbitrary<AgentCondition> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('one_of' as const),
      member: members,
      values: fc.array(fc.oneof(name, fc.integer({ min: 0, max: 3 }), fc.boolean()), { maxLength: 3 }),
      absent: name,
    },
    { requiredKeys: ['kind', 'member', 'values'] },
  ),
  fc.record(
    {
      kind: fc.constant('contains' as const),
      member: fc.constantFrom<AgentMember>(
        { of: 'attributes', name: 'external_data_set' },
        { of: 'facts', name: 'os' },
      ),
      text: part,
      folded: fc.constant<AgentMember>({ of: 'attributes', name: 'name_folded' }),
    },
    { requiredKeys: ['kind', 'member', 'text'] },
  ),
  fc.record({
    kind: fc.constant('item_contains' as const),
    list: fc.constant<AgentMember>({ of: 'facts', name: 'interfaces' }),
    name: fc.constant('address'),
    text: part,
  }),
  fc.record({
    kind: fc.constant('between' as const),
    member: fc.constant('seenAt' as const),
    least: maybe(fc.integer({ min: 0, max: 5_000 })),
    most: maybe(fc.integer({ min: 0, max: 5_000 })),
  }),
  fc.record({
    kind: fc.constant('version' as const),
    member: fc.constant<AgentMember>({ of: 'facts', name: 'version' }),
    least: maybe(numbers),
    most: maybe(numbers),
  }),
)
const several = fc.array(single, { minLength: 1, maxLength: 2 })
const condition = fc.oneof(
  { weight: 5, arbitrary: single },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('any' as const),
      of: fc.array(several, { minLength: 1, maxLength: 2 }),
    }),
  },
)
const agentQuery = fc.record({
  dialect: maybe(dialect),
  state: maybe(fc.constantFrom<Agent['state']>('active', 'revoked')),
  profile: maybe(place),
  since: maybe(fc.integer({ min: 0, max: 5_000 })),
  hostnameContains: maybe(part),
  nameContains: maybe(part.map((text) => ({ text, attribute: 'name_folded' }))),
  attributes: maybe(
    fc.record({ external_data_set: fc.option(name), name_folded: fc.option(name) }, { requiredKeys: [] }),
  ),
  where: fc.array(condition, { maxLength: 2 }),
  labels: maybe(sets),
})
const profileQuery = fc.record({
  dialect: maybe(dialect),
  nameContains: maybe(part),
  descriptionContains: maybe(part),
  attributes: maybe(fc.record({ external_data_set: name })),
  attributeStarts: maybe(fc.record({ external_data_set: name })),
  values: maybe(fc.record({ ven_type: name })),
  labels: maybe(sets),
  within: maybe(sets),
  order: maybe(fc.constant('number' as const)),
})
const member = fc.constantFrom<Member>(
  { name: 'name', kind: 'text' },
  { name: 'hostname', kind: 'text' },
  { name: 'rank', kind: 'text' },
  { name: 'rank', kind: 'number' },
  { name: 'external_data_set', kind: 'text' },
  { name: 'enrolledAt', kind: 'seconds' },
  { name: 'name', kind: 'text', of: 'profile' },
)
const searchQuery = fc.record({
  where: fc.array(
    fc.record({
      member,
      operator: fc.constantFrom('eq', 'ne', 'gt', 'le', 'contains', 'starts'),
      value: fc.oneof(name, fc.integer({ min: -3, max: 12 }).map(String)),
    }),
    { maxLength: 2 },
  ),
  text: maybe(name),
  order: maybe(fc.record({ member, isDescending: fc.boolean() })),
  offset: fc.integer({ min: 0, max: 12 }),
  limit: fc.integer({ min: 1, max: 12 }),
})

const { sequences, seed, ...options } = proofPlan(20)

test(`${sequences} random lists: in slices they are what they are in one piece (seed ${seed})`, {
  timeout: 3_600_000,
}, async () => {
  const limit = fc.integer({ min: 1, max: 20 })
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.array(fc.record({ bounds: slicing, agentQuery, profileQuery, limit, searchQuery }), {
        minLength: 6,
        maxLength: 6,
      }),
      async (these, asks) => {
        const { organization, ledgers } = await store(these)
        for (const ask of asks) await agree(organization, ledgers, ask)
      },
    ),
    { numRuns: sequences, seed, ...options },
  )
})

type Ask = {
  readonly bounds: typeof WHOLE
  readonly agentQuery: Omit<AgentQuery, 'organization'>
  readonly profileQuery: Omit<ProfileQuery, 'organization'>
  readonly limit: number
  readonly searchQuery: Omit<SearchQuery, 'organization' | 'dialect'>
}

async function agree(organization: number, ledgers: readonly number[], ask: Ask): Promise<void> {
  const { bounds, limit } = ask
  const of = ask.agentQuery.profile
  const profile = of && { ledger: ledgers[of.ledger] ?? 0, n: of.n % 2 }
  const agentQuery = { ...ask.agentQuery, organization, profile }
  const profileQuery = { ...ask.profileQuery, organization }
  const [sliced, whole] = [createCatalogue(env.DB, bounds), createCatalogue(env.DB, WHOLE)]

  const all = { after: null, limit: 100 }
  const agents = await whole.listAgents(agentQuery, all)
  const every = await whole.listAgents({ organization }, all)
  expect(agents).toEqual(every.filter((agent) => isWanted(agent, agentQuery)))
  const pages = await inPages((page: PageAfter<Agent>) => sliced.listAgents(agentQuery, page), limit)
  expect(pages).toEqual(agents)
  const profiles = await whole.listProfiles(profileQuery, all)
  expect(await inPages((page: PageAfter<Profile>) => sliced.listProfiles(profileQuery, page), limit)).toEqual(
    profiles,
  )
  const name = profileQuery.order ? undefined : profileQuery.nameContains
  expect(profiles).toEqual(profiles.toSorted((a, b) => compareProfiles(a, b, name)))

  // What nothing filters has its total beside it, which these rows did not come by in the order of their kinds.
  expect(await sliced.countAgents(agentQuery), JSON.stringify(agentQuery)).toBe(agents.length)
  expect(await sliced.countProfiles(profileQuery), JSON.stringify(profileQuery)).toBe(profiles.length)
  expect(await sliced.beginAgents(agentQuery, limit)).toEqual({
    rows: agents.slice(0, limit),
    total: agents.length,
  })
  expect(await sliced.beginProfiles(profileQuery, limit)).toEqual({
    rows: profiles.slice(0, limit),
    total: profiles.length,
  })

  for (const table of ['agents', 'profiles'] as const) {
    const query = searchOf(table, { ...ask.searchQuery, organization, dialect: 'zpa' })
    const { count, bytes, read } = await createSearch(env.DB, bounds)<'agents' | 'profiles'>(table, query)
    const whole = await createSearch(env.DB, WHOLE)<'agents' | 'profiles'>(table, query)
    const items = await whole.read(0, whole.bytes.length)
    const middle = Math.floor(items.length / 2)
    expect([count, bytes]).toEqual([
      whole.count,
      items.map((item) => new TextEncoder().encode(JSON.stringify(item)).length),
    ])
    expect([...(await read(0, middle)), ...(await read(middle, items.length))]).toEqual(items)
  }
}

function isWanted(agent: Agent, query: AgentQuery): boolean {
  const { dialect, state, profile, since, hostnameContains, nameContains, labels } = query
  const hostname = fold(agent.hostname)
  const attribute = (name: string) => agent.attributes[name] ?? null
  const granted = agent.grant.labels.map((label) => ('id' in label ? label.id : ''))
  return [
    dialect === undefined || agent.dialect === dialect,
    state === undefined || agent.state === state,
    profile === undefined || (agent.ledger === profile.ledger && agent.profile === profile.n),
    since === undefined || agent.enrolledAt >= since,
    hostnameContains === undefined || hostname.includes(hostnameContains),
    nameContains === undefined ||
      [hostname, attribute(nameContains.attribute)].some(
        (text) => typeof text === 'string' && text.includes(nameContains.text),
      ),
    Object.entries(query.attributes ?? {}).every(([name, value]) => attribute(name) === value),
    (query.where ?? []).every((condition) => passes(agent, condition)),
    labels === undefined || labels.some((set) => set.every((id) => granted.includes(id))),
  ].every(Boolean)
}

function passes(agent: Agent, condition: AgentCondition): boolean {
  const memberOf = (member: AgentMember): unknown => {
    if (member === 'seenAt') return agent.seenAt
    const of = member.of === 'values' ? agent.grant.values : agent[member.of]
    return of[member.name] ?? null
  }
  const plain = (value: unknown) => (typeof value === 'boolean' ? Number(value) : value)
  const lower = (text: unknown) => String(text).replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
  switch (condition.kind) {
    case 'one_of': {
      const value = plain(memberOf(condition.member) ?? condition.absent ?? null)
      return value !== null && condition.values.map(plain).includes(value as string)
    }
    case 'contains': {
      const own = memberOf(condition.member)
      const text = (condition.folded && memberOf(condition.folded)) ?? (own === null ? null : lower(own))
      return typeof text === 'string' && text.includes(condition.text)
    }
    case 'item_contains': {
      const items = (memberOf(condition.list) ?? []) as readonly Readonly<Record<string, unknown>>[]
      return items.some((item) => lower(item[condition.name]).includes(condition.text))
    }
    case 'between': {
      const value = Number(memberOf(condition.member))
      return value >= (condition.least ?? 0) && value <= (condition.most ?? Number.MAX_SAFE_INTEGER)
    }
    case 'any':
      return condition.of.some((all) => all.every((one) => passes(agent, one)))
    case 'version': {
      const version = String(memberOf(condition.member))
      if (!/^(0|[1-9][0-9]*)([.-](0|[1-9][0-9]*))*$/.test(version)) return false
      const parts = version.split(/[.-]/).map(Number)
      const order = (bound: readonly number[]) =>
        Array.from({ length: 6 }, (_, i) => (parts[i] ?? 0) - (bound[i] ?? 0)).find((by) => by !== 0) ?? 0
      const { least, most } = condition
      return (least === undefined || order(least) >= 0) && (most === undefined || order(most) <= 0)
    }
  }
}

/** A profile belongs to no other: what is asked of its owner is asked of itself. */
function searchOf(table: 'agents' | 'profiles', query: SearchQuery): SearchQuery {
  const own = ({ name, kind }: Member): Member => ({ name, kind })
  if (table === 'agents') return query
  const { where, order } = query
  return {
    ...query,
    where: where.map((condition) => ({ ...condition, member: own(condition.member) })),
    order: order && { ...order, member: own(order.member) },
  }
}

async function inPages<T>(
  list: (page: PageAfter<T>) => Promise<readonly T[]>,
  limit: number,
): Promise<readonly T[]> {
  const all: T[] = []
  for (let after: T | null = null; ; ) {
    const page: readonly T[] = await list({ after, limit })
    all.push(...page)
    after = page.at(-1) ?? null
    if (page.length < limit || after === null) return all
  }
}

function compareProfiles(a: Profile, b: Profile, exact: string | undefined): number {
  const isOther = ({ name }: Profile) => (exact !== undefined && fold(name) !== exact ? 1 : 0)
  return isOther(a) - isOther(b) || a.ledger - b.ledger || a.n - b.n
}

type Rows = typeof rows extends fc.Arbitrary<infer T> ? T : never

/** As ledgers deliver them. */
async function store(these: Rows): Promise<{ organization: number; ledgers: readonly number[] }> {
  const organization = organizations++
  const ledgers = [nextLedger(), nextLedger(), nextLedger()]
  const at = (place: EntityId) => ({ ledger: ledgers[place.ledger] ?? 0, n: place.n })
  const by = { kind: 'system' } as const
  await deliver(env.DB, {
    counters: null,
    agents: these.agents.map(({ place, more }) => ({
      ...at(place),
      ...{ id: crypto.randomUUID(), organization, use: 1, facts: { filling: 'x'.repeat(50) } },
      ...{ updatedAt: null, updatedBy: null, enrolledFrom: null, endedAt: null, certificate: null },
      ...{ seenAt: 0, version: 1 },
      ...more,
    })) as unknown as Agent[],
    profiles: these.profiles.map(({ place, isDeleted, more }) => ({
      profile: {
        ...NEW_PROFILE,
        ...at(place),
        ...{ organization, uses: 0, lastRedeemedAt: null, lastKeyAt: null, lastKeyBy: null },
        ...{ createdAt: 0, createdBy: by, updatedAt: 0, updatedBy: by, version: 1 },
        ...more,
      } as unknown as Profile,
      deletedAt: isDeleted ? 1 : null,
    })),
    keys: [],
    events: [],
  })
  return { organization, ledgers }
}

test('what is put in order here is in the order that SQLite puts it in', async () => {
  const values = [null, -3, 0, 2, 2.5, 12, ...NAMES, '10', '\uffff', 'a\ue000', 'a🂡', '🂡b']
  const { results } = await env.DB.prepare('SELECT value FROM json_each(?) ORDER BY value')
    .bind(JSON.stringify(values))
    .all<{ value: Value }>()
  expect(values.toSorted(compareValues)).toEqual(results.map(({ value }) => value))
})

test('labels by a part of their value: the exact one first, then by number, in slices as in one piece', async () => {
  const organization = organizations++
  const values = NAMES.flatMap((value) => ['role', 'app', 'env'].map((key) => ({ key, value })))
  const insert = env.DB.prepare(
    `INSERT INTO labels (organization_id, key, value, value_folded, created_at, created_by, updated_at, updated_by, deleted_at)
     VALUES (?, ?, ?, ?, 0, '{}', 0, '{}', ?)`,
  )
  await env.DB.batch(
    values.map(({ key, value }, i) => insert.bind(organization, key, value, fold(value), i % 5 ? null : 1)),
  )
  for (const most of [2, 1_000]) {
    const labels = createLabelStore(env.DB, { first: most, least: 1, most })
    const live = await labels.list({ organization }, { after: null, limit: 1_000 })
    for (const valueContains of new Set(NAMES.map(fold))) {
      const found = live.filter(({ value }) => fold(value).includes(valueContains))
      const [exact, others] = [true, false].map((isIt) =>
        found.filter(({ value }) => (fold(value) === valueContains) === isIt),
      )
      const expected = [...(exact ?? []), ...(others ?? [])]
      const query = { organization, valueContains }
      expect(await inPages((page: PageAfter<Label>) => labels.list(query, page), 4)).toEqual(expected)
      expect(await labels.list(query, { after: null, limit: 1_000 })).toEqual(expected)
      expect(await labels.count(query)).toBe(expected.length)
    }
  }
})

const MANY = 20_000

/** Active agents of one ledger, none of which a search finds. */
async function storeMany(): Promise<number> {
  const organization = organizations++
  const record = { hostname: 'row', attributes: {}, grant: { values: {}, labels: [] }, facts: {} }
  await env.DB.prepare(
    `WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?1)
     INSERT INTO agents (ledger, n, profile, key, organization_id, dialect, state, hostname_folded, enrolled_at, record, version)
     SELECT ?2, i, 1, 1, ?3, 'illumio', 'active', 'row', 1, ?4, 1 FROM numbers`,
  )
    .bind(MANY, nextLedger(), organization, JSON.stringify(record))
    .run()
  return organization
}

test('a search of 20,000 rows: no statement reads more than a slice of them, and together they read them once', async () => {
  const organization = await storeMany()
  const read: number[] = []
  const catalogue = createCatalogue(counting(env.DB, (rows) => read.push(rows)))
  const query = {
    organization,
    state: 'active',
    nameContains: { text: 'absent', attribute: 'name_folded' },
  } as const
  expect(await catalogue.listAgents(query, { after: null, limit: 500 })).toEqual([])
  // The rows themselves, their index, and twice where the slice ends.
  expect(Math.max(...read)).toBeLessThanOrEqual(4 * 4_000)
  expect(read.reduce((sum, rows) => sum + rows)).toBeLessThanOrEqual(4 * MANY + 100)
})

test('a search of 20,000 rows: others have their turn meanwhile', async () => {
  const organization = await storeMany()
  const catalogue = createCatalogue(env.DB, { first: 200, least: 200, most: 200 })
  let isDone = false
  const searching = catalogue.countAgents({ organization, hostnameContains: 'absent' }).finally(() => {
    isDone = true
  })
  let turns = 0
  while (!isDone) {
    // As what comes from outside: it is let in when nothing is ready.
    await scheduler.wait(1)
    turns += 1
    // As a client's way over the network: without it, an answer would always be ready, and no timer would fire.
    await scheduler.wait(1)
  }
  expect(await searching).toBe(0)
  // Between each two of 100 slices; a few are enough to show that it was not one statement.
  expect(turns).toBeGreaterThan(10)
})
