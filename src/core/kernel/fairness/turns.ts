/**
 * One client never starves another (docs/concepts.md#promises). An isolate has one thread, and whatever is ready on it runs
 * before the event loop looks for what comes from outside: sixteen lists of 20 ms each keep an enrollment waiting for 320 ms.
 * Work that may take long therefore takes turns: in the order of arrival, a few at a time, and after each beginning the
 * event loop turns once before the next one.
 */
export type Turns = {
  /**
   * Does the work when its turn among those of the same key comes. It may give its place back for as long as it waits for
   * something from outside.
   * @param restAfter for how many milliseconds its key then rests; `milliseconds`: how long the work took, as far as the
   * clock of the platform shows it
   */
  take<T>(
    key: string,
    work: (outside: Outside) => Promise<T>,
    restAfter?: (done: T, milliseconds: number) => number,
  ): Promise<T>
  /** How many of the key wait. */
  waiting(key: string): number
}

/** Waits without a place; resolves when there is one again. */
export type Outside = <T>(wait: () => Promise<T>) => Promise<T>

export type TurnBounds = {
  /** How many of one key may be at work at once. */
  readonly places: number
  /** Work of a request that was cut off never ends: what has lasted longer counts as ended. */
  readonly maxMilliseconds: number
}

export type TurnPorts = {
  readonly now: () => number
  /** Lets the event loop turn. */
  readonly pause: (milliseconds: number) => Promise<unknown>
  /** Whether something is under way that goes first. It holds a turn off for no longer than two turns last. */
  readonly yields?: () => boolean
  /** Whether a rest is of use to others; otherwise the next turn comes without one. Absent: always. */
  readonly rests?: () => boolean
}

/** What was cut off while it waited no longer looks whether it is its turn: then those behind it go first. */
const MAX_UNSEEN_MILLISECONDS = 2_000
const MAX_PAUSE_MILLISECONDS = 250
/** What the last turn says of the next one's duration. */
const WEIGHT = 0.1
/** Of keys that are remembered while they have no turn. */
const MAX_IDLE_KEYS = 1_000

type Queue = {
  /** When each place was taken, and when each that waits last looked, by its number. */
  readonly taken: Map<number, number>
  readonly waiting: Map<number, number>
  /** The newest number. */
  last: number
  /** How many turns have begun, and when the last one did. */
  begun: number
  begunAt: number
  /** When the last turn ended, and for how long the queue then rests. */
  endedAt: number
  restMilliseconds: number
  /** How long a turn and its rest last on average. */
  meanMilliseconds: number
  /** How long after one turn the next one begins on average, while some wait. */
  spacingMilliseconds: number
}

export function createTurns(
  { places, maxMilliseconds }: TurnBounds,
  { now, pause, yields = () => false, rests = () => true }: TurnPorts,
): Turns {
  const queues = new Map<string, Queue>()

  function queueOf(key: string): Queue {
    const known = queues.get(key)
    if (known) return known
    if (queues.size >= MAX_IDLE_KEYS) {
      for (const [name, queue] of queues) if (isIdle(queue)) queues.delete(name)
    }
    const queue = {
      taken: new Map(),
      waiting: new Map(),
      last: 0,
      begun: 0,
      begunAt: 0,
      endedAt: 0,
      restMilliseconds: 0,
      meanMilliseconds: 1,
      spacingMilliseconds: 1,
    }
    queues.set(key, queue)
    return queue
  }

  function forgetCutOff(queue: Queue): void {
    const takenBefore = now() - maxMilliseconds
    for (const [number, since] of queue.taken) if (since < takenBefore) queue.taken.delete(number)
    const seenBefore = now() - MAX_UNSEEN_MILLISECONDS
    for (const [number, seen] of queue.waiting) if (seen < seenBefore) queue.waiting.delete(number)
  }

  function isIdle(queue: Queue): boolean {
    forgetCutOff(queue)
    return queue.taken.size === 0 && queue.waiting.size === 0 && restOf(queue) <= 0
  }

  function isHeldOff({ begunAt, meanMilliseconds }: Queue): boolean {
    return yields() && rest(begunAt, Math.min(2 * meanMilliseconds, MAX_PAUSE_MILLISECONDS)) > 0
  }

  function restOf({ endedAt, restMilliseconds }: Queue): number {
    return rests() ? rest(endedAt, restMilliseconds) : 0
  }

  /** What is left of `milliseconds`; nothing when the clock went back. */
  function rest(since: number, milliseconds: number): number {
    const passed = now() - since
    return passed < 0 ? 0 : milliseconds - passed
  }

  function isTurnOf(queue: Queue, number: number): boolean {
    forgetCutOff(queue)
    if (restOf(queue) > 0 || isHeldOff(queue)) return false
    let free = places - queue.taken.size
    for (const first of queue.waiting.keys()) {
      if (free-- <= 0) return false
      if (first === number) return true
    }
    // It was forgotten although it is there: it has waited longest.
    return free > 0
  }

  /** How long to wait before the next look: the further behind, the longer. */
  function pauseOf(queue: Queue, number: number): number {
    const [first = number] = queue.waiting.keys()
    const { spacingMilliseconds } = queue
    if (first !== number) return atMostPause(Math.max(1, ((number - first) * spacingMilliseconds) / 2))
    if (restOf(queue) > 0) return atMostPause(restOf(queue))
    const isBlocked = queue.taken.size >= places || isHeldOff(queue)
    return isBlocked ? atMostPause(Math.max(1, spacingMilliseconds / 4)) : 0
  }

  /**
   * Each looks for itself, by timers of its own: workerd ends a request that waits for nothing but another one as hung, and
   * one that another one wakes goes on as a part of that, whose end ends it, too.
   * What has begun during the pause may be ready to go on, and goes on first.
   */
  async function waitForTurn(queue: Queue, number: number): Promise<void> {
    queue.waiting.set(number, now())
    for (let hasTurn = false; !hasTurn; ) {
      const { begun } = queue
      await pause(pauseOf(queue, number))
      if (queue.waiting.has(number)) queue.waiting.set(number, now())
      hasTurn = queue.begun === begun && isTurnOf(queue, number)
    }
    queue.waiting.delete(number)
    // Whatever the clock did meanwhile.
    const passed = Math.min(Math.max(0, now() - queue.begunAt), MAX_UNSEEN_MILLISECONDS)
    queue.spacingMilliseconds += WEIGHT * (passed - queue.spacingMilliseconds)
  }

  async function takePlace(queue: Queue): Promise<Place> {
    const number = ++queue.last
    if (!isIdle(queue) || isHeldOff(queue)) await waitForTurn(queue, number)
    const since = now()
    queue.begun += 1
    queue.begunAt = since
    queue.taken.set(number, since)
    return { number, since }
  }

  /** @param worked milliseconds in all places that the work has had */
  function givePlace(queue: Queue, { number }: Place, worked: number, restMilliseconds: number): void {
    Object.assign(queue, { endedAt: now(), restMilliseconds })
    queue.meanMilliseconds += WEIGHT * (worked + restMilliseconds - queue.meanMilliseconds)
    queue.taken.delete(number)
  }

  return {
    async take(key, work, restAfter = () => 0) {
      const queue = queueOf(key)
      let place = await takePlace(queue)
      let workedBefore = 0
      const worked = () => workedBefore + now() - place.since
      const outside: Outside = async (wait) => {
        workedBefore = worked()
        givePlace(queue, place, workedBefore, 0)
        try {
          return await wait()
        } finally {
          place = await takePlace(queue)
        }
      }
      let restMilliseconds = 0
      try {
        const done = await work(outside)
        restMilliseconds = restAfter(done, worked())
        return done
      } finally {
        givePlace(queue, place, worked(), restMilliseconds)
      }
    },
    waiting: (key) => queues.get(key)?.waiting.size ?? 0,
  }
}

type Place = { readonly number: number; readonly since: number }

function atMostPause(milliseconds: number): number {
  return Math.min(MAX_PAUSE_MILLISECONDS, milliseconds)
}

/** For whatever has an isolate to itself. */
export const NO_TURNS: Turns = { take: (_, work) => work((wait) => wait()), waiting: () => 0 }
