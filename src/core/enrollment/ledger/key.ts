import type { ActorRef, Dialect } from '../../kernel/cause.ts'
import type { JsonObject } from '../../kernel/json.ts'

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

export type NewKey = {
  readonly profile: number
  readonly name: string
  /** undefined: as the profile says at this moment; null: unlimited. */
  readonly maxUses: number | null | undefined
  readonly lifetimeSeconds: number | null | undefined
  /** Unix milliseconds; given instead of a lifetime. */
  readonly expiresAt: number | undefined
  readonly allowedAddresses: readonly string[]
  /** Keyed hash of the code's random part, hexadecimal. */
  readonly codeHash: string
  readonly ringVersion: number
} & Partial<Pick<EnrollmentKey, 'isEnabled' | 'attributes' | 'uniqueName' | 'issuer' | 'sealed'>>

export type KeyChange = Partial<
  Pick<
    EnrollmentKey,
    'name' | 'maxUses' | 'expiresAt' | 'isEnabled' | 'allowedAddresses' | 'uniqueName' | 'issuer' | 'profile'
  >
> & {
  /** Members that are absent stay as they are. */
  readonly attributes?: JsonObject
  /** It is not shown again; nothing can undo that. */
  readonly sealed?: null
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
