import type { ActorRef, Dialect } from '../../kernel/cause.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { isWithin, type KeyRules } from './rules/key-rules.ts'
import type { Tags } from './tags.ts'

export const KEY_STATES = [
  'active',
  'disabled',
  'revoked',
  'suspended_by_restore',
  'paused',
  'scheduled',
  'expired',
  'spent',
  'held',
] as const
export type KeyState = (typeof KEY_STATES)[number]

/** A code's random part, sealed by the ring, and the name under which that opens. */
export type SealedCode = { readonly name: string; readonly code: string }

export type EnrollmentKey = {
  readonly ledger: number
  readonly n: number
  readonly profile: number
  readonly organization: number
  readonly dialect: Dialect
  readonly name: string
  readonly description: string
  readonly tags: Tags
  readonly maxUses: number | null
  readonly uses: number
  /** Uses that are kept for claims whose agents are not made yet. */
  readonly held: number
  /** Since when it makes no agent of a new claim; null: it is not paused. */
  readonly pausedAt: number | null
  /** When it goes on by itself; null: when an operator resumes it. */
  readonly resumesAt: number | null
  /** null: it has none. */
  readonly rules: KeyRules | null
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
  /** The client's address then, where it is known. */
  readonly lastRedeemedFrom: string | null
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
} & Partial<
  Pick<
    EnrollmentKey,
    'isEnabled' | 'attributes' | 'uniqueName' | 'issuer' | 'sealed' | 'description' | 'tags'
  >
> & {
    /** Members that are absent are as of a key without any. */
    readonly rules?: Partial<KeyRules>
  }

export type KeyChange = Partial<
  Pick<
    EnrollmentKey,
    | 'name'
    | 'description'
    | 'tags'
    | 'maxUses'
    | 'expiresAt'
    | 'isEnabled'
    | 'allowedAddresses'
    | 'uniqueName'
    | 'issuer'
    | 'profile'
  >
> & {
  /** Members that are absent stay as they are. */
  readonly attributes?: JsonObject
  /** Members that are absent stay as they are. */
  readonly rules?: Partial<KeyRules>
  /** It is not shown again; nothing can undo that. */
  readonly sealed?: null
}

/** What a key is worth at an instant: the first reason, in `decide`'s order, why a new claim is refused. */
export function keyState(key: EnrollmentKey, now: number): KeyState {
  if (key.revokedAt !== null) return 'revoked'
  if (!key.isEnabled) return 'disabled'
  if (key.suspendedAt !== null) return 'suspended_by_restore'
  if (isPaused(key, now)) return 'paused'
  const { rules } = key
  if (rules && ((rules.notBefore ?? 0) > now || !isWithin(rules.windows, now))) return 'scheduled'
  if (key.expiresAt !== null && now >= key.expiresAt) return 'expired'
  if (key.maxUses !== null && key.uses >= key.maxUses) return 'spent'
  if (key.maxUses !== null && key.uses + key.held >= key.maxUses) return 'held'
  return 'active'
}

export function isPaused(
  { pausedAt, resumesAt }: Pick<EnrollmentKey, 'pausedAt' | 'resumesAt'>,
  now: number,
): boolean {
  return pausedAt !== null && (resumesAt === null || now < resumesAt)
}

/** What neither an agent nor a hold has; null: unlimited. Never negative, though a limit may be lowered below the count. */
export function usesLeft(key: Pick<EnrollmentKey, 'maxUses' | 'uses' | 'held'>): number | null {
  return key.maxUses === null ? null : Math.max(0, key.maxUses - key.uses - key.held)
}
