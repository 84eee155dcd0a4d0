/**
 * What an isolate counts in its memory, and forgets with it: on Cloudflare that is one of many isolates, in an embedded
 * runtime the only one since the start.
 */

/** Upper bounds of the buckets of request durations, in seconds. */
export const DURATION_BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const

export type AuthFailure = 'credential_missing' | 'credential_invalid'

export type Durations = {
  /** Requests of each bucket, the last one without a bound; not cumulative. */
  readonly buckets: readonly number[]
  readonly sumSeconds: number
}

/** What is measured where an isolate cannot see time pass, or sees few of the requests. */
export type Metering = 'all' | 'without durations'

export type Meter = {
  /** An operator's credential was refused. */
  authFailed(dialect: string, reason: AuthFailure): void
  answered(milliseconds: number): void
  read(): {
    readonly authFailures: readonly {
      readonly dialect: string
      readonly reason: AuthFailure
      readonly n: number
    }[]
    /** null: they are not measured here. */
    readonly durations: Durations | null
  }
}

export function createMeter(metering: Metering): Meter {
  const failures = new Map<string, { dialect: string; reason: AuthFailure; n: number }>()
  const buckets: number[] = Array(DURATION_BOUNDS.length + 1).fill(0)
  let sumMilliseconds = 0
  return {
    authFailed(dialect, reason) {
      const name = `${dialect} ${reason}`
      const known = failures.get(name)
      if (known) known.n++
      else failures.set(name, { dialect, reason, n: 1 })
    },
    answered(milliseconds) {
      const at = DURATION_BOUNDS.findIndex((bound) => milliseconds <= bound * 1_000)
      const bucket = at < 0 ? DURATION_BOUNDS.length : at
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
      sumMilliseconds += milliseconds
    },
    read: () => ({
      authFailures: [...failures.values()].map((one) => ({ ...one })),
      durations: metering === 'all' ? { buckets: [...buckets], sumSeconds: sumMilliseconds / 1_000 } : null,
    }),
  }
}
