/** Whom a key expects (docs/concepts.md#expected-agents): what a slot matches of what a machine says. Pure. */
import type { JsonObject } from '../../../kernel/json.ts'
import type { RefusalReason } from '../../../kernel/refusal-reason.ts'
import { fold } from '../../../kernel/text.ts'
import type { KeyRules } from './key-rules.ts'

/** What a slot can match, the strongest first: of two slots that match a machine the first one counts. */
export const SLOT_MATCHERS = ['csr_sha256', 'serial', 'hostname'] as const
export type SlotMatcher = (typeof SLOT_MATCHERS)[number]

export type SlotMatch = { readonly by: SlotMatcher; readonly value: string }

export const MAX_SLOT_VALUE = 255

/** What an attempt meets: a slot that is free or held by its own claim, one that is not, or none. */
export type SlotOfAttempt = 'open' | 'filled' | 'none'

/** What slots are matched against, as a redemption brings it. */
export type SlotFacts = {
  readonly hostname: string | null
  /** A JSON object. */
  readonly facts: string
  /** Of the certificate request's DER, lower-case hexadecimal; absent: none was sent. */
  readonly csrSha256?: string
}

/**
 * The form in which values are kept and compared: without regard to case and to the form of a letter (Unicode NFKC), without
 * white space around it, and with one space for any inside. A host name loses the dot of its root.
 */
export function normalizeSlotValue({ by, value }: SlotMatch): string {
  const folded = fold(value).trim().replaceAll(/\s+/gu, ' ')
  return by === 'hostname' ? folded.replace(/\.$/, '') : folded
}

/** What a machine shows, normalized, the strongest first. The only place that reads it from a request. */
export function matchersOf({ hostname, facts, csrSha256 = '' }: SlotFacts): readonly SlotMatch[] {
  const { serial } = JSON.parse(facts) as JsonObject
  const shown = { csr_sha256: csrSha256, serial: typeof serial === 'string' ? serial : null, hostname }
  return SLOT_MATCHERS.flatMap((by) => {
    const value = normalizeSlotValue({ by, value: shown[by] ?? '' })
    return value === '' ? [] : { by, value }
  })
}

/** null: the key has no list, or expects this machine. @param slot is looked up only for a key with a list */
export function refusalBySlot(rules: KeyRules | null, slot: () => SlotOfAttempt): RefusalReason | null {
  if (!rules?.isExpectedOnly) return null
  const found = slot()
  if (found === 'open') return null
  return found === 'none' ? 'not_listed' : 'slot_filled'
}
