/** Promise 5, the ledger's clock, and what its storage itself refuses. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Fault, Outcome } from '../../src/core/kernel/outcome.ts'
import { SteadyClock } from '../../src/core/kernel/time/steady-clock.ts'
import { GroupCommit, MAX_WAITING } from '../../src/stores/durable/object/group-commit.ts'
import {
  attempt,
  CAUSE,
  type Ledger,
  makeKey,
  makeLedger,
  must,
  NEW_PROFILE,
  nextLedger,
  ORGANIZATION,
  stubOf,
} from '../support/ledger.ts'

const newClock = () => new SteadyClock(() => Date.now())
const NO_HOOKS = { joining: () => {}, committed: () => {} }

function objectOf(ledger: number) {
  return env.LEDGERS.getByName(String(ledger))
}

/** Runs a body in an object of its own, with a table of one number. */
function inStorage<T>(body: (storage: DurableObjectStorage) => Promise<T>): Promise<T> {
  return runInDurableObject(objectOf(nextLedger()), (_, state) => {
    state.storage.sql.exec('CREATE TABLE things (n INTEGER PRIMARY KEY)')
    return body(state.storage)
  })
}

function thingsIn(storage: DurableObjectStorage): number[] {
  return storage.sql
    .exec<{ n: number }>('SELECT n FROM things ORDER BY n')
    .toArray()
    .map((row) => row.n)
}

describe.each(['at_once', 'gathered'] as const)('group commit, %s', (timing) => {
  test('a work that throws rejects only itself, and takes only its own writes back', async () => {
    await inStorage(async (storage) => {
      const commits = new GroupCommit(storage, newClock(), timing, NO_HOOKS)
      const insert = (n: number) => () => {
        storage.sql.exec('INSERT INTO things VALUES (?)', n)
        if (n === 2) throw new Error('the second one')
        return n
      }
      const settled = await Promise.allSettled([1, 2, 3].map((n) => commits.run(insert(n))))
      expect(settled.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(thingsIn(storage)).toEqual([1, 3])
    })
  })

  test('when the flush itself fails no caller gets a success, and nothing is written', async () => {
    await inStorage(async (storage) => {
      const commits = new GroupCommit(storage, newClock(), timing, {
        ...NO_HOOKS,
        joining: () => {
          throw new Error('the flush')
        },
      })
      const insert = (n: number) => () => storage.sql.exec('INSERT INTO things VALUES (?)', n)
      const settled = await Promise.allSettled([1, 2].map((n) => commits.run(insert(n))))
      expect(settled.map((one) => one.status)).toEqual(['rejected', 'rejected'])
      expect(thingsIn(storage)).toEqual([])
    })
  })

  test('work runs in the flush, never at enqueue, and all of one flush at one time', async () => {
    await inStorage(async (storage) => {
      const commits = new GroupCommit(storage, newClock(), timing, NO_HOOKS)
      let ran = 0
      const waiting = [1, 2, 3].map(() =>
        commits.run((now) => {
          ran++
          return now
        }),
      )
      expect(ran).toBe(0)
      expect(new Set(await Promise.all(waiting)).size).toBe(1)
      expect(ran).toBe(3)
    })
  })

  test('a flush that failed holds up none that follows', async () => {
    await inStorage(async (storage) => {
      let isBroken = true
      const commits = new GroupCommit(storage, newClock(), timing, {
        ...NO_HOOKS,
        joining: () => {
          if (isBroken) throw new Error('the flush')
        },
      })
      const insert = (n: number) => () => void storage.sql.exec('INSERT INTO things VALUES (?)', n)
      await expect(commits.run(insert(1))).rejects.toThrow('the flush')
      isBroken = false
      await commits.run(insert(2))
      await Promise.all([3, 4].map((n) => commits.run(insert(n))))
      expect(thingsIn(storage)).toEqual([2, 3, 4])
    })
  })

  test('what comes while a commit is under way goes together with the next one', async () => {
    await inStorage(async (storage) => {
      let flushes = 0
      const commits = new GroupCommit(storage, newClock(), timing, {
        ...NO_HOOKS,
        joining: () => void flushes++,
      })
      const insert = (n: number) => () => void storage.sql.exec('INSERT INTO things VALUES (?)', n)
      const first = commits.run(insert(0))
      const others = first.then(() => Promise.all([1, 2, 3].map((n) => commits.run(insert(n)))))
      await others
      expect(flushes).toBe(2)
      expect(thingsIn(storage)).toEqual([0, 1, 2, 3])
    })
  })
})

test('a commit that fails after its answer, while no request waits, leaves no rejection without a listener', async () => {
  const unhandled = vi.fn((event: PromiseRejectionEvent) => event.preventDefault())
  addEventListener('unhandledrejection', unhandled)
  onTestFinished(() => removeEventListener('unhandledrejection', unhandled))
  await inStorage(async (storage) => {
    const commits = new GroupCommit(storage, newClock(), 'at_once', NO_HOOKS)
    const insert = (n: number) => () => void storage.sql.exec('INSERT INTO things VALUES (?)', n)
    // Vitest's own mock would listen to what it returns.
    storage.sync = () => Promise.reject(new Error('disk full'))
    await commits.run(insert(1))
    Reflect.deleteProperty(storage, 'sync')
    await scheduler.wait(0)
    await commits.run(insert(2))
    expect(thingsIn(storage)).toEqual([1, 2])
  })
  expect(unhandled).not.toHaveBeenCalled()
})

test(`at most ${MAX_WAITING} wait; a ledger that has more says so instead of queueing`, async () => {
  const { ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: null })
  const sent = Array.from({ length: MAX_WAITING + 500 }, (_, i) => ledger.redeem(attempt(key, `${i}`)))
  const answers = await Promise.all(sent)
  const busy = answers.filter((answer) => !answer.ok && answer.fault.kind === 'busy')
  const enrolled = answers.filter((answer) => answer.ok && answer.value.kind === 'new')
  expect(busy.length + enrolled.length).toBe(sent.length)
  expect(must(await ledger.getKey(ORGANIZATION, key)).uses).toBe(enrolled.length)
})

test('after an eviction counts, claims, switches and refresh families are what they were', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 2 })
  const first = must(await ledger.redeem(attempt(key, 'a')))
  await evictDurableObject(objectOf(id))
  expect(must(await ledger.redeem(attempt(key, 'a')))).toEqual({ ...first, kind: 'repeat' })
  expect(must(await ledger.redeem(attempt(key, 'b'))).kind).toBe('new')
  await evictDurableObject(objectOf(id))
  expect(must(await ledger.redeem(attempt(key, 'c')))).toMatchObject({ reason: 'key_spent' })
  must(await ledger.changeProfile(ORGANIZATION, 1, { isEnabled: false }, CAUSE))
  await evictDurableObject(objectOf(id))
  expect(must(await ledger.redeem(attempt(key, 'a')))).toMatchObject({ reason: 'profile_disabled' })
})

test('after an eviction the ledger’s time starts where it was: an expired key stays expired', async () => {
  const { id, ledger } = await makeLedger()
  const expiresAt = Date.now() + 3_600_000
  const key = await makeKey(ledger, { expiresAt, lifetimeSeconds: undefined })
  await runInDurableObject(objectOf(id), async (object) => {
    const clock = vi.spyOn(Date, 'now').mockReturnValue(expiresAt)
    expect(must(await object.redeem(attempt(key, 'a')))).toMatchObject({ reason: 'key_expired' })
    clock.mockRestore()
  })
  await evictDurableObject(objectOf(id))
  expect(must(await ledger.redeem(attempt(key, 'a')))).toMatchObject({ reason: 'key_expired' })
})

test.each<[string, (ledger: Ledger) => Promise<Outcome<unknown, Fault>>]>([
  ['an agent left', (ledger) => ledger.leave(ORGANIZATION, 1, CAUSE)],
  ['an agent was revoked', (ledger) => ledger.revokeAgent(ORGANIZATION, 1, 'keep', CAUSE)],
  ['a profile without keys was deleted', (ledger) => ledger.deleteProfile(ORGANIZATION, 2, CAUSE)],
])('after an eviction the ledger’s time starts where it was when %s', async (_, end) => {
  const { id, ledger } = await makeLedger()
  must(await ledger.create(NEW_PROFILE, id, CAUSE))
  const key = await makeKey(ledger)
  must(await ledger.redeem(attempt(key, 'a')))
  const later = Date.now() + 3_600_000
  const clock = vi.spyOn(Date, 'now').mockReturnValue(later)
  must(await end(ledger))
  clock.mockRestore()
  await evictDurableObject(objectOf(id))
  const next = must(await ledger.getKey(ORGANIZATION, await makeKey(ledger)))
  expect(next.createdAt).toBeGreaterThanOrEqual(later)
})

test('the storage itself refuses to count a use beyond the limit, loudly', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger, { maxUses: 1 })
  must(await ledger.redeem(attempt(key, 'a')))
  await runInDurableObject(objectOf(id), (_, state) => {
    const overuse = () => state.storage.sql.exec('UPDATE keys SET uses = uses + 1 WHERE n = ?', key)
    expect(overuse).toThrow(/key use limit exceeded/)
    const secondAgent = () =>
      state.storage.sql.exec(
        `INSERT INTO agents (n, key, profile, use_number, uuid, claim_hash, enrolled_at, seen_at, body, facts,
           enrollment)
         VALUES (99, ?, 1, 2, 'x', 'a', 0, 0, '{}', '{}', '{}')`,
        key,
      )
    expect(secondAgent).toThrow(/UNIQUE/)
  })
})

test('a stray id makes no table', async () => {
  const stray = nextLedger()
  await stubOf(stray).getProfile(ORGANIZATION, 1)
  const tables = await runInDurableObject(objectOf(stray), (_, state) =>
    state.storage.sql
      .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray(),
  )
  expect(tables).toEqual([])
})

test('a heartbeat shows at once, and is written at most once a minute', async () => {
  const { id, ledger } = await makeLedger()
  const key = await makeKey(ledger)
  must(await ledger.redeem(attempt(key, 'a')))
  const versionOf = () =>
    runInDurableObject(objectOf(id), (_, state) =>
      Number(state.storage.sql.exec('SELECT version FROM agents').one().version),
    )
  const before = await versionOf()
  must(await ledger.heartbeat(1))
  must(await ledger.heartbeat(1))
  expect(await versionOf()).toBe(before)
  await runInDurableObject(objectOf(id), (_, state) => {
    state.storage.sql.exec('UPDATE agents SET seen_at = seen_at - 60000')
  })
  const seenAt = async () => must(await ledger.getAgent(ORGANIZATION, 1)).seenAt
  const answered = must(await ledger.heartbeat(1)).seenAt
  expect(await seenAt()).toBe(answered)
  const beats = await Promise.all([ledger.heartbeat(1), ledger.heartbeat(1), ledger.heartbeat(1)])
  for (const beat of beats) expect(must(beat).seenAt).toBeGreaterThanOrEqual(answered)
  await vi.waitFor(async () => expect(await versionOf()).toBe(before + 1), { timeout: 30_000 })
  expect(await ledger.heartbeat(2)).toMatchObject({ ok: false, fault: { kind: 'not_found' } })
})

describe('a refresh family', () => {
  async function enrolled() {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger)
    must(await ledger.redeem(attempt(key, 'a')))
    const refresh = async (generation: number, family = 1) =>
      must(await ledger.refresh({ agent: 1, family, generation, ringVersion: 1, request: CAUSE.request }))
    return { ledger, key, refresh }
  }

  test('each generation answers the next', async () => {
    const { refresh } = await enrolled()
    expect(await refresh(1)).toMatchObject({ family: 1, generation: 2 })
    expect(await refresh(2)).toMatchObject({ family: 1, generation: 3 })
  })

  test('a lost reply locks no agent out: the same generation again answers the same next one', async () => {
    const { refresh } = await enrolled()
    expect(await refresh(1)).toMatchObject({ generation: 2 })
    expect(await refresh(1)).toMatchObject({ generation: 2 })
    expect(await refresh(2)).toMatchObject({ generation: 3 })
  })

  test('a hundred at once with one generation all get the same next one', async () => {
    const { refresh } = await enrolled()
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(1)))
    expect(new Set(answers.map((answer) => answer?.generation))).toEqual(new Set([2]))
  })

  test('an older generation is a replay: the family ends, and only the claim begins another', async () => {
    const { ledger, key, refresh } = await enrolled()
    await refresh(1)
    await refresh(2)
    expect(await refresh(1)).toBeNull()
    expect(await refresh(3)).toBeNull()
    const again = must(await ledger.redeem(attempt(key, 'a')))
    expect(again).toMatchObject({ kind: 'repeat', family: 2, generation: 1 })
    expect(await refresh(3)).toBeNull()
    expect(await refresh(1, 2)).toMatchObject({ family: 2, generation: 2 })
  })

  test('a generation that was never issued, another family and an unknown agent get nothing', async () => {
    const { ledger, refresh } = await enrolled()
    expect(await refresh(1, 2)).toBeNull()
    expect(await refresh(7)).toBeNull()
    expect(
      must(
        await ledger.refresh({ agent: 9, family: 1, generation: 1, ringVersion: 1, request: CAUSE.request }),
      ),
    ).toBeNull()
  })

  test('ends when its agent is revoked or leaves', async () => {
    const revoked = await enrolled()
    must(await revoked.ledger.revokeAgent(ORGANIZATION, 1, 'keep', CAUSE))
    expect(await revoked.refresh(1)).toBeNull()
    const left = await enrolled()
    must(await left.ledger.leave(ORGANIZATION, 1, CAUSE))
    expect(await left.refresh(1)).toBeNull()
  })
})
