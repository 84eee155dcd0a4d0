/**
 * The live feed of an organization: what D1 got last, held in memory and nowhere else. It is told after the commit, and may
 * forget everything at any time; its readers do without it then.
 */
import type { AuditEvent } from '../events/event.ts'

/** Of an event, what tells that there is something new: no names, no addresses. */
export type Summary = Pick<AuditEvent, 'id' | 'at' | 'type' | 'isSuccess'>

/** @property boot which memory it is: another one knows nothing of what was before */
export type FeedPlace = { readonly boot: string; readonly seq: number }

export type FeedNews = FeedPlace & { readonly events: readonly Summary[] }

export type Feed = {
  /** Best effort: never throws, and nothing waits for it. */
  push(organization: number, events: readonly Summary[]): Promise<void>
  /** What came after the place; of another boot all that is remembered. null: the feed cannot be asked. */
  since(organization: number, place: FeedPlace | null): Promise<FeedNews | null>
}

export const MAX_SUMMARIES = 200

/** As summaries: what of them travels, and how many at a time. */
export function summariesOf(events: readonly AuditEvent[]): readonly Summary[] {
  return events.slice(-MAX_SUMMARIES).map(({ id, at, type, isSuccess }) => ({ id, at, type, isSuccess }))
}
