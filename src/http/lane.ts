/**
 * Promise 8: one client never starves another. An isolate has one thread, and whatever is ready on it runs before what comes
 * next: sixteen lists of 20 ms each keep an enrollment waiting for 320 ms. Requests that may take long therefore share a few
 * places, and wait for one in the order of their arrival; what is short by nature never waits.
 */
export type Lane = {
  /** Does the task when a place is free; null: too many wait already. */
  run<T>(task: () => Promise<T>): Promise<T> | null
}

/** A request that was cut off gives its place back late, or never: one that is kept for longer counts as free. */
const MAX_HELD_MILLISECONDS = 60_000

type Place = { readonly takenAt: number }

/**
 * @param keepAlive keeps the isolate at a request's work although its client went away: a place that is never given back is
 * one less for everybody else
 */
export function createLane(
  bounds: { readonly places: number; readonly waiting: number },
  now: () => number,
  keepAlive: (work: Promise<unknown>) => void,
): Lane {
  const taken = new Set<Place>()
  const waiting: ((place: Place) => void)[] = []

  function take(): Place {
    const place = { takenAt: now() }
    taken.add(place)
    return place
  }

  function admit(): void {
    while (waiting.length > 0 && taken.size < bounds.places) waiting.shift()?.(take())
  }

  function leave(place: Place): void {
    taken.delete(place)
    admit()
  }

  function reclaim(): void {
    for (const place of taken) if (now() - place.takenAt > MAX_HELD_MILLISECONDS) taken.delete(place)
    admit()
  }

  async function work<T>(place: Place | Promise<Place>, task: () => Promise<T>): Promise<T> {
    const mine = await place
    try {
      return await task()
    } finally {
      leave(mine)
    }
  }

  function occupy<T>(place: Place | Promise<Place>, task: () => Promise<T>): Promise<T> {
    const done = work(place, task)
    keepAlive(done.catch(() => {}))
    return done
  }

  return {
    run(task) {
      if (taken.size >= bounds.places) reclaim()
      if (taken.size < bounds.places && waiting.length === 0) return occupy(take(), task)
      if (waiting.length >= bounds.waiting) return null
      return occupy(new Promise<Place>((resolve) => waiting.push(resolve)), task)
    },
  }
}

/** For whatever has an isolate to itself. */
export const NO_LANE: Lane = { run: (task) => task() }
