/** Whatever D1 does meanwhile, all that a ledger committed arrives there: whole, once, and what came in order stays so. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { Ledger } from '../../../src/stores/durable/ledger/ledger.ts'
import { CAUSE, must, NEW_PROFILE, nextLedger, ORGANIZATION } from '../../support/ledger.ts'
import { type Moment, send, sequence } from '../../support/ledger-steps.ts'
import { proofPlan } from '../../support/proof-plan.ts'

const { sequences, seed, ...options } = proofPlan(25)

/**
 * lost: D1 took it, and its answer did not come · half: it took the first tables · late: it takes it when newer things
 * have come before · flaky: it refuses some, for which each row is sent by itself
 */
const WEATHERS = ['fine', 'down', 'slow', 'lost', 'half', 'late', 'flaky'] as const
type Weather = (typeof WEATHERS)[number]

type Scene = {
  readonly moments: readonly Moment[]
  readonly weathers: readonly Weather[]
  /** After which moments the alarm rings, and how often at once. */
  readonly alarms: readonly number[]
}

const scene: fc.Arbitrary<Scene> = fc.record({
  moments: sequence,
  weathers: fc.array(fc.constantFrom<Weather>(...WEATHERS), { minLength: 10, maxLength: 10 }),
  alarms: fc.array(fc.constantFrom(0, 0, 1, 2), { minLength: 10, maxLength: 10 }),
})

afterEach(() => {
  vi.restoreAllMocks()
})

test(`${sequences} random sequences under a D1 in all weathers: everything arrives, once (seed ${seed})`, {
  timeout: 3_600_000,
}, async () => {
  vi.spyOn(console, 'error').mockReturnValue()
  await fc.assert(fc.asyncProperty(scene, arrive), {
    numRuns: sequences,
    seed,
    ...options,
  })
})

async function arrive({ moments, weathers, alarms }: Scene): Promise<void> {
  const id = nextLedger()
  const sky = openSky()
  await runInDurableObject(env.LEDGERS.getByName(String(id)), async (_, state) => {
    const troubled = { ...env, DB: sky.db }
    let ledger = new Ledger(state, troubled)
    for (const name of ['one', 'two']) must(await ledger.create({ ...NEW_PROFILE, name }, id, CAUSE))
    const { sql } = state.storage
    sql.exec('CREATE TABLE noted (seq INTEGER PRIMARY KEY, id TEXT NOT NULL)')
    sql.exec(`CREATE TRIGGER note AFTER INSERT ON outbox WHEN NEW.event IS NOT NULL
      BEGIN INSERT INTO noted VALUES (NEW.seq, NEW.event ->> '$.id'); END`)
    for (const [i, { isEvicted, steps }] of moments.entries()) {
      sky.set(weathers[i] ?? 'fine')
      if (isEvicted) ledger = new Ledger(state, troubled)
      await Promise.all(steps.map((step) => send(ledger, step)))
      await Promise.all(Array.from({ length: alarms[i] ?? 0 }, () => ledger.alarm()))
    }
    sky.set('fine')
    // After that many failures D1's turn may be later than the end of a hold; a restart has forgotten them.
    ledger = new Ledger(state, troubled)
    await ledger.alarm()
    await sky.clear()
    expect(sql.exec('SELECT * FROM outbox').toArray()).toEqual([])
    expect(sql.exec('SELECT * FROM outbox_dead').toArray()).toEqual([])
    const noted = sql.exec<{ id: string }>('SELECT id FROM noted ORDER BY seq').toArray()
    const arrived = await eventsIn(noted.map((one) => one.id))
    // Enrollments that D1 refused together are noted later than they were.
    const isOrdered = !weathers.slice(0, moments.length).includes('flaky')
    expect(isOrdered ? arrived : arrived.toSorted()).toEqual(
      isOrdered ? noted.map((one) => one.id) : noted.map((one) => one.id).toSorted(),
    )
    expect(await projected(id)).toEqual(await owned(ledger, sql))
  })
}

/** The ledger's own rows, as its readers get them. */
async function owned(ledger: Ledger, sql: SqlStorage) {
  const numbers = (table: string) => sql.exec<{ n: number }>(`SELECT n FROM ${table} ORDER BY n`).toArray()
  const keys = await Promise.all(numbers('keys').map(({ n }) => ledger.getKey(ORGANIZATION, n)))
  const agents = await Promise.all(numbers('agents').map(({ n }) => ledger.getAgent(ORGANIZATION, n)))
  const profiles = await Promise.all(numbers('profiles').map(({ n }) => ledger.getProfile(ORGANIZATION, n)))
  return {
    keys: keys.map(must),
    agents: agents.map(must),
    profiles: profiles.map((found) => found.ok && found.value),
  }
}

async function projected(ledger: number): Promise<Awaited<ReturnType<typeof owned>>> {
  const rows = async <T>(table: string, columns: string) =>
    (
      await env.DB.prepare(`SELECT ${columns} FROM ${table} WHERE ledger = ? ORDER BY n`)
        .bind(ledger)
        .all<T>()
    ).results
  const records = async (table: string) =>
    (await rows<{ record: string }>(table, 'record')).map(({ record }) => JSON.parse(record))
  const profiles = await rows<{ record: string; deleted_at: number | null }>('profiles', 'record, deleted_at')
  return {
    keys: await records('keys'),
    agents: await records('agents'),
    profiles: profiles.map(({ record, deleted_at }) => deleted_at === null && JSON.parse(record)),
  }
}

/** Which of these D1 has, in its order. */
async function eventsIn(ids: readonly string[]): Promise<string[]> {
  const { results } = await env.DB.prepare(
    'SELECT id FROM events WHERE id IN (SELECT value FROM json_each(?)) ORDER BY at, id',
  )
    .bind(JSON.stringify(ids))
    .all<{ id: string }>()
  return results.map(({ id }) => id)
}

/** The write by which an outbox finds out whether D1 takes any. */
const isProbe = (sql: string) => /\bdeployment\b/.test(sql)

/** D1 behind the weather. */
function openSky() {
  let weather: Weather = 'fine'
  let calls = 0
  const late: D1PreparedStatement[][] = []
  async function batch(statements: D1PreparedStatement[]): Promise<D1Result[]> {
    if (weather === 'slow') await scheduler.wait(2)
    if (weather === 'fine' || weather === 'slow') return env.DB.batch(statements)
    if (weather === 'flaky' && calls++ % 3 > 0) return env.DB.batch(statements)
    if (weather === 'lost') await env.DB.batch(statements)
    // D1's batches are transactions; one that is cut in two is more than it would ever do.
    if (weather === 'half') await env.DB.batch(statements.slice(0, Math.ceil(statements.length / 2)))
    if (weather === 'late') late.push(statements)
    throw new Error(`the weather is ${weather}`)
  }
  const isDown = () => weather !== 'fine' && weather !== 'slow' && weather !== 'flaky'
  const db = new Proxy(env.DB, {
    get(own, name) {
      if (name === 'batch') return batch
      const member = Reflect.get(own, name) as unknown
      if (typeof member !== 'function') return member
      return (...input: unknown[]) => {
        if (name === 'prepare' && isProbe(String(input[0])) && isDown()) throw new Error('no answer')
        return member.apply(own, input)
      }
    },
  })
  return {
    db,
    set(next: Weather) {
      weather = next
    },
    /** What was under way arrives after all, newest first. */
    async clear() {
      for (const statements of late.reverse()) await env.DB.batch(statements)
    },
  }
}
