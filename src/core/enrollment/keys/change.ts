import { causeOf, denialOf, within } from '../../access/cases/operator-case.ts'
import { reachCase } from '../../access/cases/reach-case.ts'
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
  ): Promise<Outcome<EnrollmentKey, Faults<'key_revoked'>>> => {
    // An operator who may not approve may not switch approval off, either.
    const isAboutApproval = change.rules?.approval !== undefined
    const refusal = isAboutApproval ? denialOf(operation, within('agents.approve')) : null
    if (refusal) return refusal
    return atLedger(ports, operation, id, 'key', (ledger) =>
      ledger.changeKey(id.n, change, causeOf(operation), reach),
    )
  },
)
