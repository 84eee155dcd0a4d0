/**
 * Promise 8 for sign-ins: deriving a hash of a password takes 30 ms of CPU or more, so that an isolate derives ten a second
 * at most, and on a busy machine no more than take a quarter of its time, for all callers. Enrollment, API keys and sessions
 * derive none, and never wait for this.
 *
 * A request waits for its turn, in the order in which they came, behind fifty others at most. So a client that guesses over
 * a few connections holds as many places and no more, and a user who signs in meanwhile gets the next one. Where clients'
 * addresses are known, a network holds ten of the places. Where they are not, more than fifty connections at once can keep
 * others from signing in with a password, and from nothing else.
 *
 * What is decided here depends on the e-mail address as it was typed, and never on whether a user has it.
 */
import { BoundedMap } from '../../kernel/bounded-map.ts'

const MIN_SPACING_MILLISECONDS = 100
/** A try takes one of this many parts. */
const SHARE = 4
/** What seems to take longer was not at work all the while. */
const MAX_TRY_MILLISECONDS = 250
/** What the last one says of the next. */
const WEIGHT = 0.3
/** Until it is known: on a busy machine the first ones take about as long. */
const ASSUMED_TRY_MILLISECONDS = 100
/** After a pause, as many are computed at once. */
const BURST = 2
const MAX_WAITING = 50
/** Of a turn that was given, however long each try takes. */
const MAX_DELAY_MILLISECONDS = MAX_WAITING * SHARE * MAX_TRY_MILLISECONDS
/** Of one network, or one organization. */
const MAX_WAITING_OF_ONE = 10

/** Five wrong passwords in a row lock an account for 15 minutes (docs/dialects/illumio.md#passwords). */
export const LOCK_AFTER = 5
export const LOCK_MILLISECONDS = 15 * 60_000

/** More than ten tries a second make in 15 minutes: none is forgotten too early. */
const MAX_NAMES = 10_000

export type PasswordGuard = {
  /**
   * Waits for the turn to derive one hash, and returns null; or the seconds to wait before another try.
   * @param from who share a bound: a network, an organization; null: it is not known
   */
  turn(from: string | null): Promise<number | null>
  /** How long a try took, the write that counts it included; on Cloudflare the clock stands still while it is derived. */
  took(milliseconds: number): void
  /** Whether five tries in a row at that folded address failed here, whether a user has it or not. */
  isLocked(email: string): boolean
  /** Counts a try before the password is looked at. false: it is locked. */
  beginTry(email: string): boolean
  /** A password was right, or was replaced: the count begins again. */
  endTries(email: string): void
}

/** @param wait resolves after the given milliseconds */
export function createPasswordGuard(
  now: () => number,
  wait: (milliseconds: number) => Promise<unknown>,
): PasswordGuard {
  /** When the next hash would be due if all were evenly spaced. */
  let next = 0
  let tryMilliseconds = ASSUMED_TRY_MILLISECONDS
  let waiting: { readonly from: string | null; readonly due: number }[] = []
  const tries = new BoundedMap<string, { readonly count: number; readonly until: number }>(MAX_NAMES)

  function countOf(email: string): number {
    const known = tries.get(email)
    return known && now() < known.until ? known.count : 0
  }

  return {
    async turn(from) {
      const at = now()
      const spacing = Math.max(MIN_SPACING_MILLISECONDS, SHARE * tryMilliseconds)
      // By the clock, and not when it is done waiting: who hangs up does not come back to say so.
      waiting = waiting.filter((one) => one.due > at)
      // Later than any turn that was given: the clock went back.
      if (waiting.some((one) => one.due > at + MAX_DELAY_MILLISECONDS)) waiting = []
      if (waiting.length === 0) next = Math.min(next, at + BURST * spacing)
      const due = Math.max(at, next - (BURST - 1) * spacing)
      const ofOne = from === null ? [] : waiting.filter((one) => one.from === from)
      if (waiting.length >= MAX_WAITING || ofOne.length >= MAX_WAITING_OF_ONE) {
        return Math.max(1, Math.ceil((due - at) / 1_000))
      }
      next = Math.max(next, at) + spacing
      if (due === at) return null
      waiting.push({ from, due })
      await wait(due - at)
      return null
    },
    took(milliseconds) {
      const last = Math.min(Math.max(milliseconds, 0), MAX_TRY_MILLISECONDS)
      tryMilliseconds += WEIGHT * (last - tryMilliseconds)
    },
    isLocked: (email) => countOf(email) >= LOCK_AFTER,
    beginTry(email) {
      const count = countOf(email)
      if (count >= LOCK_AFTER) return false
      tries.set(email, { count: count + 1, until: now() + LOCK_MILLISECONDS })
      return true
    },
    endTries(email) {
      tries.delete(email)
    },
  }
}

/** For `LATCHKEY_RATE_LIMITS=off`. */
export const NO_PASSWORD_GUARD: PasswordGuard = {
  turn: async () => null,
  took: () => {},
  isLocked: () => false,
  beginTry: () => true,
  endTries: () => {},
}
