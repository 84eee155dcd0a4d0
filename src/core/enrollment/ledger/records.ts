import type { ActorRef, Dialect } from '../../kernel/cause.ts'
import type { JsonObject } from '../../kernel/json.ts'
/** A label as a profile grants it: of the organization's own, or wished for by value at redemption. */
export type GrantedLabel = { readonly key: string } & ({ readonly id: string } | { readonly value: string })

/** What an agent becomes. Members of `values` are the dialect's own words; the core does not read them. */
export type Grant = {
  readonly values: JsonObject
  readonly labels: readonly GrantedLabel[]
  /** Names of values, and `label:<key>`, that a redemption may not override. */
  readonly locks: readonly string[]
}

export type Profile = {
  readonly ledger: number
  readonly n: number
  readonly organization: number
  readonly dialect: Dialect
  readonly name: string
  readonly description: string
  readonly isEnabled: boolean
  readonly isDefault: boolean
  readonly grant: Grant
  /** The dialect's own members, which the core stores and filters by, and does not read. */
  readonly attributes: JsonObject
  /** A name of its dialect that no other profile of the organization has; null: none. */
  readonly uniqueName: string | null
  /** Addresses and CIDR ranges from which its keys may be redeemed; empty: from everywhere. */
  readonly allowedAddresses: readonly string[]
  /** What a new key gets unless its maker says otherwise; null: unlimited. */
  readonly defaultMaxUses: number | null
  readonly defaultLifetimeSeconds: number | null
  /** Uses of all its keys, deleted ones included. */
  readonly uses: number
  readonly lastRedeemedAt: number | null
  readonly lastKeyAt: number | null
  readonly lastKeyBy: ActorRef | null
  /** Unix milliseconds, as every `…At`. */
  readonly createdAt: number
  readonly createdBy: ActorRef
  readonly updatedAt: number
  readonly updatedBy: ActorRef
  readonly version: number
}

export type KeyState = 'active' | 'disabled' | 'revoked' | 'suspended_by_restore' | 'expired' | 'spent'

/** A code's random part, sealed by the ring, and the name under which that opens. */
export type SealedCode = { readonly name: string; readonly code: string }

export type EnrollmentKey = {
  readonly ledger: number
  readonly n: number
  readonly profile: number
  readonly organization: number
  readonly dialect: Dialect
  readonly name: string
  readonly maxUses: number | null
  readonly uses: number
  readonly expiresAt: number | null
  readonly isEnabled: boolean
  readonly revokedAt: number | null
  /** Since a restore, until an operator releases it; null: it is not. */
  readonly suspendedAt: number | null
  readonly allowedAddresses: readonly string[]
  /** The dialect's own members, which the core stores and searches, and does not read. */
  readonly attributes: JsonObject
  /** A name that no other live key of its ledger has; null: none is needed. */
  readonly uniqueName: string | null
  /** Who signs the certificates of its agents; null: they get none. */
  readonly issuer: number | null
  /** Its code, so that it can be shown again; null: it was shown once. */
  readonly sealed: SealedCode | null
  readonly lastRedeemedAt: number | null
  /** Of the ring's keys, which its hashes were made with. */
  readonly ringVersion: number
  readonly createdAt: number
  readonly createdBy: ActorRef
  readonly updatedAt: number
  readonly updatedBy: ActorRef
  readonly version: number
}

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
  /** The key's how-manieth use this was, from 1. */
  readonly use: number
  readonly state: AgentState
  /** One that an operator disabled stays active, but is given nothing: no certificate, and no repeat of its enrollment. */
  readonly isEnabled: boolean
  readonly hostname: string
  readonly facts: JsonObject
  readonly grant: Grant
  /** What operators set: the dialect's own members, which the core stores, filters and searches by, and does not read. */
  readonly attributes: JsonObject
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

/** What a key is worth at an instant: the first reason, in `decide`'s order, why a new claim is refused. */
export function keyState(key: EnrollmentKey, now: number): KeyState {
  if (key.revokedAt !== null) return 'revoked'
  if (!key.isEnabled) return 'disabled'
  if (key.suspendedAt !== null) return 'suspended_by_restore'
  if (key.expiresAt !== null && now >= key.expiresAt) return 'expired'
  if (key.maxUses !== null && key.uses >= key.maxUses) return 'spent'
  return 'active'
}

/** null: unlimited. Never negative, though a limit may be lowered below the count. */
export function usesLeft(key: Pick<EnrollmentKey, 'maxUses' | 'uses'>): number | null {
  return key.maxUses === null ? null : Math.max(0, key.maxUses - key.uses)
}
