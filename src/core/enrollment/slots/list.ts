import { reachCase } from '../../access/cases/reach-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { Page } from '../../kernel/page.ts'
import { withoutDecoy } from '../keys/decoy.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { SlotFilter, SlotPage } from '../ledger/slot.ts'

/** The machines that a key expects, exact to this instant: those that are missing, or have become agents. */
export const listSlots = reachCase(
  'keys.read',
  async (ports, operation, reach, id: EntityId, filter: SlotFilter, page: Page): Promise<Outcome<SlotPage>> =>
    atLedger(ports, operation, id, 'key', async (ledger) => {
      const key = withoutDecoy(operation, await ledger.getKey(id.n, reach))
      return key.ok ? ledger.listSlots(id.n, filter, page) : key
    }),
)
