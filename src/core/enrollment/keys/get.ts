import { reachCase } from '../../access/cases/reach-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { EnrollmentKey } from '../ledger/key.ts'
import { withoutDecoy } from './decoy.ts'

/** One key, exact to this instant. */
export const getKey = reachCase(
  'keys.read',
  async (ports, operation, reach, id: EntityId): Promise<Outcome<EnrollmentKey>> =>
    atLedger(ports, operation, id, 'key', async (ledger) =>
      withoutDecoy(operation, await ledger.getKey(id.n, reach)),
    ),
)
