import type { EnrollmentKey } from '../enrollment/ledger/key.ts'
import type { AuditEvent } from '../events/event.ts'

/** What the frame around each page says. */
export type Standing = {
  readonly organization: string
  /** null: no person. */
  readonly fullName: string | null
  /** Uses that are held. */
  readonly waiting: number
  /** Whether it has key pairs, or things that registered with one. */
  readonly hasDevices: boolean
}

/** What happened in an hour. */
export type Hour = {
  /** Unix milliseconds. */
  readonly at: number
  /** Agents that enrolled. */
  readonly made: number
  /** Reason → how many refusals were recorded: of those of one key, reason and network, one a minute. */
  readonly refused: Readonly<Record<string, number>>
}

export type Activity = {
  readonly hours: readonly Hour[]
  /** Up to when events are counted; Unix milliseconds. null: all are. */
  readonly countedTo: number | null
}

/** Keys that can be used are counted up to here: an organization may have hundreds of thousands. */
export const MAX_COUNTED_KEYS = 10_000

export type OverviewFacts = {
  readonly agents: number
  /** At most `MAX_COUNTED_KEYS`. */
  readonly usableKeys: number
  readonly hasKeys: boolean
  /** Of those that were paused last; they may go on by now. */
  readonly pausedLately: readonly EnrollmentKey[]
  /** Usable ones that expire soon; some of them. */
  readonly expiring: readonly EnrollmentKey[]
  /** By which the last agents enrolled. */
  readonly usedLately: readonly EnrollmentKey[]
  /** Since when something waits for D1; null: nothing does. */
  readonly stuckSince: number | null
}

/** Each is one round trip to D1. */
export type OverviewStore = {
  standing(organization: number, user: number | null): Promise<Standing>
  /** Newest first. */
  latest(organization: number, limit: number): Promise<readonly AuditEvent[]>
  /**
   * All of an overview, but for the parts that are not asked for. It reads a bounded number of rows.
   * @param parts `since`: the first hour; of its events a bounded number is counted, and the next call goes on from there
   */
  page(
    organization: number,
    user: number | null,
    now: number,
    parts: {
      readonly keys: { readonly expiresBefore: number } | null
      readonly events: { readonly since: number; readonly latest: number } | null
    },
  ): Promise<{
    readonly standing: Standing
    readonly facts: OverviewFacts | null
    readonly activity: Activity | null
    readonly latest: readonly AuditEvent[] | null
  }>
}
