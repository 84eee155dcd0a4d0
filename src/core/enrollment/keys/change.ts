import { causeOf } from '../../access/operator-case.ts'
import { reachCase } from '../../access/reach-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Faults, Outcome } from '../../kernel/outcome.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { EnrollmentKey, KeyChange } from '../ledger/key.ts'

/** A limit may be lowered below the count: what is enrolled stays, the next redemption is refused. */
export const changeKey = reachCase(
  'keys.write',
  async (
    ports,
    operation,
    reach,
    id: EntityId,
    change: KeyChange,
  ): Promise<Outcome<EnrollmentKey, Faults<'key_revoked'>>> =>
    atLedger(ports, operation, id, 'key', (ledger) =>
      ledger.changeKey(id.n, change, causeOf(operation), reach),
    ),
)
