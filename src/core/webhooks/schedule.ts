/** When a message is attempted again, and when its receiver is given up. Pure. */
import type { DisabledReason, ReceiverState } from './port.ts'

const MINUTE_SECONDS = 60
const HOUR_SECONDS = 3_600

/** After each attempt that failed, the wait until the next one. */
const WAITS_SECONDS = [
  5,
  5 * MINUTE_SECONDS,
  30 * MINUTE_SECONDS,
  2 * HOUR_SECONDS,
  5 * HOUR_SECONDS,
  10 * HOUR_SECONDS,
  14 * HOUR_SECONDS,
  20 * HOUR_SECONDS,
  24 * HOUR_SECONDS,
] as const

export const MAX_ATTEMPTS = WAITS_SECONDS.length + 1
/** Waits are longer by up to this part of themselves, so that what failed together does not come back together. */
const JITTER = 0.1
/** No wait is longer: what is due later was put off by a clock that has stepped back since. */
export const MAX_WAIT_MILLISECONDS = 24 * HOUR_SECONDS * 1_000 * (1 + JITTER)

/** As long as a message is retried. */
const MAX_FAILING_MILLISECONDS = WAITS_SECONDS.reduce((sum, seconds) => sum + seconds, 0) * 1_000
/** After as many failures in a row only one message is tried at a time, and less and less often. */
const PROBED_FROM = 8
const FIRST_HOLD_MILLISECONDS = 1_000
const MAX_HOLD_MILLISECONDS = 5 * MINUTE_SECONDS * 1_000
const MESSAGES_AT_ONCE = 32

/**
 * When the next attempt is due; null: that was the last.
 * @param attempts that were made
 * @param random from 0 to 1
 */
export function nextAttemptAt(attempts: number, now: number, random: number): number | null {
  const seconds = WAITS_SECONDS[attempts - 1]
  return seconds === undefined ? null : now + Math.round(seconds * 1_000 * (1 + JITTER * random))
}

/** How many messages of a receiver are taken at once. */
export function messagesAtOnce({ failures }: Pick<ReceiverState, 'failures'>): number {
  return failures >= PROBED_FROM ? 1 : MESSAGES_AT_ONCE
}

export function isHeld({ heldUntil }: Pick<ReceiverState, 'heldUntil'>, now: number): boolean {
  return now < heldUntil && heldUntil - now <= MAX_HOLD_MILLISECONDS
}

/** @param results of attempts, in the order in which they ended */
export function stateAfter(state: ReceiverState, results: readonly boolean[], now: number): ReceiverState {
  const lastSuccess = results.lastIndexOf(true)
  const failed = results.length - 1 - lastSuccess
  const before = lastSuccess < 0 ? state.failures : 0
  // What failed together counts as no more than makes it probed: the first wait is short, whatever was under way.
  const failures = before + Math.min(failed, Math.max(1, PROBED_FROM - before))
  const failingSince = failures === 0 ? null : lastSuccess < 0 ? (state.failingSince ?? now) : now
  const isProbed = failures >= PROBED_FROM
  const hold = Math.min(MAX_HOLD_MILLISECONDS, FIRST_HOLD_MILLISECONDS * 2 ** (failures - PROBED_FROM))
  return { failures, failingSince, heldUntil: isProbed ? now + hold : 0 }
}

/** Why a receiver is given up; null: it is not. */
export function reasonToDisable(
  { failures, failingSince }: ReceiverState,
  isGone: boolean,
  now: number,
): DisabledReason | null {
  if (isGone) return 'gone'
  const isFailingForLong = failingSince !== null && now - failingSince >= MAX_FAILING_MILLISECONDS
  return failures >= MAX_ATTEMPTS && isFailingForLong ? 'failing' : null
}
