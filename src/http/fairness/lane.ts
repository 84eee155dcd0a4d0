/**
 * One client never starves another (docs/concepts.md#promises): requests that may take long share a few places, and wait
 * for one in the order of their arrival. What is short by nature never waits, and while it is under way nothing else begins.
 */
import { createTurns, type Outside } from '../../core/kernel/fairness/turns.ts'

export type Lane = {
  /** Does the task when a place is free; null: too many wait already. Of the heavy ones one is at work at a time. */
  run<T>(task: (arrival: Arrival) => Promise<T>, weight?: 'heavy'): Promise<T> | null
  /** Does a task that is short by nature at once. */
  runShort<T>(task: (arrival: Arrival) => Promise<T>): Promise<T>
  /** Resolves at once, but for clients that ask again and again although they were asked to wait: those take turns. */
  slowDown(): Promise<void>
  /** Whether a short task began lately: then long work leaves it time. */
  hadShortLately(): boolean
}

/** Waits for what a client is still sending: a slow one holds no place. null: it was not there in time. */
export type Arrival = <T>(wait: () => Promise<T>) => Promise<T | null>

export type LanePorts = {
  readonly now: () => number
  readonly pause: (milliseconds: number) => Promise<void>
  /** The work's result; null: it takes longer. */
  readonly within: <T>(milliseconds: number, work: Promise<T>) => Promise<T | null>
  /** Keeps the isolate at a request's work although its client went away, so that its place is given back. */
  readonly keepAlive: (work: Promise<unknown>) => void
}

/** A request that was cut off never ends: what has lasted longer counts as ended. */
const MAX_HELD_MILLISECONDS = 60_000
const MAX_SHORT_MILLISECONDS = 1_000
const LATELY_MILLISECONDS = 1_000
const KEY = 'requests'

export const MAX_ARRIVAL_SECONDS = 10
/** What has not arrived after this is waited for without a place. Most bodies come with their head. */
const SOON_MILLISECONDS = 5
/** Heavy requests whose bodies are in memory, or on their way. */
const MAX_HEAVY = 16
const MAX_REST_MILLISECONDS = 250
/** After each answer to a client that asks again too soon. */
const SLOW_DOWN_MILLISECONDS = 2

export function createLane(
  bounds: { readonly places: number; readonly waiting: number },
  { now, pause, within, keepAlive }: LanePorts,
): Lane {
  /** When each short request that is under way began, by its number. */
  const short = new Map<number, number>()
  let last = 0
  let shortAt = Number.NEGATIVE_INFINITY
  function isShortUnderWay(): boolean {
    for (const [number, since] of short) if (since < now() - MAX_SHORT_MILLISECONDS) short.delete(number)
    return short.size > 0
  }
  const queueOf = (places: number, yields?: () => boolean) =>
    createTurns({ places, maxMilliseconds: MAX_HELD_MILLISECONDS }, { now, pause, ...(yields && { yields }) })
  const turns = queueOf(bounds.places, isShortUnderWay)
  const heavy = queueOf(1)
  const heavyInMemory = queueOf(MAX_HEAVY)
  const hasty = queueOf(1)

  const arriving =
    (outside: Outside): Arrival =>
    async <T>(wait: () => Promise<T>) => {
      const arrived = wait()
      const soon = await within(SOON_MILLISECONDS, arrived)
      return soon ?? outside(() => within(MAX_ARRIVAL_SECONDS * 1_000, arrived))
    }

  /** After it none begins for as long as it took: what it kept from the thread comes first. */
  function runHeavy<T>(task: (arrival: Arrival) => Promise<T>): Promise<T> {
    const work = (outsideHeavy: Outside) =>
      turns.take(KEY, (outside) => task(arriving((wait) => outside(() => outsideHeavy(wait)))))
    return heavyInMemory.take(KEY, () => heavy.take(KEY, work, restAfter))
  }

  return {
    run(task, weight) {
      const waiting = [turns, heavy, heavyInMemory].reduce((sum, queue) => sum + queue.waiting(KEY), 0)
      if (waiting >= bounds.waiting) return null
      const done = weight === 'heavy' ? runHeavy(task) : turns.take(KEY, (outside) => task(arriving(outside)))
      keepAlive(done.catch(() => {}))
      return done
    },
    async runShort(task) {
      let number = ++last
      shortAt = now()
      short.set(number, shortAt)
      try {
        return await task(async (wait) => {
          short.delete(number)
          try {
            return await wait()
          } finally {
            number = ++last
            short.set(number, now())
          }
        })
      } finally {
        short.delete(number)
      }
    },
    async slowDown() {
      if (hasty.waiting(KEY) >= bounds.waiting) return
      await hasty.take(
        KEY,
        async () => {},
        () => SLOW_DOWN_MILLISECONDS,
      )
    },
    hadShortLately: () => Math.abs(now() - shortAt) < LATELY_MILLISECONDS,
  }
}

const inPlace: Arrival = (wait) => wait()

function restAfter(_: unknown, milliseconds: number): number {
  return Math.min(MAX_REST_MILLISECONDS, milliseconds)
}

/** For whatever has an isolate to itself. */
export const NO_LANE: Lane = {
  run: (task) => task(inPlace),
  runShort: (task) => task(inPlace),
  slowDown: async () => {},
  hadShortLately: () => false,
}
