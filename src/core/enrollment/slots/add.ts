import { causeOf } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import { type Faults, type Outcome, type Problem, refuse } from '../../kernel/outcome.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import { normalizeSlotValue, type SlotMatch } from '../ledger/rules/slots.ts'
import type { SlotsAdded } from '../ledger/slot.ts'

/**
 * Adds machines to those that a key expects, all of them or none; one that is on the list already stays as it is. From the
 * first one on the key lets no other machine in.
 */
export const addSlots = reachCase(
  'keys.write',
  async (
    ports,
    operation,
    reach,
    id: EntityId,
    slots: readonly SlotMatch[],
  ): Promise<Outcome<SlotsAdded, Faults<'key_revoked'>>> => {
    const normalized = slots.map((slot) => ({ by: slot.by, value: normalizeSlotValue(slot) }))
    const problems = normalized.flatMap(({ value }, i) => (value === '' ? emptyAt(i) : []))
    if (problems.length > 0) return refuse({ kind: 'input_invalid', problems })
    return atLedger(ports, operation, id, 'key', (ledger) =>
      ledger.addSlots(id.n, normalized, causeOf(operation), reach),
    )
  },
)

function emptyAt(i: number): Problem {
  return { path: ['slots', i, 'value'], code: 'other', message: 'Nothing is left to compare' }
}
