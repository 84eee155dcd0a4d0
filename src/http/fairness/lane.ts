/**
 * One client never starves another (docs/concepts.md#promises): requests that may take long share a few places, and wait
 * for one in the order of their arrival. What is short by nature never waits, and while it is under way nothing else begins.
 */
import { createTurns } from '../../core/kernel/turns.ts'

export type Lane = {
  /** Does the task when a place is free; null: too many wait already. Of those with a large body one is at work at a time. */
  run<T>(task: () => Promise<T>, body?: 'large'): Promise<T> | null
  /** Does a task that is short by nature at once. */
  runShort<T>(task: () => Promise<T>): Promise<T>
}

export type LanePorts = {
  readonly now: () => number
  readonly pause: (milliseconds: number) => Promise<void>
  /** Keeps the isolate at a request's work although its client went away, so that its place is given back. */
  readonly keepAlive: (work: Promise<unknown>) => void
}

/** A request that was cut off never ends: what has lasted longer counts as ended. */
const MAX_HELD_MILLISECONDS = 60_000
const MAX_SHORT_MILLISECONDS = 1_000
const KEY = 'requests'

export function createLane(
  bounds: { readonly places: number; readonly waiting: number },
  { now, pause, keepAlive }: LanePorts,
): Lane {
  /** When each short request that is under way began, by its number. */
  const short = new Map<number, number>()
  let last = 0
  function isShortUnderWay(): boolean {
    for (const [number, since] of short) if (since < now() - MAX_SHORT_MILLISECONDS) short.delete(number)
    return short.size > 0
  }
  const turns = createTurns(
    { places: bounds.places, maxMilliseconds: MAX_HELD_MILLISECONDS },
    { now, pause, yields: isShortUnderWay },
  )
  const large = createTurns({ places: 1, maxMilliseconds: MAX_HELD_MILLISECONDS }, { now, pause })
  return {
    run(task, body) {
      if (turns.waiting(KEY) + large.waiting(KEY) >= bounds.waiting) return null
      const inPlace = () => turns.take(KEY, task)
      // It rests as long as it took: what its reading kept from the thread comes first.
      const done = body === 'large' ? large.take(KEY, inPlace, (_, milliseconds) => milliseconds) : inPlace()
      keepAlive(done.catch(() => {}))
      return done
    },
    async runShort(task) {
      const number = ++last
      short.set(number, now())
      try {
        return await task()
      } finally {
        short.delete(number)
      }
    },
  }
}

/** For whatever has an isolate to itself. */
export const NO_LANE: Lane = { run: (task) => task(), runShort: (task) => task() }
