/** The bystander's waits in figures, and whether they keep the promise. Pure. */
import { percentile } from '../../bench/report/statistics.ts'
import type { Waits } from './bystander.ts'

export type Figures = {
  readonly enrollments: number
  readonly medianMs: number
  readonly p95Ms: number
  readonly longestMs: number
  readonly errors: number
  readonly unanswered: number
}

export const MOST_P95_RATIO = 5
export const LONGEST_WAIT_MS = 2_000
export const MOST_RESIDENT_BYTES = 512 * 1_024 * 1_024

/** A shorter idle p95 counts as this: below it the ratio would show how the kernel schedules, not what the server does. */
export const LEAST_IDLE_P95_MS = 10

/** By what factors times may be longer than is promised: on a machine that other work shares, a CPU is waited for. */
export type Leniency = {
  readonly slack: number
  /** By what factor the server's work lasted longer because others had the CPUs, beside the load and without it. */
  readonly stretch: number
  readonly idleStretch: number
}
export const STRICT: Leniency = { slack: 1, stretch: 1, idleStretch: 1 }

export function figuresOf({ milliseconds, errors, unanswered }: Waits): Figures {
  return {
    enrollments: milliseconds.length,
    medianMs: percentile(milliseconds, 0.5),
    p95Ms: percentile(milliseconds, 0.95),
    longestMs: milliseconds.at(-1) ?? Number.NaN,
    errors: errors.length,
    unanswered,
  }
}

/**
 * What breaks the promise, in words; empty when it is kept.
 * @param peakBytes null when the server's process ended
 * @param leniency by how much times may be longer
 */
export function breaches(
  loaded: Figures,
  idle: Figures,
  peakBytes: number | null,
  { slack, stretch, idleStretch }: Leniency = STRICT,
): readonly string[] {
  const { p95Ms, longestMs, errors, unanswered } = loaded
  const idleP95 = Math.max(idle.p95Ms * Math.max(1, stretch / idleStretch), LEAST_IDLE_P95_MS * stretch)
  const mostP95 = slack * MOST_P95_RATIO * idleP95
  const longestWait = slack * LONGEST_WAIT_MS * stretch
  return [
    ...(p95Ms > mostP95 ? [`p95 ${Math.round(p95Ms)} ms, more than ${Math.round(mostP95)}`] : []),
    ...(longestMs > longestWait ? [`the longest wait ${(longestMs / 1_000).toFixed(1)} s`] : []),
    ...(errors > 0 ? [`${errors} errors`] : []),
    ...(unanswered > 0 ? [`${unanswered} without an answer`] : []),
    ...(peakBytes === null ? ['the server ended'] : []),
    ...((peakBytes ?? 0) > MOST_RESIDENT_BYTES ? [`${mebibytes(peakBytes ?? 0)} MiB of memory`] : []),
  ]
}

export function mebibytes(bytes: number): number {
  return Math.round(bytes / (1_024 * 1_024))
}
