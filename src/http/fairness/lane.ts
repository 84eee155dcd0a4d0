/**
 * One client never starves another (docs/concepts.md#promises). An isolate has one thread, and whatever is ready on it runs
 * before what comes next: sixteen lists of 20 ms each keep an enrollment waiting for 320 ms. Requests that may take long therefore
 * share a few places, and wait for one in the order of their arrival; what is short by nature never waits.
 */
export type Lane = {
  /** Does the task when a place is free; null: too many wait already. */
  run<T>(task: () => Promise<T>): Promise<T> | null
}

export type LanePorts = {
  readonly now: () => number
  readonly pause: (milliseconds: number) => Promise<void>
  /** Keeps the isolate at a request's work although its client went away, so that its place is given back. */
  readonly keepAlive: (work: Promise<unknown>) => void
}

/** A request that was cut off all the same never gives its place back: one that is kept for longer counts as free. */
const MAX_HELD_MILLISECONDS = 60_000
/** Nor does it look any more whether it is its turn: then those behind it go first. */
const MAX_UNSEEN_MILLISECONDS = 2_000
const MAX_PAUSE_MILLISECONDS = 250
/** Of the mean duration, each new one counts so much. */
const WEIGHT = 0.1

export function createLane(
  bounds: { readonly places: number; readonly waiting: number },
  { now, pause, keepAlive }: LanePorts,
): Lane {
  /** When each place was taken, and when each that waits last looked, by its number. */
  const taken = new Map<number, number>()
  const waiting = new Map<number, number>()
  let last = 0
  let meanMilliseconds = 1

  function freePlaces(): number {
    forgetBefore(taken, now() - MAX_HELD_MILLISECONDS)
    return bounds.places - taken.size
  }

  function isTurnOf(number: number): boolean {
    forgetBefore(waiting, now() - MAX_UNSEEN_MILLISECONDS)
    let free = freePlaces()
    for (const first of waiting.keys()) {
      if (free-- <= 0) return false
      if (first === number) return true
    }
    // It was forgotten although it is there: it has waited longest.
    return free > 0
  }

  /**
   * Each looks for itself, by timers of its own: workerd ends a request that waits for nothing but another one as hung. The
   * further behind, the later it looks again.
   */
  async function waitForTurn(number: number): Promise<void> {
    waiting.set(number, now())
    while (!isTurnOf(number)) {
      const [first = number] = waiting.keys()
      const expected = ((number - first + 1) * meanMilliseconds) / bounds.places
      await pause(Math.max(1, Math.min(MAX_PAUSE_MILLISECONDS, expected / 2)))
      if (waiting.has(number)) waiting.set(number, now())
    }
    waiting.delete(number)
  }

  async function occupy<T>(number: number, task: () => Promise<T>): Promise<T> {
    const since = now()
    taken.set(number, since)
    try {
      return await task()
    } finally {
      meanMilliseconds += WEIGHT * (now() - since - meanMilliseconds)
      taken.delete(number)
    }
  }

  async function wait<T>(number: number, task: () => Promise<T>): Promise<T> {
    await waitForTurn(number)
    return occupy(number, task)
  }

  return {
    run(task) {
      last += 1
      const isFree = waiting.size === 0 && freePlaces() > 0
      if (!isFree && waiting.size >= bounds.waiting) return null
      const done = isFree ? occupy(last, task) : wait(last, task)
      keepAlive(done.catch(() => {}))
      return done
    },
  }
}

/** For whatever has an isolate to itself. */
export const NO_LANE: Lane = { run: (task) => task() }

function forgetBefore(times: Map<number, number>, before: number): void {
  for (const [number, time] of times) if (time < before) times.delete(number)
}
