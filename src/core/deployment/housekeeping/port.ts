import type { AuditEvent } from '../../events/event.ts'

/** Whether a task's run left work: `from` is where the next run is to begin, a minute later. */
export type Ended = 'done' | 'more' | { readonly from: number }

/** A key that is forgotten. */
export type PurgedKey = { readonly id: string; readonly name: string; readonly organization: number }

/** What is forgotten with time, each organization after what it has set. */
export type Retention = {
  /** Deletes at most `atMost`; returns how many. */
  purgeEvents(now: number, defaultSeconds: number, atMost: number): Promise<number>
  /** What says of such events that they arrived late. */
  purgeLateLists(now: number, defaultSeconds: number, atMost: number): Promise<number>
  expiredKeys(now: number, defaultSeconds: number, atMost: number): Promise<readonly PurgedKey[]>
  /** One D1 transaction with its events. */
  forgetKeys(keys: readonly string[], events: readonly AuditEvent[]): Promise<void>
}

/** The index of names and labels. Deliveries fill it while rows come; without any, rows may wait. */
export type TermIndex = {
  /** Indexes some of the rows that wait; returns how many. */
  catchUp(): Promise<number>
}

export type Housekeeper = {
  /** Sees to it that periodic tasks run; at once, and without a call but for an isolate's first. */
  wake(): void
}
