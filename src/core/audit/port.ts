import type { AuditEvent, EventType } from '../events/event.ts'
import type { Found } from '../search/search.ts'

export type AuditQuery = {
  readonly organization: number
  /** Of profiles, keys and agents, only those of this ledger are told of. */
  readonly ledger: number
  /** Any of them. */
  readonly types: readonly EventType[]
  readonly offset: number
  readonly limit: number
}

/** Newest first. */
export type AuditLog = (query: AuditQuery) => Promise<Found<AuditEvent>>
