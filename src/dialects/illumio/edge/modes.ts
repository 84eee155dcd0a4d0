/** Both generations of mode: one value is stored, both are shown (docs/dialects/illumio.md#generations-of-mode). Pure. */
import * as z from 'zod'

export const EnforcementMode = z.enum(['idle', 'visibility_only', 'full', 'selective'])
/** `selective` was never input of the old generation; round trips of what we show need it. */
export const LegacyMode = z.enum(['idle', 'illuminated', 'enforced', 'selective'])

type EnforcementMode = z.output<typeof EnforcementMode>
type LegacyMode = z.output<typeof LegacyMode>

export const MODE_OF_LEGACY = {
  idle: 'idle',
  illuminated: 'visibility_only',
  enforced: 'full',
  selective: 'selective',
} as const satisfies Record<LegacyMode, EnforcementMode>

export const LEGACY_OF_MODE = {
  idle: 'idle',
  visibility_only: 'illuminated',
  full: 'enforced',
  selective: 'selective',
} as const satisfies Record<EnforcementMode, LegacyMode>

/**
 * What a change means that may name a thing in both generations: the one that differs from what is stored, since the
 * other came along in a round trip; the newer one when both differ.
 */
export function intended<T>(next: T | undefined, old: T | undefined, stored: T | undefined): T | undefined {
  if (next === undefined || old === undefined) return next ?? old
  return next === stored ? old : next
}
