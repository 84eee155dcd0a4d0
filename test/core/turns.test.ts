import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTurns, type TurnPorts } from '../../src/core/kernel/fairness/turns.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Work that lasts 10 ms, and what began when. */
function probe(places = 1, ports: Pick<TurnPorts, 'yields' | 'rests'> = {}) {
  const turns = createTurns(
    { places, maxMilliseconds: 2_000 },
    {
      now: () => Date.now(),
      // A turn of the event loop lasts a millisecond.
      pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, Math.max(1, milliseconds))),
      ...ports,
    },
  )
  const begun: [string, number][] = []
  const start = Date.now()
  let running = 0
  let most = 0
  const take = (key: string, name: string, rest = 0) =>
    turns.take(
      key,
      async () => {
        begun.push([name, Date.now() - start])
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setTimeout(resolve, 10))
        running -= 1
        return name
      },
      () => rest,
    )
  return { turns, take, begun, most: () => most }
}

test('one at a time, in the order in which they came, with a rest after each', async () => {
  const { take, begun, most } = probe()
  const all = Promise.all([take('a', '1', 50), take('a', '2', 50), take('a', '3', 50)])
  await vi.advanceTimersByTimeAsync(500)
  expect(await all).toEqual(['1', '2', '3'])
  expect(begun.map(([name]) => name)).toEqual(['1', '2', '3'])
  const times = begun.map(([, at]) => at)
  expect(times[0]).toBe(0)
  expect(times[1]).toBeGreaterThanOrEqual(60)
  expect(times[2]).toBeGreaterThanOrEqual(120)
  expect(times[2]).toBeLessThan(200)
  expect(most()).toBe(1)
})

test('without others that a rest is of use to, the next one begins after a turn of the event loop', async () => {
  let areOthersThere = false
  const { take, begun } = probe(1, { rests: () => areOthersThere })
  const all = Promise.all([take('a', '1', 50), take('a', '2', 50), take('a', '3', 50)])
  await vi.advanceTimersByTimeAsync(15)
  expect(begun.map(([name]) => name)).toEqual(['1', '2'])
  areOthersThere = true
  await vi.advanceTimersByTimeAsync(40)
  expect(begun).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(200)
  expect(await all).toEqual(['1', '2', '3'])
})

test('work that finds places free still begins one at a time, each after a turn of the event loop', async () => {
  const { take, begun, most } = probe(4)
  const all = Promise.all(['1', '2', '3', '4', '5'].map((name) => take('a', name)))
  await vi.advanceTimersByTimeAsync(0)
  expect(begun).toEqual([['1', 0]])
  await vi.advanceTimersByTimeAsync(200)
  await all
  const times = begun.map(([, at]) => at)
  expect(new Set(times).size).toBe(5)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(most()).toBeGreaterThan(1)
  expect(most()).toBeLessThanOrEqual(4)
})

test('nothing begins while something goes first, but for no longer than two turns', async () => {
  let isUnderWay = false
  const { take, begun } = probe(1, { yields: () => isUnderWay })
  // What a turn lasts is learnt.
  for (let n = 0; n < 100; n++) {
    void take('a', 'before')
    await vi.advanceTimersByTimeAsync(20)
  }
  isUnderWay = true
  begun.length = 0
  const since = Date.now()
  const starts: number[] = []
  const held = Promise.all(
    [1, 2, 3].map((n) => take('a', String(n)).then(() => starts.push(Date.now() - since))),
  )
  await vi.advanceTimersByTimeAsync(500)
  await held
  const times = begun.map(([, at]) => at)
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(18)
  expect((times[2] ?? 0) - (times[0] ?? 0)).toBeLessThan(100)
})

test('another key does not wait', async () => {
  const { take, begun } = probe()
  void take('a', '1')
  void take('b', '2')
  await vi.advanceTimersByTimeAsync(1)
  expect(begun.map(([name]) => name)).toEqual(['1', '2'])
})

test('one that fails ends its turn', async () => {
  const { turns, take, begun } = probe()
  const failed = turns.take('a', () => Promise.reject(new Error('broken')))
  const next = take('a', '1')
  await expect(failed).rejects.toThrow('broken')
  await vi.advanceTimersByTimeAsync(20)
  expect([await next, begun.length]).toEqual(['1', 1])
})

test('one whose request was cut off does not stop the others, which still go one at a time', async () => {
  const { turns, take, begun, most } = probe()
  void turns.take('a', () => new Promise(() => {}))
  const all = Promise.all(Array.from({ length: 300 }, (_, n) => take('a', String(n))))
  await vi.advanceTimersByTimeAsync(1_999)
  expect(begun).toEqual([])
  await vi.advanceTimersByTimeAsync(20_000)
  expect(await all).toHaveLength(300)
  expect(begun.map(([name]) => Number(name))).toEqual(Array.from({ length: 300 }, (_, n) => n))
  expect(most()).toBe(1)
})
