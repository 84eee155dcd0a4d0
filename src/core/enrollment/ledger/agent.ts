import type { Reach } from '../../access/reach/reach.ts'
import type { ActorRef, Dialect } from '../../kernel/cause.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Grant } from './profile.ts'
import type { Tags } from './tags.ts'

export type AgentState = 'active' | 'revoked' | 'left'

/** One redemption, and the agent that it made. */
export type Agent = {
  readonly ledger: number
  readonly n: number
  /** A UUIDv4 that encodes (ledger, n). */
  readonly id: string
  readonly organization: number
  readonly dialect: Dialect
  readonly profile: number
  readonly key: number
  /** 1-based ordinal of this use of the key. */
  readonly use: number
  readonly state: AgentState
  /** One that an operator disabled stays active, but is given nothing: no certificate, and no repeat of its enrollment. */
  readonly isEnabled: boolean
  readonly hostname: string
  readonly facts: JsonObject
  readonly grant: Grant
  /** What operators set: the dialect's own members, which the core stores, filters and searches by, and does not read. */
  readonly attributes: JsonObject
  /** Its key's at its enrollment, until an operator changes them. */
  readonly tags: Tags
  /** By an operator; null: never. */
  readonly updatedAt: number | null
  readonly updatedBy: ActorRef | null
  readonly enrolledAt: number
  readonly enrolledFrom: string | null
  /** When it left or was revoked. */
  readonly endedAt: number | null
  /** The number of its newest certificate; null: it has none. */
  readonly certificate: number | null
  /** By its last heartbeat; a list may be a minute behind. */
  readonly seenAt: number
  readonly version: number
}

/** What an operator changes of an agent. */
export type AgentChange = {
  readonly hostname?: string
  readonly isEnabled?: boolean
  /** Members that are absent stay as they are. */
  readonly attributes?: JsonObject
  readonly values?: JsonObject
  readonly labels?: Grant['labels']
  readonly tags?: Tags
}

/** A change of the agent of that number. */
export type NumberedChange = { readonly n: number; readonly change: AgentChange }

export type AndKey = 'disable' | 'keep'

/** Within which labels a revocation may revoke agents, and disable keys, whose labels are their profile's. */
export type RevocationReach = { readonly agents: Reach; readonly keys: Reach }

export type Revocation = {
  readonly agents: readonly string[]
  readonly keyState: { readonly isEnabled: boolean; readonly usesLeft: number | null }
}

export type MassRevocation = Revocation & {
  /** How many more would have been revoked, and are outside the operator's reach. */
  readonly leftOut: number
}
