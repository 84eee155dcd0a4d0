/** The machines that a key expects, in the native API's words. Pure. */
import * as z from 'zod'
import { MAX_SLOT_VALUE, SLOT_MATCHERS } from '../../core/enrollment/ledger/rules/slots.ts'
import { MAX_SLOTS_A_CALL, type Slot, type SlotCounts } from '../../core/enrollment/ledger/slot.ts'
import { text } from '../text.ts'
import { formatTimeOrNull } from '../time.ts'
import { formatSlotId, Time } from './wire.ts'

const By = z
  .enum(SLOT_MATCHERS)
  .describe(
    '`hostname`; `serial`: `facts.serial` of the enrollment; `csr_sha256`: of the DER of its `csr`, in hexadecimal. Of two slots that match, the first of `csr_sha256`, `serial`, `hostname` counts',
  )

const SHA256 = /^[0-9a-f]{64}$/i

export const SlotsInput = z.strictObject({
  slots: z
    .array(
      z
        .strictObject({
          by: By,
          value: text(MAX_SLOT_VALUE)
            .min(1)
            .describe('Compared without regard to case and to white space around it'),
        })
        .refine(({ by, value }) => by !== 'csr_sha256' || SHA256.test(value.trim()), {
          path: ['value'],
          error: 'must be a SHA-256 of 64 hexadecimal digits',
        }),
    )
    .min(1)
    .max(MAX_SLOTS_A_CALL),
})

export const SlotReply = z
  .object({
    id: z.string(),
    by: By,
    value: z.string().describe('In the form in which it is compared'),
    state: z.enum(['missing', 'filled']),
    agent_id: z.string().nullable().describe('The agent that filled it'),
    agent_state: z.enum(['active', 'revoked', 'left']).nullable(),
    filled_at: Time.nullable(),
    held_until: Time.nullable().describe('While a claim holds it for an agent'),
  })
  .meta({ id: 'Slot' })

export const SlotCountsReply = z
  .object({
    total: z.int(),
    filled: z.int(),
    missing: z.int(),
    held: z.int().describe('Of those that are missing'),
  })
  .meta({ id: 'SlotCounts' })

export function formatSlot(slot: Slot): z.output<typeof SlotReply> {
  const { by, value, agent, heldUntil } = slot
  return {
    id: formatSlotId(slot),
    by,
    value,
    state: agent ? 'filled' : 'missing',
    agent_id: agent?.id ?? null,
    agent_state: agent?.state ?? null,
    filled_at: formatTimeOrNull(agent?.enrolledAt ?? null),
    held_until: formatTimeOrNull(heldUntil),
  }
}

export function formatSlotCounts({ total, filled, held }: SlotCounts): z.output<typeof SlotCountsReply> {
  return { total, filled, missing: total - filled, held }
}
