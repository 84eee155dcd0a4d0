/**
 * Promises 2 and 4 (docs/concepts.md#promises): whether a use of a key is spent is decided here and nowhere else, from
 * what the ledger holds at this instant. The order of the checks is fixed:
 * docs/concepts.md#how-a-redemption-is-decided.
 */
import { allowsAddress } from '../../../kernel/address.ts'
import type { RefusalReason } from '../../../kernel/refusal-reason.ts'
import type { IdentityRule } from '../../identity/rule.ts'
import { judgeIdentity, type ShownIdentity } from './identity.ts'
import { isWithin, type KeyRules, MAX_PENDING_OF_NETWORK, maxHolds, maxHoldsOfNetwork } from './key-rules.ts'
import { refusalBySlot, type SlotOfAttempt } from './slots.ts'

export type HoldKind = 'reserve' | 'approval'

export type DecisionState = {
  readonly profile: { readonly isEnabled: boolean; readonly allowedAddresses: readonly string[] } | null
  readonly key: {
    readonly isEnabled: boolean
    readonly isRevoked: boolean
    /** It comes from a backup, and no operator released it yet. */
    readonly isSuspended: boolean
    /** Unix milliseconds; null: never. */
    readonly expiresAt: number | null
    /** null: unlimited. */
    readonly maxUses: number | null
    readonly uses: number
    /** Uses that open holds keep. */
    readonly held: number
    readonly isPaused: boolean
    readonly allowedAddresses: readonly string[]
    /** null: it has none. */
    readonly rules: KeyRules | null
  } | null
  /** The agent that this claim made on this key, unless it left. */
  readonly prior: {
    readonly agent: number
    readonly isRevoked: boolean
    readonly isDisabled: boolean
    /** Its claim goes with another public key than this attempt shows, and no operator allowed that. */
    readonly isBoundElsewhere: boolean
  } | null
  /** What the claim holds of this key, open still. */
  readonly hold: OwnHold | null
  /** An operator denied this claim. */
  readonly isDenied: boolean
  /** Read only for keys with rules that ask. */
  readonly counts: Counts
}

export type OwnHold = {
  readonly kind: HoldKind
  /** Unix milliseconds. */
  readonly endsAt: number
  readonly approvedAt: number | null
  /** Another client of the same identity opened it. */
  readonly isBoundElsewhere?: boolean
}

export type Counts = {
  /** Open holds of the attempt's network; 0 where addresses are not known. */
  readonly heldByNetwork: () => number
  /** Open holds that wait for approval. */
  readonly pending: () => number
  readonly pendingOfNetwork: () => number
  /** For how many milliseconds the key makes no further agent; 0: it makes one now. */
  readonly limitedFor: () => number
  readonly slot: () => SlotOfAttempt
}

/**
 * `enroll`: an agent; `hold`: a use is kept for it; `confirm`: an agent of what is held, and nothing else; `cancel`: what is
 * held goes back.
 */
export type Intent = 'enroll' | 'hold' | 'confirm' | 'cancel'

export type DecisionRequest = {
  /** The client's address, or null when this deployment does not know it. */
  readonly address: string | null
  readonly intent: Intent
  readonly hasClaim: boolean
  /** Absent: no identity token came. */
  readonly identity?: ShownIdentity
}

export type Decision =
  | { readonly kind: 'new' }
  | { readonly kind: 'repeat'; readonly agent: number }
  /** A use is to be held from now on. */
  | { readonly kind: 'hold'; readonly hold: HoldKind }
  /** The claim's own hold stays as it is. */
  | { readonly kind: 'held'; readonly hold: OwnHold }
  /** An agent of what the claim holds. */
  | { readonly kind: 'pick_up' }
  /** The token has to be verified by these rules. */
  | { readonly kind: 'identity_needed'; readonly rules: readonly IdentityRule[] }
  /** The claim holds nothing from now on. */
  | { readonly kind: 'cancelled' }
  | {
      readonly kind: 'refused'
      readonly reason: RefusalReason
      /** When the same attempt may be let in. */
      readonly retryAfterMilliseconds?: number
    }

/** Pure. A deleted key, and the key of a deleted profile, come in as null. */
export function decide(state: DecisionState, request: DecisionRequest, now: number): Decision {
  const { profile, key, prior, hold, isDenied, counts } = state
  if (!profile || !key) return refused('key_unknown')
  if (!profile.isEnabled) return refused('profile_disabled')
  if (key.isRevoked) return refused('key_revoked')
  if (key.rules?.isDecoy) return refused('key_decoy')
  if (!key.isEnabled) return refused('key_disabled')
  if (key.isSuspended) return refused('suspended_by_restore')
  if (!allowsAddress(profile.allowedAddresses, request.address)) return refused('address_not_allowed')
  if (!allowsAddress(key.allowedAddresses, request.address)) return refused('address_not_allowed')
  if (key.rules || request.identity) {
    const verdict = judgeIdentity(key.rules?.identity ?? [], request.identity, now)
    if (verdict.kind === 'refused') return refused(verdict.reason)
    if (verdict.kind === 'needed') return { kind: 'identity_needed', rules: verdict.rules }
  }
  if (prior?.isRevoked) return refused('agent_revoked')
  if (prior?.isDisabled) return refused('agent_disabled')
  if (isDenied) return refused('claim_denied')
  if (prior?.isBoundElsewhere || hold?.isBoundElsewhere) return refused('claim_bound')
  if (prior) return { kind: 'repeat', agent: prior.agent }
  if (request.intent === 'cancel') return { kind: 'cancelled' }
  if (hold) return ofOwnHold(key, hold, request, counts)
  return ofNewClaim(key, request, counts, now)
}

/** Neither the key's end nor its windows count: the claim came in time. */
function ofOwnHold(
  { rules }: NonNullable<DecisionState['key']>,
  hold: OwnHold,
  { intent }: DecisionRequest,
  counts: Counts,
): Decision {
  // What was reserved before the key needed approval lapses: its claim is approved when it asks again.
  const needsApproval = Boolean(rules?.approval)
  const isWaiting = hold.kind === 'approval' ? hold.approvedAt === null : needsApproval || intent === 'hold'
  if (isWaiting) return { kind: 'held', hold }
  const unexpected = refusalBySlot(rules, counts.slot)
  if (unexpected) return refused(unexpected)
  const wait = counts.limitedFor()
  return wait > 0 ? refused('rate_limited', wait) : { kind: 'pick_up' }
}

function ofNewClaim(
  key: NonNullable<DecisionState['key']>,
  { intent, hasClaim, address }: DecisionRequest,
  counts: Counts,
  now: number,
): Decision {
  const { rules, maxUses, uses, held } = key
  const opens = holdOf(rules, intent)
  if (intent === 'confirm') return refused('hold_lapsed')
  if (opens === 'not_allowed') return refused('hold_not_allowed')
  if (opens === null && rules?.hold === 'required') return refused('hold_required')
  if (opens !== null && !hasClaim) return refused('claim_required')
  if (key.isPaused) return refused('key_paused')
  if (rules?.notBefore != null && now < rules.notBefore) return refused('key_not_started')
  if (rules && !isWithin(rules.windows, now)) return refused('outside_window')
  if (key.expiresAt !== null && now >= key.expiresAt) return refused('key_expired')
  const unexpected = refusalBySlot(rules, counts.slot)
  if (unexpected) return refused(unexpected)
  const wait = opens === null ? counts.limitedFor() : 0
  if (wait > 0) return refused('rate_limited', wait)
  if (maxUses !== null && uses >= maxUses) return refused('key_spent')
  if (maxUses !== null && uses + held >= maxUses) return refused('key_held')
  if (opens === null) return { kind: 'new' }
  if (opens === 'approval') {
    const { maxPending = 0 } = rules?.approval ?? {}
    const isFull = counts.pending() >= maxPending
    if (isFull || (address !== null && counts.pendingOfNetwork() >= MAX_PENDING_OF_NETWORK)) {
      return refused('approvals_full')
    }
  }
  if (held >= maxHolds(maxUses)) return refused('key_held')
  if (address !== null && counts.heldByNetwork() >= maxHoldsOfNetwork(maxUses)) return refused('holds_full')
  return { kind: 'hold', hold: opens }
}

/** What a new claim opens; null: it makes an agent at once. */
function holdOf(rules: KeyRules | null, intent: Intent): HoldKind | 'not_allowed' | null {
  if (rules?.approval) return 'approval'
  if (intent !== 'hold') return null
  return rules === null || rules.hold === 'off' ? 'not_allowed' : 'reserve'
}

function refused(reason: RefusalReason, retryAfterMilliseconds?: number): Decision {
  return {
    kind: 'refused',
    reason,
    ...(retryAfterMilliseconds !== undefined && { retryAfterMilliseconds }),
  }
}
