import type { EntityId } from '../../../core/kernel/ids.ts'
import { type Refusal, refuse } from '../../../core/kernel/outcome.ts'

/** The size of the chunks that clients send. */
export const MAX_AGENTS_AT_ONCE = 1_000
/** Each profile has a ledger of its own, which is asked twice; a request may ask about a thousand times. */
export const MAX_PROFILES_AT_ONCE = 400

/** null when they are of few enough profiles. */
export function ofTooMany(ids: readonly EntityId[]): Refusal | null {
  if (new Set(ids.map(({ ledger }) => ledger)).size <= MAX_PROFILES_AT_ONCE) return null
  const message = `they may be of ${MAX_PROFILES_AT_ONCE} pairing profiles`
  return refuse({ kind: 'input_invalid', problems: [{ path: [], code: 'other', message }] })
}
