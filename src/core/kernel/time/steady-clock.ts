/**
 * An object's own time: the wall clock's, but for a wall clock that steps back. Time then goes on from the last instant that
 * the object has seen, so that it neither runs backwards nor stands still. From then on it is ahead of the wall clock, and
 * runs one part in a hundred slower than that until both agree again: an hour is gone in four days.
 *
 * All of this is one number, the instant of the wall clock at which both agree. It outlives the object.
 */
const PARTS = 100

export class SteadyClock {
  readonly #wallNow: () => number
  #agreesAt: number
  #last: number

  /**
   * Times are Unix milliseconds.
   * @param lastSeen the last instant that the object has written down; 0: none
   * @param agreesAt what an earlier clock of the object had; 0: it was not ahead
   */
  constructor(wallNow: () => number, lastSeen = 0, agreesAt = 0) {
    this.#wallNow = wallNow
    this.#last = lastSeen
    this.#agreesAt = agreesAt
    this.now()
  }

  /** When it agrees with the wall clock (again), by that. */
  get agreesAt(): number {
    return this.#agreesAt
  }

  /** Never earlier than before. */
  now(): number {
    const wall = this.#wallNow()
    const now = wall + aheadAt(this.#agreesAt, wall)
    if (now < this.#last) this.#agreesAt = wall + (this.#last - wall) * PARTS
    else this.#last = now
    return this.#last
  }

  /** By how many milliseconds it is ahead of the wall clock. */
  ahead(): number {
    return this.now() - this.#wallNow()
  }

  /** What the wall clock shows at that instant of this clock: what alarms are set by. */
  wallOf(at: number): number {
    return at >= this.#agreesAt ? at : Math.ceil((at * PARTS - this.#agreesAt) / (PARTS - 1))
  }
}

/** How far a clock that agrees with the wall clock at one instant is ahead of it at another; milliseconds. */
export function aheadAt(agreesAt: number, wall: number): number {
  return Math.max(0, Math.ceil((agreesAt - wall) / PARTS))
}

/** A clock that is further ahead than this is remembered and reported. */
export const NOTABLY_AHEAD_MILLISECONDS = 60_000

/** Whether a clock is that much further ahead than what is known of it. */
export function isNotablyAhead(agreesAt: number, known: number, wall: number): boolean {
  return aheadAt(agreesAt, Math.max(known, wall)) > NOTABLY_AHEAD_MILLISECONDS
}
