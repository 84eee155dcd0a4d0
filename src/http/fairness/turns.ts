/**
 * Who reads much takes turns: one slice at a time for each key, and a pause after it, so that many long lists at once hold
 * the thread no more than one does.
 */

/** A turn whose request was broken off never ends: while nothing moves, the next one waits no longer than this. */
const STUCK_MILLISECONDS = 2_000
/** Of keys that are remembered while they have no turn. */
const MAX_IDLE_KEYS = 1_000

export type Turns = {
  /** Does the work when its turn comes. @param pauseAfter for how many milliseconds the next turn then waits */
  take<T>(key: string, work: () => Promise<T>, pauseAfter: (done: T) => number): Promise<T>
}

type Queue = {
  tail: Promise<void>
  /** Turns that wait, or are taken. */
  length: number
  /** Counts beginnings and ends. */
  moves: number
  freeAt: number
}

export function createTurns(now: () => number = () => Date.now()): Turns {
  const queues = new Map<string, Queue>()

  function queueOf(key: string): Queue {
    const known = queues.get(key)
    if (known) return known
    if (queues.size >= MAX_IDLE_KEYS) {
      for (const [name, { length, freeAt }] of queues) {
        if (length === 0 && freeAt <= now()) queues.delete(name)
      }
    }
    const queue = { tail: Promise.resolve(), length: 0, moves: 0, freeAt: 0 }
    queues.set(key, queue)
    return queue
  }

  return {
    async take(key, work, pauseAfter) {
      const queue = queueOf(key)
      const before = queue.tail
      const { promise, resolve } = Promise.withResolvers<void>()
      queue.tail = promise
      queue.length += 1
      try {
        if (queue.length > 1) await turnOf(queue, before)
        queue.moves += 1
        const pause = queue.freeAt - now()
        if (pause > 0) await new Promise((done) => setTimeout(done, pause))
        const done = await work()
        queue.freeAt = now() + pauseAfter(done)
        return done
      } finally {
        queue.moves += 1
        queue.length -= 1
        resolve()
      }
    },
  }
}

/** Resolves when the turn before has ended, or when nothing in the queue has moved for a while. */
async function turnOf(queue: Queue, before: Promise<void>): Promise<void> {
  for (let seen = -1; seen !== queue.moves; ) {
    seen = queue.moves
    const timer = Promise.withResolvers<boolean>()
    const timeout = setTimeout(() => timer.resolve(false), STUCK_MILLISECONDS)
    const isOver = await Promise.race([before.then(() => true), timer.promise])
    clearTimeout(timeout)
    if (isOver) return
  }
}
