/** The index of names and labels: what it has yet to take in, what was renamed, and what else it would find. */
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { Agent } from '../../src/core/enrollment/ledger/agent.ts'
import type { Profile } from '../../src/core/enrollment/ledger/profile.ts'
import { fold } from '../../src/core/kernel/text.ts'
import { createCatalogue } from '../../src/stores/d1/catalogue/catalogue.ts'
import { createList } from '../../src/stores/d1/catalogue/lists/list.ts'
import { createSearch } from '../../src/stores/d1/catalogue/lists/search.ts'
import { indexTerms } from '../../src/stores/d1/outbox/index-terms.ts'
import { deliver } from '../../src/stores/d1/outbox/projections.ts'
import { NEW_PROFILE, nextLedger } from '../support/ledger.ts'
import { plansOf } from '../support/query-plans.ts'

let organizations = 90_000

type Sent = Partial<Agent> & { readonly n: number; readonly hostname: string }

function newFleet() {
  const [organization, ledger] = [organizations++, nextLedger()]
  const base = { organization, ledger, dialect: 'illumio', key: 1, profile: 1, state: 'active', facts: {} }
  const defaults = { tags: {}, attributes: {}, grant: {}, enrolledAt: 1, seenAt: 1, version: 1 }
  const named = (agents: readonly Agent[]) => agents.map(({ hostname }) => hostname)
  return {
    organization,
    ledger,
    send: (...agents: readonly Sent[]) =>
      deliver(env.DB, {
        profiles: [],
        keys: [],
        events: [],
        counters: null,
        agents: agents.map((one) => ({ ...base, id: `${one.n}`, ...defaults, ...one }) as never as Agent),
      }),
    async find(part: string, tags: { readonly name: string; readonly value?: string }[] = []) {
      const query = { organization, now: 1, nameParts: [fold(part)], tags }
      const page = { after: null, limit: 50, isCounted: true }
      const { read, bytes, total } = await createList(env.DB)('agents', query, page)
      const found = named(await read(0, bytes.length))
      expect(total).toBe(found.length)
      return found
    },
    async findByName(text: string) {
      const query = {
        organization,
        dialect: 'illumio',
        nameContains: { text, attribute: 'name_folded' },
      } as const
      const catalogue = createCatalogue(env.DB)
      const found = named(await catalogue.listAgents(query, { after: null, limit: 50 }))
      expect(await catalogue.countAgents(query)).toBe(found.length)
      return found
    },
  }
}

async function indexAll(): Promise<void> {
  while ((await indexTerms(env.DB, 1)) > 0);
}

test('a row is found by any part of its name, of one character and in any script, indexed or not', async () => {
  const fleet = newFleet()
  const [first, second] = ['Straße-éß🂡.example', 'web-01']
  for (const n of [1, 30]) {
    await fleet.send({ n, hostname: first }, { n: n + 1, hostname: second })
    const times = n === 1 ? 1 : 2
    for (const part of ['ß', 'éß', '🂡', '🂡.', 'Straße', 'STRASSE'.slice(0, 4), 'example', first])
      expect(await fleet.find(part), part).toEqual(Array(times).fill(first))
    expect(await fleet.find('-')).toEqual(Array(times).fill([first, second]).flat())
    for (const part of ['eb_01', 'bew', 'zz', 'z']) expect(await fleet.find(part), part).toEqual([])
    await indexAll()
    expect(await fleet.find('🂡')).toEqual(Array(times).fill(first))
  }
})

test('a row that has another name or label is found by these, and no longer by those before', async () => {
  const fleet = newFleet()
  await fleet.send({ n: 1, hostname: 'before', tags: { env: 'old' } }, { n: 2, hostname: 'beside' })
  await indexAll()
  await fleet.send({ n: 1, hostname: 'after', tags: { env: 'new', rack: '' }, version: 2 })
  expect(await fleet.find('before')).toEqual([])
  expect(await fleet.find('aft')).toEqual(['after'])
  expect(await fleet.find('be')).toEqual(['beside'])
  const labelled = (name: string, value?: string) =>
    fleet.find('', [value === undefined ? { name } : { name, value }])
  expect(await labelled('env', 'old')).toEqual([])
  for (const [name, value] of [['env'], ['env', 'new'], ['rack', ''], ['rack']] as const)
    expect(await labelled(name, value)).toEqual(['after'])
  expect(await labelled('env', 'ne')).toEqual([])
})

test('the name that an operator gave a workload is found as its host name is', async () => {
  const fleet = newFleet()
  await fleet.send(
    { n: 1, hostname: 'host', attributes: { name_folded: 'payroll' } },
    { n: 2, hostname: 'pay' },
  )
  await indexAll()
  expect(await fleet.findByName('pay')).toEqual(['host', 'pay'])
  await fleet.send({ n: 1, hostname: 'host', attributes: { name_folded: 'billing' }, version: 2 })
  expect(await fleet.findByName('pay')).toEqual(['pay'])
  expect(await fleet.findByName('bill')).toEqual(['host'])
})

test('a vendor’s search finds the exact name first, wherever the index has it', async () => {
  const [organization, ledger] = [organizations++, nextLedger()]
  const send = (n: number, name: string) =>
    deliver(env.DB, {
      agents: [],
      keys: [],
      events: [],
      counters: null,
      profiles: [
        {
          deletedAt: null,
          profile: {
            createdAt: 1,
            ...NEW_PROFILE,
            organization,
            ledger,
            n,
            name,
            dialect: 'zpa',
            version: 1,
          } as never as Profile,
        },
      ],
    })
  await send(1, 'rack one')
  await indexAll()
  await send(2, 'rack')
  const query = { organization, dialect: 'zpa', text: 'RACK', where: [], offset: 0, limit: 9 } as const
  const found = await createSearch(env.DB)('profiles', query)
  expect((await found.read(0, 9)).map(({ name }) => name)).toEqual(['rack', 'rack one'])
  const member = { name: 'name', kind: 'text' } as const
  for (const [operator, value, names] of [
    ['starts', 'rac', ['rack one', 'rack']],
    ['ends', 'rac', []],
    ['ends', 'k one', ['rack one']],
    ['eq', 'rack+one', ['rack one']],
    ['contains', 'k o', ['rack one']],
  ] as const) {
    const by = { ...query, text: undefined, where: [{ member, operator, value }] }
    const { read } = await createSearch(env.DB)('profiles', by)
    expect(
      (await read(0, 9)).map(({ name }) => name),
      `${operator} ${value}`,
    ).toEqual(names)
  }
})

test('rows that are not indexed yet are read in the order in which they came', async () => {
  const fleet = newFleet()
  await fleet.send({ n: 1, hostname: 'late' })
  const query = { organization: fleet.organization, now: 1, nameParts: ['late'] }
  const page = { after: null, limit: 50, isCounted: false }
  const plans = await plansOf(env.DB, (db) => createList(db)('agents', query, page))
  expect(plans.join()).toContain('SEARCH agents USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)')
  expect(plans.join()).not.toMatch(/SCAN agents\b/)
})
