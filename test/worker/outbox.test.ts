/** What a ledger owns reaches D1 whole, in its newest version, once; and nothing that D1 does loses it. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Agent } from '../../src/core/enrollment/ledger/agent.ts'
import type { EnrollmentKey } from '../../src/core/enrollment/ledger/key.ts'
import type { Profile } from '../../src/core/enrollment/ledger/profile.ts'
import type { AuditEvent } from '../../src/core/events/event.ts'
import { formatId } from '../../src/core/kernel/ids.ts'
import { SteadyClock } from '../../src/core/kernel/time/steady-clock.ts'
import { createCatalogue } from '../../src/stores/d1/catalogue/catalogue.ts'
import { createLedgerDirectory } from '../../src/stores/d1/catalogue/ledger-directory.ts'
import { Ledger } from '../../src/stores/durable/ledger/ledger.ts'
import { refill } from '../../src/stores/durable/ledger/outbox/deliveries.ts'
import { ledgerOutbox } from '../../src/stores/durable/ledger/outbox/outbox.ts'
import { openLedgerStore } from '../../src/stores/durable/ledger/tables/ledger-store.ts'
import { AlarmClock } from '../../src/stores/durable/object/alarm-clock.ts'
import { GroupCommit } from '../../src/stores/durable/object/group-commit.ts'
import { OutboxRelay } from '../../src/stores/durable/object/outbox-relay.ts'
import {
  attempt,
  CAUSE,
  makeKey,
  makeLedger,
  must,
  NEW_KEY,
  NEW_PROFILE,
  nextLedger,
  ORGANIZATION,
  stubOf,
} from '../support/ledger.ts'

function objectOf(ledger: number) {
  return env.LEDGERS.getByName(String(ledger))
}

async function inD1<T>(table: string, ledger: number): Promise<T[]> {
  const query = `SELECT record FROM ${table} WHERE ledger = ? ORDER BY n`
  const { results } = await env.DB.prepare(query).bind(ledger).all<{ record: string }>()
  return results.map((row) => JSON.parse(row.record) as T)
}

async function eventsOf(subjectId: string): Promise<AuditEvent[]> {
  const query = "SELECT record FROM events WHERE record ->> '$.subject.id' = ? ORDER BY at, id"
  const { results } = await env.DB.prepare(query).bind(subjectId).all<{ record: string }>()
  return results.map((row) => JSON.parse(row.record) as AuditEvent)
}

/** D1 as it is, but for its batches. */
function withBatch(batch: (statements: D1PreparedStatement[]) => Promise<D1Result[]>): D1Database {
  return new Proxy(env.DB, {
    get: (db, name) => {
      const own = Reflect.get(db, name) as unknown
      if (name === 'batch') return batch
      return typeof own === 'function' ? own.bind(db) : own
    },
  })
}

const DOWN = new Proxy(env.DB, {
  get: () => () => {
    throw new Error('D1 is down')
  },
})

/** Runs with an outbox of the ledger's own rows over another D1. */
function withOutbox<T>(
  ledger: number,
  db: D1Database,
  body: (outbox: OutboxRelay, sql: SqlStorage, storage: DurableObjectStorage) => Promise<T>,
): Promise<T> {
  return runInDurableObject(objectOf(ledger), (_, state) => {
    const store = openLedgerStore(state.storage)
    if (!store) throw new Error('no ledger')
    const outbox = new OutboxRelay()
    outbox.open(ledgerOutbox(state.storage, db, store))
    return body(outbox, store.sql, state.storage)
  })
}

test('a management change is in D1 when it is answered', async () => {
  const { id, ledger } = await makeLedger({ name: 'Straße' })
  expect(await inD1<Profile>('profiles', id)).toMatchObject([{ name: 'Straße', isEnabled: true, version: 1 }])
  const key = await makeKey(ledger, { name: 'first', maxUses: 4 })
  expect(await inD1<EnrollmentKey>('keys', id)).toMatchObject([
    { n: key, name: 'first', maxUses: 4, uses: 0 },
  ])
  must(await ledger.changeProfile(ORGANIZATION, 1, { isEnabled: false }, CAUSE))
  expect(await inD1<Profile>('profiles', id)).toMatchObject([{ isEnabled: false }])
})

test('a redemption is in D1 after the alarm: agent, counts and event', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 4 })
  const redeemed = must(await ledger.redeem(attempt(key, 'a', { hostname: 'web-01', address: '192.0.2.1' })))
  if (redeemed.kind !== 'new') throw new Error('refused')
  expect(await runDurableObjectAlarm(objectOf(id))).toBe(true)
  expect(await inD1<Agent>('agents', id)).toMatchObject([
    { id: redeemed.agent.id, hostname: 'web-01', enrolledFrom: '192.0.2.1', use: 1, state: 'active' },
  ])
  expect(await inD1<EnrollmentKey>('keys', id)).toMatchObject([{ uses: 1 }])
  expect(await inD1<Profile>('profiles', id)).toMatchObject([{ uses: 1 }])
  expect(await eventsOf(redeemed.agent.id)).toMatchObject([{ type: 'agent.enroll', isSuccess: true }])
  await withOutbox(id, env.DB, async (outbox) => expect(outbox.isEmpty).toBe(true))
})

test('refusals are counted by network and recorded in at most 20 events a key and minute, from however many addresses', async () => {
  const start = Date.UTC(2031, 0)
  const clock = vi.spyOn(Date, 'now').mockReturnValue(start)
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 1 })
  must(await ledger.redeem(attempt(key, 'a')))
  const refuse = async (addresses: readonly string[]) => {
    await Promise.all(addresses.map((address) => ledger.redeem(attempt(key, null, { address }))))
  }
  const events = async () => {
    await runDurableObjectAlarm(objectOf(id))
    return (await eventsOf(formatId({ ledger: id, n: key }))).filter(({ isSuccess }) => !isSuccess).length
  }
  const counted = async () => must(await ledger.explain(ORGANIZATION, key, null, null)).refusals
  for (let n = 0; n < 3; n++) {
    await refuse(Array.from({ length: 1_000 }, (_, i) => `2001:db8:1:2:${n}::${i.toString(16)}`))
  }
  await refuse(['192.0.2.1', '::ffff:192.0.2.1', '192.0.2.2'])
  expect((await counted()).toSorted((a, b) => a.count - b.count)).toMatchObject([
    { network: '192.0.2.2', count: 1 },
    { network: '192.0.2.1', count: 2 },
    { network: '2001:db8:1:2::/64', count: 3_000, reason: 'key_spent' },
  ])
  expect(await events()).toBe(3)
  await refuse(Array.from({ length: 50 }, (_, i) => `2001:db8:2:${i.toString(16)}::1`))
  expect([(await counted()).length, await events()]).toEqual([53, 20])
  clock.mockReturnValue(start + 60_000)
  await refuse(['2001:db8:1:2::1', '2001:db8:1:3::1'])
  expect(await events()).toBe(22)
  clock.mockRestore()
})

test('refusals of one minute, reason and network are one row and one event, however many', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 1 })
  must(await ledger.redeem(attempt(key, 'a')))
  const from = { address: '192.0.2.9', request: { ...CAUSE.request, address: '192.0.2.9' } }
  await Promise.all(Array.from({ length: 40 }, (_, i) => ledger.redeem(attempt(key, `b${i}`, from))))
  await runDurableObjectAlarm(objectOf(id))
  const { results } = await env.DB.prepare(
    "SELECT count(*) AS n FROM events WHERE record ->> '$.detail.reason' = 'key_spent' AND record ->> '$.cause.request.address' = '192.0.2.9'",
  ).all<{ n: number }>()
  // A minute may have turned over in between.
  expect([1, 2]).toContain(results[0]?.n)
  const { refusals } = must(await ledger.explain(ORGANIZATION, key, null, null))
  expect(refusals.reduce((sum, row) => sum + row.count, 0)).toBe(40)
})

test('D1 down: the change is acknowledged, waits, and arrives once when D1 is back', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 3 })
  must(await ledger.redeem(attempt(key, 'a')))
  const renamed = await runInDurableObject(objectOf(id), async (_, state) => {
    const unheard = new Ledger(state, { ...env, DB: DOWN })
    return must(await unheard.changeKey(ORGANIZATION, key, { name: 'renamed' }, CAUSE))
  })
  await withOutbox(id, DOWN, async (outbox, sql) => {
    await outbox.flush()
    await outbox.flush()
    expect(sql.exec('SELECT kind, tries FROM outbox').toArray()).toEqual([{ kind: 'key', tries: 0 }])
    expect(outbox.isEmpty).toBe(false)
  })
  await runDurableObjectAlarm(objectOf(id))
  expect(await inD1<Agent>('agents', id)).toHaveLength(1)
  expect(await inD1<EnrollmentKey>('keys', id)).toMatchObject([{ name: renamed.name, uses: 1 }])
})

const failing = (message: string) => () => {
  throw new Error(message)
}

/** D1 that answers what is read, and takes no write. */
const READ_ONLY = new Proxy(env.DB, {
  get: (db, name) => {
    if (name !== 'prepare') return failing('D1_ERROR: of a kind that has no name yet')
    return (text: string) =>
      db.prepare(text.startsWith('SELECT') ? text : 'INSERT INTO no_such_table VALUES (?)')
  },
})

test.each([
  ['its disk is full', withBatch(failing('D1_ERROR: database or disk is full: SQLITE_FULL'))],
  ['it has its greatest size', withBatch(failing('D1_ERROR: Exceeded maximum DB size'))],
  ['it takes no write, and does not say why', READ_ONLY],
])('rows wait for a D1 that only answers what is read: %s', async (_, db) => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 3 })
  const { agent } = must(await ledger.redeem(attempt(key, 'a'))) as { agent: { id: string } }
  await withOutbox(id, env.DB, (outbox) => outbox.flush())
  must(await ledger.redeem(attempt(key, 'b')))
  await withOutbox(id, db, async (outbox, sql, storage) => {
    sql.exec("INSERT INTO outbox (at, kind, n) VALUES (0, 'key', ?)", key)
    const notes = async () => {
      // Enrollments come first; afterwards those that are notes are tried, too.
      for (let round = 0; round < 11; round++) await outbox.flush()
      return sql.exec('SELECT kind, tries FROM outbox').toArray()
    }
    expect(await notes()).toEqual([{ kind: 'key', tries: 0 }])
    storage.sql.exec('UPDATE ledger SET delivered = 2')
    expect(await notes()).toEqual([{ kind: 'key', tries: 0 }])
    expect(sql.exec('SELECT 1 FROM outbox_dead').toArray()).toEqual([])
    storage.sql.exec('UPDATE ledger SET delivered = 1')
  })
  await withOutbox(id, env.DB, (outbox) => outbox.flush())
  expect(await inD1<Agent>('agents', id)).toHaveLength(2)
  expect(await inD1<EnrollmentKey>('keys', id)).toMatchObject([{ uses: 2 }])
  expect(await eventsOf(agent.id)).toHaveLength(1)
})

test('a delivery that D1 took but whose answer was lost is repeated and changes nothing', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 3 })
  const redeemed = must(await ledger.redeem(attempt(key, 'a')))
  if (redeemed.kind !== 'new') throw new Error('refused')
  let lost = 0
  const forgetful = withBatch(async (statements) => {
    await env.DB.batch(statements)
    lost++
    throw new Error('connection lost')
  })
  await withOutbox(id, forgetful, (outbox) => outbox.flush())
  expect(lost).toBeGreaterThan(0)
  await withOutbox(id, env.DB, (outbox) => outbox.flush())
  expect(await inD1<Agent>('agents', id)).toHaveLength(1)
  expect(await eventsOf(redeemed.agent.id)).toHaveLength(1)
})

test('an older version that arrives late does not replace a newer one', async () => {
  const { id, ledger } = await makeLedger()
  const late: D1PreparedStatement[][] = []
  const slow = withBatch(async (statements) => {
    late.push(statements)
    throw new Error('timed out')
  })
  await runInDurableObject(objectOf(id), (_, state) => {
    state.storage.sql.exec("INSERT INTO outbox (at, kind, n) VALUES (0, 'profile', 1)")
  })
  await withOutbox(id, slow, (outbox) => outbox.flush())
  must(await ledger.changeProfile(ORGANIZATION, 1, { name: 'newer' }, CAUSE))
  for (const statements of late) await env.DB.batch(statements)
  expect(late.length).toBeGreaterThan(0)
  expect(await inD1<Profile>('profiles', id)).toMatchObject([{ name: 'newer' }])
  const named = { organization: ORGANIZATION, nameContains: 'newer' }
  const found = await createCatalogue(env.DB).listProfiles(named, { after: null, limit: 9 })
  expect(found.map((profile) => profile.ledger)).toEqual([id])
})

test('a profile that a used key has left is delivered as it is now', async () => {
  const { id, ledger } = await makeLedger()
  must(await ledger.create({ ...NEW_PROFILE, name: 'next' }, id, CAUSE))
  const key = await makeKey(ledger, { maxUses: null })
  for (let i = 0; i < 3; i++) must(await ledger.redeem(attempt(key, null)))
  await runDurableObjectAlarm(objectOf(id))
  for (const profile of [2, 1, 2]) {
    must(await ledger.changeKey(ORGANIZATION, key, { profile }, CAUSE))
    const own = [1, 2].map(async (n) => must(await ledger.getProfile(ORGANIZATION, n)))
    expect(await inD1<Profile>('profiles', id)).toEqual(await Promise.all(own))
  }
  expect(await inD1<Profile>('profiles', id)).toMatchObject([{ uses: 0 }, { uses: 3 }])
})

test('a ledger that is to tell all again while a delivery is under way begins with its first agent', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 9 })
  // Of the first delivery ever, and of one that goes on where another ended.
  for (const enrolled of [1, 2]) {
    must(await ledger.redeem(attempt(key, `claim ${enrolled}`)))
    let setBack = 0
    await runInDurableObject(objectOf(id), async (_, state) => {
      const store = openLedgerStore(state.storage)
      if (!store) throw new Error('no ledger')
      const slow = withBatch(async (statements) => {
        const taken = await env.DB.batch(statements)
        if (setBack++ > 0) return taken
        await env.DB.prepare('DELETE FROM agents WHERE ledger = ?').bind(id).run()
        state.storage.transactionSync(() => refill(store, Date.now()))
        return taken
      })
      expect(await ledgerOutbox(state.storage, slow, store).drain()).toBe(true)
    })
    expect(setBack).toBeGreaterThan(0)
    expect(await inD1<Agent>('agents', id)).toHaveLength(enrolled)
  }
})

test('totals are what counting finds, whatever comes twice, late, ends or goes', async () => {
  const catalogue = createCatalogue(env.DB)
  const organization = ORGANIZATION + 1
  const totals = async () => [
    await catalogue.countAgents({ organization, state: 'active' }),
    await catalogue.countAgents({ organization, state: 'active', dialect: 'native' }),
    await catalogue.countProfiles({ organization }),
  ]
  // Delivered twice, and once more after all that follows.
  const late: D1PreparedStatement[][] = []
  const twice = withBatch((statements) => {
    late.push(statements)
    return env.DB.batch(statements).then(() => env.DB.batch(statements))
  })
  const { id, ledger } = await makeLedger({ organization })
  const other = await makeLedger({ organization })
  const key = must(await ledger.createKey(organization, { ...NEW_KEY, maxUses: 9 }, CAUSE)).n
  const enrolled = []
  for (const claim of ['a', 'b', 'c']) enrolled.push(must(await ledger.redeem(attempt(key, claim))))
  await withOutbox(id, twice, (outbox) => outbox.flush())
  expect(await totals()).toEqual([3, 3, 2])

  const [first, second] = enrolled.flatMap((result) => (result.kind === 'new' ? [result.agent.n] : []))
  must(await ledger.leave(organization, first ?? 0, CAUSE))
  must(await ledger.revokeAgent(organization, second ?? 0, 'keep', CAUSE))
  for (const statements of late) await env.DB.batch(statements)
  expect(await totals()).toEqual([1, 1, 2])

  must(await other.ledger.deleteProfile(organization, 1, CAUSE))
  for (const statements of late) await env.DB.batch(statements)
  expect(await totals()).toEqual([1, 1, 1])
  expect(late.length).toBeGreaterThan(0)
})

test('a row that D1 refuses ten times is set aside and shown; the others go on', async () => {
  const id = await createLedgerDirectory(env.DB).allot(ORGANIZATION)
  // What is set aside counts in the health of the whole deployment.
  onTestFinished(async () => {
    await env.DB.prepare('DELETE FROM ledgers WHERE id = ?').bind(id).run()
  })
  const ledger = stubOf(id)
  must(await ledger.create(NEW_PROFILE, id, CAUSE))
  const key = await makeKey(ledger, { maxUses: 3 })
  const good = must(await ledger.redeem(attempt(key, 'good')))
  const bad = must(await ledger.redeem(attempt(key, 'bad')))
  if (good.kind !== 'new' || bad.kind !== 'new') throw new Error('refused')
  await runInDurableObject(objectOf(id), (_, state) => {
    // D1 has a NOT NULL column for what this agent no longer says.
    state.storage.sql.exec("UPDATE agents SET body = json_remove(body, '$.dialect') WHERE n = ?", bad.agent.n)
  })
  await withOutbox(id, env.DB, async (outbox, sql) => {
    for (let round = 0; round < 10; round++) await outbox.flush()
    expect(outbox.isEmpty).toBe(true)
    expect(sql.exec('SELECT kind, n FROM outbox_dead').toArray()).toEqual([{ kind: 'agent', n: bad.agent.n }])
  })
  expect(await inD1<Agent>('agents', id)).toMatchObject([{ id: good.agent.id }])
  expect(await eventsOf(good.agent.id)).toHaveLength(1)
  const later = must(await ledger.redeem(attempt(key, 'later')))
  if (later.kind !== 'new') throw new Error('refused')
  await withOutbox(id, env.DB, (outbox) => outbox.flush())
  expect(await eventsOf(later.agent.id)).toHaveLength(1)
  const health = await env.DB.prepare('SELECT outbox_dead, outbox_oldest_at FROM ledgers WHERE id = ?')
    .bind(id)
    .first()
  expect(health).toEqual({ outbox_dead: 1, outbox_oldest_at: null })
})

test('rows that wait when the object is evicted are delivered after it comes back', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 3 })
  must(await ledger.redeem(attempt(key, 'a')))
  await runInDurableObject(objectOf(id), (_, state) => state.storage.deleteAlarm())
  await evictDurableObject(objectOf(id))
  must(await ledger.getKey(ORGANIZATION, key))
  expect(await runDurableObjectAlarm(objectOf(id))).toBe(true)
  expect(await inD1<Agent>('agents', id)).toHaveLength(1)
})

test('more rows than one delivery holds arrive all', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: null })
  const facts = JSON.stringify({ text: 'x'.repeat(4_000) })
  await Promise.all(Array.from({ length: 700 }, (_, i) => ledger.redeem(attempt(key, `${i}`, { facts }))))
  await runDurableObjectAlarm(objectOf(id))
  expect(await inD1<Agent>('agents', id)).toHaveLength(700)
  expect(await inD1<EnrollmentKey>('keys', id)).toMatchObject([{ uses: 700 }])
})

test('between two batches of a delivery the event loop turns, so that what comes from outside is served', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: null })
  const facts = JSON.stringify({ text: 'x'.repeat(2_000) })
  await Promise.all(Array.from({ length: 700 }, (_, i) => ledger.redeem(attempt(key, `${i}`, { facts }))))
  let batches = 0
  let turnsBetween = 0
  const db = withBatch(async () => {
    const batch = ++batches
    setTimeout(() => {
      if (batches === batch) turnsBetween++
    }, 0)
    return []
  })
  await withOutbox(id, db, (outbox) => outbox.flush())
  expect(batches).toBeGreaterThan(2)
  expect(turnsBetween).toBeGreaterThanOrEqual(batches - 1)
})

test('a profile whose first delivery failed asks for an alarm, though its tables are a moment old', async () => {
  const id = nextLedger()
  const alarm = await runInDurableObject(objectOf(id), async (_, state) => {
    const ledger = new Ledger(state, { ...env, DB: DOWN })
    must(await ledger.create(NEW_PROFILE, id, CAUSE))
    return state.storage.getAlarm()
  })
  expect(alarm).not.toBeNull()
  await evictDurableObject(objectOf(id))
  expect(await runDurableObjectAlarm(objectOf(id))).toBe(true)
  expect(await inD1<Profile>('profiles', id)).toHaveLength(1)
})

test('a ledger whose clock was ahead delivers by the wall clock', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: null })
  await runInDurableObject(objectOf(id), async (_, state) => {
    state.storage.sql.exec('UPDATE profiles SET updated_at = ?', Date.now() + 86_400_000)
    await state.storage.deleteAlarm()
  })
  await evictDurableObject(objectOf(id))
  must(await ledger.redeem(attempt(key, 'a')))
  const alarm = await runInDurableObject(objectOf(id), (_, state) => state.storage.getAlarm())
  expect((alarm ?? 0) - Date.now()).toBeLessThan(10_000)
  expect(alarm).not.toBeNull()
})

test('a flush that rolls back loses no alarm: the next one asks for it', async () => {
  const { id } = await makeLedger()
  await withOutbox(id, env.DB, async (outbox, sql, storage) => {
    await storage.deleteAlarm()
    const alarms = new AlarmClock(storage)
    alarms.add(outbox)
    let isBroken = true
    const commits = new GroupCommit(storage, new SteadyClock(() => Date.now()), 'gathered', {
      joining: () => {
        if (isBroken) throw new Error('disk full')
      },
      committed: () => alarms.arm(),
    })
    const note = () =>
      commits.run(() => sql.exec("INSERT INTO outbox (at, kind, n) VALUES (0, 'profile', 1)"))
    await expect(note()).rejects.toThrow('disk full')
    expect(await storage.getAlarm()).toBeNull()
    isBroken = false
    await note()
    expect(await storage.getAlarm()).not.toBeNull()
  })
})

test('a delivery that breaks off for a reason of its own rejects no caller and stops nothing after it', async () => {
  const log = vi.spyOn(console, 'error').mockReturnValue()
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger)
  must(await ledger.redeem(attempt(key, 'a')))
  await withOutbox(id, env.DB, async (outbox, sql) => {
    const exec = vi.spyOn(sql, 'exec').mockImplementationOnce(() => {
      throw new Error('out of memory')
    })
    await outbox.flush()
    exec.mockRestore()
    expect(outbox.isEmpty).toBe(false)
    await outbox.flush()
    expect(outbox.isEmpty).toBe(true)
  })
  log.mockRestore()
})
