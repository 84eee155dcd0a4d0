import type { ActorRef } from '../../kernel/cause.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { EnrollmentKey } from './key.ts'
import type { HoldKind } from './rules/decide.ts'
import type { Approval } from './rules/key-rules.ts'

export type ApprovalDecision = 'approved' | 'denied'

/** A signed-in user, or a program with a key. */
export type Approver = Approval['by']

/** A claim that holds a use, as an operator sees it. */
export type WaitingClaim = {
  readonly key: EnrollmentKey
  readonly claimHash: string
  readonly kind: HoldKind
  /** For people: the machine shows the same. */
  readonly comparison: string
  /** Unix milliseconds. */
  readonly openedAt: number
  readonly endsAt: number
  readonly approvedAt: number | null
  /** What the server knows of it. null: this deployment does not know its clients' addresses. */
  readonly address: string | null
  /** Whether the key made one of the ledger's newest 1,000 agents from that address. */
  readonly hasEnrolledFromThere: boolean
  /** How many other claims of the same ledger wait from its network. */
  readonly waitingFromThere: number
  /** What the machine says of itself, and nothing proves. */
  readonly said: { readonly hostname: string | null; readonly facts: JsonObject }
}

export type DecidedClaim = {
  readonly decision: ApprovalDecision
  readonly by: ActorRef
  /** Unix milliseconds. */
  readonly at: number
  /** false: the same was decided before. */
  readonly isNew: boolean
}
