import { causeOf } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Faults, Outcome } from '../../kernel/outcome.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { EnrollmentKey } from '../ledger/key.ts'

/** Stops new claims; repeats, and what is held, go on. */
export const pauseKey = reachCase(
  'keys.write',
  async (ports, operation, reach, id: EntityId): Promise<Outcome<EnrollmentKey, Faults<'key_revoked'>>> =>
    atLedger(ports, operation, id, 'key', (ledger) => ledger.pauseKey(id.n, causeOf(operation), reach)),
)

export const resumeKey = reachCase(
  'keys.write',
  async (ports, operation, reach, id: EntityId): Promise<Outcome<EnrollmentKey>> =>
    atLedger(ports, operation, id, 'key', (ledger) => ledger.resumeKey(id.n, causeOf(operation), reach)),
)
