/**
 * What a key may ask of a redemption beyond its count and its end: docs/concepts.md#held-uses and #guardrails. A key without
 * any of it pays for none of it.
 */

import type { IdentityRule } from '../../identity/rule.ts'

/** Whether a use may, or must, be held before an agent is made of it. */
export type HoldOption = 'off' | 'allowed' | 'required'

/** A person, or a program, decides on each new claim. */
export type Approval = {
  /** How long a claim waits before its hold lapses. */
  readonly expiresSeconds: number
  /** Claims that may wait at a time. */
  readonly maxPending: number
  /** Who may decide: a signed-in user only, or any operator who has the permission. */
  readonly by: 'user' | 'automation'
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** A part of each named day, by the clock of a place. One that ends before it begins ends on the next day. */
export type Window = {
  readonly days: readonly Weekday[]
  /** `08:00`; the window has this minute, and does not have that of `to`. */
  readonly from: string
  readonly to: string
  /** An IANA time zone. */
  readonly timeZone: string
}

/** The most agents that a key makes in any minute or hour; null: no limit. */
export type RateLimits = {
  readonly perMinute: number | null
  readonly perHour: number | null
  /** From one IPv4 address or IPv6 /64. */
  readonly perNetworkPerHour: number | null
}

/** What pauses a key by itself. */
export type PauseOn = {
  /** Networks that were refused new claims within a minute; null: they pause nothing. */
  readonly refusedNetworksPerMinute: number | null
  /** Claims that were denied within an hour. */
  readonly deniedPerHour: number | null
  /** null: until an operator resumes it. */
  readonly resumeAfterSeconds: number | null
}

export type KeyRules = {
  readonly hold: HoldOption
  readonly approval: Approval | null
  /** Unix milliseconds; null: from the beginning. */
  readonly notBefore: number | null
  /** Open in any of them; none: always. */
  readonly windows: readonly Window[]
  readonly limits: RateLimits
  readonly pauseOn: PauseOn
  /** It redeems nothing and reports who tries. */
  readonly isDecoy: boolean
  /** It lets in only machines of its slots; with no slot none. */
  readonly isExpectedOnly: boolean
  /** Whom it lets in; none: who has its code. */
  readonly identity: readonly IdentityRule[]
}

const NO_LIMITS_OF_KEY: RateLimits = { perMinute: null, perHour: null, perNetworkPerHour: null }

/** Of a key whose maker said nothing. */
export const NO_RULES: KeyRules = {
  hold: 'off',
  approval: null,
  notBefore: null,
  windows: [],
  limits: NO_LIMITS_OF_KEY,
  pauseOn: { refusedNetworksPerMinute: null, deniedPerHour: null, resumeAfterSeconds: null },
  isDecoy: false,
  isExpectedOnly: false,
  identity: [],
}

/** Members that are absent stay as they are; null: it has no rules then. */
export function mergeRules(before: KeyRules | null, change: Partial<KeyRules>): KeyRules | null {
  const rules = { ...NO_RULES, ...before, ...change }
  return JSON.stringify(rules) === JSON.stringify(NO_RULES) ? null : rules
}

export const MAX_HOLD_SECONDS = 3_600
export const DEFAULT_HOLD_SECONDS = 600
export const MAX_WINDOWS = 10
/** Open holds of a key at a time, whatever its limit. */
const MAX_HOLDS = 1_000
export const DEFAULT_MAX_PENDING = 20
export const MAX_PENDING = 100
export const MAX_PENDING_OF_NETWORK = 5
/** Claims of a key that stay denied; the oldest is forgotten first. */
export const MAX_DENIALS = 1_000

/** Open holds that one network may have of a key, where addresses are known. */
export function maxHoldsOfNetwork(maxUses: number | null): number {
  return Math.max(1, Math.floor(Math.min(maxUses ?? MAX_HOLDS, MAX_HOLDS) / 4))
}

/** Open holds that a key may have at a time. */
export function maxHolds(maxUses: number | null): number {
  return Math.min(maxUses ?? MAX_HOLDS, MAX_HOLDS)
}

/** Whether that instant is in any of the windows. */
export function isWithin(windows: readonly Window[], now: number): boolean {
  return windows.length === 0 || windows.some((window) => isIn(window, now))
}

function isIn({ days, from, to, timeZone }: Window, now: number): boolean {
  const { day, minute } = placeOf(now, timeZone)
  const [start, end] = [minutesOf(from), minutesOf(to)]
  if (start < end) return days.includes(day) && start <= minute && minute < end
  // It wraps: its second part is of the day on which it began.
  return (days.includes(day) && minute >= start) || (days.includes(dayBefore(day)) && minute < end)
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

function dayBefore(day: Weekday): Weekday {
  return WEEKDAYS[(WEEKDAYS.indexOf(day) + 6) % 7] ?? day
}

function placeOf(now: number, timeZone: string): { readonly day: Weekday; readonly minute: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return {
    day: part('weekday').toLowerCase() as Weekday,
    minute: Number(part('hour')) * 60 + Number(part('minute')),
  }
}

/** Whether the runtime knows that zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name })
    return true
  } catch {
    return false
  }
}
