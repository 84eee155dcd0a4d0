import { BoundedMap } from '../bounded-map.ts'

/**
 * One client never starves another (docs/concepts.md#promises): what is ready on a thread runs before the event loop looks
 * for what comes from outside, and sixteen commits in a row keep another client's request waiting for all of them. Short
 * work of one key that comes all at once therefore begins at instants of its own, as far apart as it lasts.
 */
export type Pace = { next(key: string): Instant }

/** Of one piece of work. */
export type Instant = {
  /** Milliseconds until then; 0: now. */
  readonly wait: number
  /** Reports that the work begins; what it returns, that it has ended. */
  begin(): () => void
}

const MIN_MILLISECONDS = 0.5
const MAX_MILLISECONDS = 20
/** What the last work says of how long the next one lasts. */
const WEIGHT = 0.1
/** Farther ahead is none: the clock went back, or there is so much that its order no longer helps. */
const MAX_AHEAD_MILLISECONDS = 1_000
const MAX_KEYS = 1_000

type Course = { nextAt: number; meanMilliseconds: number }

export function createPace(now: () => number): Pace {
  const courses = new BoundedMap<string, Course>(MAX_KEYS)

  function courseOf(key: string): Course {
    const known = courses.get(key)
    if (known) return known
    const course = { nextAt: 0, meanMilliseconds: MIN_MILLISECONDS }
    courses.set(key, course)
    return course
  }

  function learn(course: Course, passed: number): void {
    const milliseconds = Math.min(MAX_MILLISECONDS, Math.max(MIN_MILLISECONDS, passed))
    course.meanMilliseconds += WEIGHT * (milliseconds - course.meanMilliseconds)
  }

  return {
    next(key) {
      const course = courseOf(key)
      const at = now()
      const ahead = Math.max(0, course.nextAt - at)
      const wait = ahead <= MAX_AHEAD_MILLISECONDS ? ahead : 0
      course.nextAt = at + wait + course.meanMilliseconds
      return {
        wait,
        begin() {
          const begun = now()
          return () => learn(course, now() - begun)
        },
      }
    },
  }
}
