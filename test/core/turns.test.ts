import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTurns } from '../../src/http/fairness/turns.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Work that lasts 10 ms, and what ran when. */
function probe() {
  const turns = createTurns()
  const begun: [string, number][] = []
  const start = Date.now()
  let running = 0
  let most = 0
  const take = (key: string, name: string, pause = 0) =>
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
      () => pause,
    )
  return { turns, take, begun, most: () => most }
}

test('one at a time, in the order in which they came, with a pause after each', async () => {
  const { take, begun, most } = probe()
  const all = Promise.all([take('a', '1', 5), take('a', '2', 5), take('a', '3', 5)])
  await vi.advanceTimersByTimeAsync(100)
  expect(await all).toEqual(['1', '2', '3'])
  expect(begun).toEqual([
    ['1', 0],
    ['2', 15],
    ['3', 30],
  ])
  expect(most()).toBe(1)
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
  const failed = turns.take(
    'a',
    () => Promise.reject(new Error('broken')),
    () => 0,
  )
  const next = take('a', '1')
  await expect(failed).rejects.toThrow('broken')
  await vi.advanceTimersByTimeAsync(20)
  expect([await next, begun.length]).toEqual(['1', 1])
})

test('one whose request was broken off does not stop the others, which still go one at a time', async () => {
  const { turns, take, begun, most } = probe()
  void turns.take(
    'a',
    () => new Promise(() => {}),
    () => 0,
  )
  const all = Promise.all(Array.from({ length: 300 }, (_, n) => take('a', String(n))))
  await vi.advanceTimersByTimeAsync(1_999)
  expect(begun).toEqual([])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await all).toHaveLength(300)
  expect(begun.map(([name]) => Number(name))).toEqual(Array.from({ length: 300 }, (_, n) => n))
  expect(most()).toBe(1)
})
