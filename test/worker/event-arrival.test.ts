/** A follower of an organization's events gets each of them once, in the order of their arrival, however late they come. */
import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Actor } from '../../src/core/access/actor.ts'
import type { Permission } from '../../src/core/access/permission.ts'
import { BEFORE_ALL_EVENTS, type EventCursor } from '../../src/core/events/cursor.ts'
import type { AuditEvent } from '../../src/core/events/event.ts'
import { follow } from '../../src/core/events/index.ts'
import { eventId } from '../../src/core/kernel/time/event-id.ts'
import type { Ports } from '../../src/core/ports.ts'
import { eventOfEach, insertEvent } from '../../src/stores/d1/batch.ts'
import { insertDelivered } from '../../src/stores/d1/catalogue/events/arrivals.ts'
import { createEventStore } from '../../src/stores/d1/catalogue/events/events.ts'
import { createRetention } from '../../src/stores/d1/deployment/retention.ts'
import { insertEvents } from '../../src/stores/d1/outbox/projections.ts'
import { CAUSE } from '../support/ledger.ts'
import { plansOf } from '../support/query-plans.ts'

const START = Date.UTC(2030, 0)
const store = createEventStore(env.DB)

let organizations = 700_000

/** A fresh one, that housekeeping knows. */
async function newOrganization(): Promise<number> {
  const id = organizations++
  await env.DB.prepare(
    'INSERT INTO organizations (id, name, customer_id, organisation_key, created_at) VALUES (?1, ?1, ?1, ?1, 0)',
  )
    .bind(id)
    .run()
  return id
}

function eventOf(organization: number, at: number): AuditEvent {
  const subject = { kind: 'agent', id: '', name: '' }
  const about = { type: 'agent.enroll', isSuccess: true, cause: CAUSE, subject, detail: {} } as const
  return { id: eventId(at), organization, at, ...about }
}

const deliver = (...events: AuditEvent[]) => env.DB.batch(insertDelivered(env.DB, events))
const rowsOf = (results: readonly D1Result[]) => results.reduce((sum, { meta }) => sum + meta.rows_written, 0)
const idsOf = (events: readonly AuditEvent[]) => events.map(({ id }) => id)

/** All that there is from there on, page by page. */
async function followAll(organization: number, from: EventCursor, limit = 3) {
  const ids: string[] = []
  for (let cursor = from; ; ) {
    const page = await store.follow(organization, cursor, limit)
    expect(page.events.length).toBeLessThanOrEqual(limit)
    ids.push(...idsOf(page.events))
    cursor = page.cursor
    if (page.isEnd) return { ids, cursor }
  }
}

test('an event that was stuck in a ledger is found by who read past its time', async () => {
  const organization = await newOrganization()
  const [stuck, first, second, third] = [0, 1, 2, 3].map((n) => eventOf(organization, START + n))
  if (!stuck || !first || !second || !third) throw new Error('four')
  await deliver(first)
  await deliver(second)
  const { ids, cursor } = await followAll(organization, BEFORE_ALL_EVENTS)
  expect(ids).toEqual(idsOf([first, second]))
  await deliver(stuck)
  await deliver(third)
  expect((await followAll(organization, cursor)).ids).toEqual(idsOf([stuck, third]))
  expect((await followAll(organization, BEFORE_ALL_EVENTS, 1)).ids).toEqual(
    idsOf([first, second, stuck, third]),
  )
  expect(await store.list({ organization }, { after: null, limit: 9 })).toHaveLength(4)
})

test('what arrives in its order costs one row, and what does not one more for the whole delivery', async () => {
  const organization = await newOrganization()
  const events = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => eventOf(organization, from + n))
  expect(rowsOf(await deliver(...events(START + 1_000, 1)))).toBe(1)
  expect(rowsOf(await deliver(...events(START + 2_000, 100)))).toBe(100)
  const late = [...events(START, 100), ...events(START + 9_000, 1)]
  expect(rowsOf(await deliver(...late))).toBe(102)
  expect(rowsOf(await deliver(...late))).toBe(0)
  const ahead = insertEvent(env.DB, eventOf(organization, START + 10_000))
  expect(rowsOf([await ahead.run()])).toBe(1)
  const behind = insertEvent(env.DB, eventOf(organization, START))
  expect(rowsOf([await behind.run()])).toBe(3)
})

test('housekeeping keeps the last event and the last list, so that what arrives next is followed too', async () => {
  const organization = await newOrganization()
  const retention = createRetention(env.DB)
  const [first, late, next, other] = [9, 1, 5, 6].map((n) => eventOf(organization, START + n))
  if (!first || !late || !next || !other) throw new Error('four')
  await deliver(first)
  await deliver(late)
  const { ids, cursor } = await followAll(organization, BEFORE_ALL_EVENTS)
  expect(ids).toEqual(idsOf([first, late]))
  // Other files have left thousands of events, and one round has a limit.
  while ((await retention.purgeEvents(START + 100, 0, 10_000)) > 0);
  await retention.purgeLateLists(START + 100, 0, 10_000)
  expect(idsOf(await store.list({ organization }, { after: null, limit: 9 }))).toEqual([first.id])
  await deliver(next)
  expect((await followAll(organization, cursor)).ids).toEqual([next.id])
  await retention.purgeLateLists(START + 100, 0, 10_000)
  await deliver(other)
  const lists = 'SELECT seq FROM late_events WHERE organization_id = ? ORDER BY seq'
  expect((await env.DB.prepare(lists).bind(organization).all()).results).toEqual([{ seq: 2 }, { seq: 3 }])
  expect((await followAll(organization, cursor)).ids).toEqual(idsOf([next, other]))
})

test('events of one statement are in their order, and organizations do not see each other', async () => {
  const [one, two] = [await newOrganization(), await newOrganization()]
  const things = `SELECT value ->> 0 AS organization_id, value ->> 1 AS id, '' AS name FROM json_each(?)`
  const named = Array.from({ length: 50 }, (_, n) => [n % 2 ? one : two, n])
  await eventOfEach(env.DB, eventOf(0, START), things, JSON.stringify(named)).run()
  await insertEvents(env.DB, [eventOf(one, START + 2), eventOf(two, START + 1)])?.run()
  await deliver(eventOf(one, START + 3), eventOf(two, START))
  const lists = await env.DB.prepare(
    'SELECT organization_id FROM late_events WHERE organization_id IN (?, ?)',
  )
    .bind(one, two)
    .all()
  expect(lists.results).toEqual([{ organization_id: two }])
  for (const organization of [one, two]) {
    expect((await followAll(organization, BEFORE_ALL_EVENTS, 10)).ids).toHaveLength(27)
  }
})

test('only who may read events follows them, and only their own organization’s', async () => {
  const [own, other] = [await newOrganization(), await newOrganization()]
  const event = eventOf(own, START)
  await deliver(event, eventOf(other, START))
  const actorWith = (...permissions: readonly Permission[]): Actor => ({
    ...{
      principal: 1,
      kind: 'user',
      publicId: '1',
      name: '',
      organization: own,
      roles: [],
      scopes: new Map(),
    },
    by: { kind: 'api_key', id: '' },
    permissions: new Set(permissions),
  })
  const ask = (actor: Actor) =>
    follow({ events: store } as Ports, { actor, request: CAUSE.request }, BEFORE_ALL_EVENTS, 9)
  expect(await ask(actorWith('keys.read'))).toEqual({ ok: false, fault: { kind: 'permission_missing' } })
  expect(await ask(actorWith('events.read'))).toMatchObject({
    ok: true,
    value: { events: [event], isEnd: true },
  })
})

test('a page looks at no more than it shows', async () => {
  const plans = await plansOf(env.DB, (db) => createEventStore(db).follow(1, BEFORE_ALL_EVENTS, 10))
  expect(plans).toHaveLength(2)
  for (const plan of plans) {
    expect(plan).toMatch(/USING PRIMARY KEY \(organization_id=\?/)
    expect(plan).not.toMatch(/SCAN (events|late)\b|TEMP B-TREE/)
  }
})

/** How far from the last one, in milliseconds: clocks jump. */
const jump = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -20, max: 20 }))
const step = fc.oneof(
  // A ledger's next events, delivered at once or left for later.
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('deliver'),
      jumps: fc.array(jump, { minLength: 1, maxLength: 5 }),
      isStuck: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('unstick'), which: fc.nat({ max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('repeat'), which: fc.nat({ max: 9 }) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('insert'), jump }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('forget'), share: fc.integer({ min: 1, max: 20 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('read'),
      limit: fc.integer({ min: 1, max: 7 }),
      isToEnd: fc.boolean(),
    }),
  },
)

test('in any interleaving of deliveries, repeats, jumps and housekeeping each event is followed once, in its order', async () => {
  const retention = createRetention(env.DB)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const organization = await newOrganization()
      /** In which arrival each event came: the naive log. */
      const arrivals = new Map<string, number>()
      const stuck: AuditEvent[][] = []
      const sent: AuditEvent[][] = []
      const read: string[] = []
      const forgotten = new Set<string>()
      let cursor = BEFORE_ALL_EVENTS
      let at = START
      let arrival = 0
      const arrive = async (events: AuditEvent[], how: (...events: AuditEvent[]) => Promise<unknown>) => {
        await how(...events)
        arrival++
        for (const { id } of events) if (!arrivals.has(id)) arrivals.set(id, arrival)
        sent.push(events)
      }
      const there = async () =>
        (
          await env.DB.prepare('SELECT id FROM events WHERE organization_id = ?')
            .bind(organization)
            .all<{ id: string }>()
        ).results.map(({ id }) => id)
      for (const one of steps) {
        if ('jumps' in one) {
          const events = one.jumps.map((by) => {
            at += by
            return eventOf(organization, at)
          })
          if (one.isStuck) stuck.push(events)
          else await arrive(events, deliver)
        } else if ('which' in one) {
          const [events] =
            one.does === 'unstick'
              ? stuck.splice(one.which % (stuck.length || 1), 1)
              : [sent[one.which % (sent.length || 1)]]
          // What was forgotten is not delivered again: an outbox has long been emptied of it.
          if (events?.every(({ id }) => !forgotten.has(id))) await arrive(events, deliver)
        } else if ('jump' in one) {
          at += one.jump
          await arrive([eventOf(organization, at)], (event) => insertEvent(env.DB, event as AuditEvent).run())
        } else if ('share' in one) {
          const before = await there()
          const oldest = START + ((at - START) * one.share) / 10
          await retention.purgeEvents(oldest, 0, 10_000)
          await retention.purgeLateLists(oldest, 0, 10_000)
          const kept = new Set(await there())
          for (const id of before) if (!kept.has(id)) forgotten.add(id)
        } else {
          for (let isEnd = false; !isEnd; ) {
            const page = await store.follow(organization, cursor, one.limit)
            read.push(...idsOf(page.events))
            cursor = page.cursor
            isEnd = page.isEnd || !one.isToEnd
          }
        }
      }
      read.push(...(await followAll(organization, cursor)).ids)
      const order = read.map((id) => arrivals.get(id) ?? 0)
      expect(order).toEqual(order.toSorted((a, b) => a - b))
      expect(new Set(read).size).toBe(read.length)
      const unread = [...arrivals.keys()].filter((id) => !read.includes(id))
      expect(unread.filter((id) => !forgotten.has(id))).toEqual([])
    }),
    { numRuns: 40 },
  )
}, 60_000)
