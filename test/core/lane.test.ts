import { expect, test } from 'vitest'
import { createLane } from '../../src/http/fairness/lane.ts'

function lane(places: number, waiting: number) {
  let now = 0
  const kept: Promise<unknown>[] = []
  const pause = async (milliseconds: number) => {
    // Timers of seconds are those of bodies that never arrive.
    if (milliseconds > 1_000) return new Promise<void>(() => {})
    await new Promise((resolve) => setImmediate(resolve))
  }
  const made = createLane(
    { places, waiting },
    {
      now: () => now,
      pause,
      within: async (milliseconds, work) => Promise.race([work, pause(milliseconds).then(() => null)]),
      keepAlive: (work) => void kept.push(work),
    },
  )
  return { lane: made, kept, pass: (milliseconds: number) => (now += milliseconds) }
}

/** Work that ends when it is let go. */
function held() {
  const { promise, resolve } = Promise.withResolvers<string>()
  let hasBegun = false
  const task = () => {
    hasBegun = true
    return promise
  }
  return { task, end: () => resolve('done'), hasBegun: () => hasBegun }
}

/** Until all that can go on has gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

test('tasks beyond the places wait, and begin in the order of their arrival', async () => {
  const { lane: lane2 } = lane(2, 10)
  const tasks = [held(), held(), held(), held()]
  const results = tasks.map(({ task }) => lane2.run(task))
  await settled()
  expect(tasks.map(({ hasBegun }) => hasBegun())).toEqual([true, true, false, false])
  tasks[1]?.end()
  await settled()
  expect(tasks.map(({ hasBegun }) => hasBegun())).toEqual([true, true, true, false])
  for (const { end } of tasks) end()
  expect(await Promise.all(results)).toEqual(['done', 'done', 'done', 'done'])
})

test('a task that fails gives its place back and fails for its own caller alone', async () => {
  const { lane: lane1 } = lane(1, 10)
  const failed = lane1.run(() => Promise.reject(new Error('broken')))
  const next = lane1.run(async () => 'next')
  await expect(failed).rejects.toThrow('broken')
  expect(await next).toBe('next')
})

test('of heavy tasks one is at work at a time, and the next begins when that has rested', async () => {
  const { lane: lane4, pass } = lane(4, 10)
  const large = [held(), held()]
  const small = held()
  const results = [...large.map(({ task }) => lane4.run(task, 'heavy')), lane4.run(small.task)]
  await settled()
  expect([...large, small].map(({ hasBegun }) => hasBegun())).toEqual([true, false, true])
  pass(40)
  large[0]?.end()
  await settled()
  expect(large[1]?.hasBegun()).toBe(false)
  pass(40)
  await settled()
  expect(large[1]?.hasBegun()).toBe(true)
  for (const { end } of [...large, small]) end()
  expect(await Promise.all(results)).toEqual(['done', 'done', 'done'])
})

test('when too many wait, a further task is turned away', async () => {
  const { lane: lane1 } = lane(1, 1)
  const first = held()
  const results = [lane1.run(first.task), lane1.run(async () => 'second')]
  expect(lane1.run(async () => 'third')).toBeNull()
  first.end()
  expect(await Promise.all(results)).toEqual(['done', 'second'])
})

test('every task keeps the isolate alive until its place is given back, also one that fails', async () => {
  const { lane: lane1, kept } = lane(1, 10)
  const failed = lane1.run(() => Promise.reject(new Error('broken')))
  await expect(failed).rejects.toThrow('broken')
  expect(kept).toHaveLength(1)
  await expect(Promise.all(kept)).resolves.toEqual([undefined])
})

test('a place that was never given back is free again after a minute', async () => {
  const { lane: lane1, pass } = lane(1, 10)
  void lane1.run(held().task)
  const waiting = lane1.run(async () => 'waited')
  pass(60_001)
  const next = lane1.run(async () => 'next')
  expect(await Promise.all([waiting, next])).toEqual(['waited', 'next'])
})

test('one that waits and was cut off lets those behind it go first', async () => {
  let now = 0
  let isCut = false
  const paused: (() => void)[] = []
  const lane1 = createLane(
    { places: 1, waiting: 10 },
    {
      now: () => now,
      pause: () =>
        isCut
          ? new Promise((resolve) => setImmediate(resolve))
          : new Promise((resolve) => paused.push(resolve)),
      within: (_, work) => work,
      keepAlive: () => {},
    },
  )
  const first = held()
  const results = [lane1.run(first.task)]
  void lane1.run(async () => 'never looks again')
  isCut = true
  results.push(lane1.run(async () => 'behind'))
  first.end()
  await settled()
  now = 2_001
  expect(await Promise.all(results)).toEqual(['done', 'behind'])
})

test('a short task is remembered for a second', async () => {
  const { lane: lane1, pass } = lane(1, 10)
  await lane1.run(async () => 'long')
  expect(lane1.hadShortLately()).toBe(false)
  await lane1.runShort(async () => 'short')
  pass(999)
  expect(lane1.hadShortLately()).toBe(true)
  pass(1)
  expect(lane1.hadShortLately()).toBe(false)
})

test('while a short task is under way no other begins, and a short one never waits', async () => {
  const { lane: lane2 } = lane(2, 10)
  const [short, first, second] = [held(), held(), held()]
  const results = [lane2.run(first.task), lane2.runShort(short.task), lane2.run(second.task)]
  await settled()
  expect([short, first, second].map(({ hasBegun }) => hasBegun())).toEqual([true, true, false])
  short.end()
  await settled()
  expect(second.hasBegun()).toBe(true)
  for (const { end } of [first, second]) end()
  expect(await Promise.all(results)).toEqual(['done', 'done', 'done'])
})

test('a short task that was cut off holds nothing off any more after a second', async () => {
  const { lane: lane1, pass } = lane(1, 10)
  void lane1.runShort(held().task)
  pass(1_001)
  expect(await lane1.run(async () => 'done')).toBe('done')
})

test('a task that waits for what its client still sends holds no place, and has one again when that has arrived', async () => {
  const { lane: lane1, pass } = lane(1, 10)
  const arriving = held()
  const others = held()
  let hasGoneOn = false
  const slow = lane1.run(async (arrival) => {
    const body = await arrival(arriving.task)
    hasGoneOn = true
    return body
  })
  await settled()
  const other = lane1.run(others.task)
  pass(5)
  await settled()
  expect([others.hasBegun(), hasGoneOn]).toEqual([true, false])
  arriving.end()
  await settled()
  expect(hasGoneOn).toBe(false)
  others.end()
  expect(await Promise.all([slow, other])).toEqual(['done', 'done'])
})

test('a short task holds nothing off while its client still sends', async () => {
  const { lane: lane1 } = lane(1, 10)
  const arriving = held()
  const short = lane1.runShort((arrival) => arrival(arriving.task))
  expect(await lane1.run(async () => 'done')).toBe('done')
  arriving.end()
  expect(await short).toBe('done')
})

test('clients that ask again too soon go on one after another, and a single one at once', async () => {
  const { lane: lane1, pass } = lane(1, 10)
  await lane1.slowDown()
  let gone = 0
  const slowed = Array.from({ length: 3 }, () => lane1.slowDown().then(() => gone++))
  await settled()
  expect(gone).toBe(0)
  for (let expected = 1; expected <= 3; expected++) {
    pass(2)
    await settled()
    expect(gone).toBe(expected)
  }
  await Promise.all(slowed)
})
