import { causeOf } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import { type Faults, notFound, type Outcome } from '../../kernel/outcome.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { Slot } from '../ledger/slot.ts'

/** Takes a machine off the list; refused while the slot's agent is active. */
export const removeSlot = reachCase(
  'keys.write',
  async (ports, operation, reach, key: EntityId, slot: EntityId): Promise<Outcome<null, Faults<'in_use'>>> =>
    slot.ledger !== key.ledger
      ? notFound('slot')
      : atLedger(ports, operation, key, 'slot', (ledger) =>
          ledger.removeSlot(key.n, slot.n, causeOf(operation), reach),
        ),
)

/** Lets a slot be filled once more, by any claim; refused while its agent is active. */
export const refillSlot = reachCase(
  'keys.write',
  async (ports, operation, reach, key: EntityId, slot: EntityId): Promise<Outcome<Slot, Faults<'in_use'>>> =>
    slot.ledger !== key.ledger
      ? notFound('slot')
      : atLedger(ports, operation, key, 'slot', (ledger) =>
          ledger.refillSlot(key.n, slot.n, causeOf(operation), reach),
        ),
)
