import type { ActorRef } from '../ledger/records.ts'
import type { AuditEvent, EventType } from './event.ts'

export type EventQuery = {
  readonly organization: number
  /** Any of them; a few. */
  readonly types?: readonly EventType[] | undefined
  readonly actorKind?: ActorRef['kind'] | undefined
  readonly actor?: { readonly kind: ActorRef['kind']; readonly id: string | number | null } | undefined
  readonly isSuccess?: boolean | undefined
  /** From and to, both included; Unix milliseconds. */
  readonly since?: number | undefined
  readonly until?: number | undefined
}

export type EventStore = {
  find(organization: number, id: string): Promise<AuditEvent | null>
  /** Newest first. */
  list(query: EventQuery, limit: number): Promise<readonly AuditEvent[]>
  count(query: EventQuery): Promise<number>
}
