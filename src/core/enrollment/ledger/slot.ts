import type { EntityId } from '../../kernel/ids.ts'
import type { AgentState } from './agent.ts'
import type { SlotMatch } from './rules/slots.ts'

/** Slots of a key. */
export const MAX_SLOTS = 5_000
/** Slots that one call adds: many more at once keep a ledger from its redemptions. */
export const MAX_SLOTS_A_CALL = 500

/** A place of a key's list, for one machine. */
export type Slot = EntityId &
  SlotMatch & {
    /** The agent that filled it, whatever became of that agent since; null: it is missing. */
    readonly agent: {
      readonly id: string
      readonly state: AgentState
      /** Unix milliseconds. */
      readonly enrolledAt: number
    } | null
    /** Until when a claim holds it, Unix milliseconds; null: none does. */
    readonly heldUntil: number | null
  }

export type SlotCounts = {
  readonly total: number
  readonly filled: number
  /** Of those that are missing. */
  readonly held: number
}

export const SLOT_STATES = ['missing', 'filled'] as const
export type SlotState = (typeof SLOT_STATES)[number]

export type SlotFilter = {
  readonly state?: SlotState | undefined
  /** As an operator writes it. */
  readonly value?: string | undefined
}

export type SlotsAdded = {
  /** Those that were not on the list before. */
  readonly added: number
  readonly counts: SlotCounts
}

/** In the order in which they were added. */
export type SlotPage = { readonly slots: readonly Slot[]; readonly counts: SlotCounts }
