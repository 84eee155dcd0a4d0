import type { ActorRef, PrincipalKind } from '../kernel/cause.ts'
import type { PageAfter } from '../kernel/fairness/list-slices.ts'
import type { EventCursor, FollowedEvents } from './cursor.ts'
import type { AuditEvent, EventType } from './event.ts'

/** Of a principal: its public id. */
export type EventActor =
  | { readonly kind: 'principal'; readonly as: { readonly kind: PrincipalKind; readonly id: string } }
  | { readonly kind: 'agent'; readonly id: string }
  | { readonly kind: 'system' }

export type EventSubject = Pick<AuditEvent['subject'], 'kind' | 'id'>

export type EventQuery = {
  readonly organization: number
  /** Any of them; a few. */
  readonly types?: readonly EventType[] | undefined
  readonly actorKind?: ActorRef['kind'] | undefined
  /** What it happened to; any of them. */
  readonly subjectKinds?: readonly string[] | undefined
  readonly actor?: EventActor | undefined
  /** Of profiles, keys and agents, only events of this ledger. */
  readonly ledger?: number | undefined
  /** What it happened to; all of them. Of a key its enrollments count, too. */
  readonly about?: readonly EventSubject[] | undefined
  /** The request that caused it. */
  readonly requestId?: string | undefined
  /** From where it came: an address or a CIDR range. */
  readonly network?: string | undefined
  readonly isSuccess?: boolean | undefined
  /** From and to, both included; Unix milliseconds. */
  readonly since?: number | undefined
  readonly until?: number | undefined
}

/** Some of what was looked for, newest first. */
export type FoundEvents = {
  readonly events: readonly AuditEvent[]
  /** Where to look on; null: all was looked at. A page may be short, and even empty, before that. */
  readonly next: EventPlace | null
}

/** Where an event stands in a list. */
export type EventPlace = Pick<AuditEvent, 'at' | 'id'>

export type EventStore = {
  /** An event without a change; others are written with their change. */
  add(event: AuditEvent): Promise<void>
  find(organization: number, id: string): Promise<AuditEvent | null>
  /** Newest first. */
  list(
    query: EventQuery,
    page: PageAfter<EventPlace> & { readonly offset?: number },
  ): Promise<readonly AuditEvent[]>
  count(query: EventQuery): Promise<number>
  /** Newest first; of a query that no index serves it looks at a bounded number of events a page. */
  search(query: EventQuery, page: PageAfter<EventPlace>): Promise<FoundEvents>
  /** In the order of their arrival, after the cursor; at most `limit`. */
  follow(organization: number, cursor: EventCursor, limit: number): Promise<FollowedEvents>
  /** Behind all that has arrived. */
  end(organization: number): Promise<EventCursor>
}
