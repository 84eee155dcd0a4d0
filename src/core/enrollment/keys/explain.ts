import { reachCase } from '../../access/cases/reach-case.ts'
import { utf8 } from '../../kernel/encoding.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import { hashClaim } from '../codes/code.ts'
import { atLedger } from '../ledger/at-ledger.ts'
import type { Explanation } from '../ledger/redemption.ts'
import type { Intent } from '../ledger/rules/decide.ts'
import type { SlotFacts } from '../ledger/rules/slots.ts'
import { withoutDecoy } from './decoy.ts'

/** Whether a claim, from an address, would be let in now, and which rule decides; the same `decide` runs. */
export const explainKey = reachCase(
  'keys.read',
  async (
    ports,
    operation,
    reach,
    id: EntityId,
    attempt: {
      readonly claim: string | null
      readonly address: string | null
      readonly intent?: Intent
      /** What the machine says of itself; absent: nothing. */
      readonly about?: SlotFacts
    },
  ): Promise<Outcome<Explanation>> =>
    atLedger(ports, operation, id, 'key', async (ledger) => {
      const key = withoutDecoy(operation, await ledger.getKey(id.n, reach))
      if (!key.ok) return key
      const { claim, address } = attempt
      const target = { ledger: id.ledger, key: id.n }
      const ring = await ports.keyring()
      const { ringVersion } = key.value
      // A version that was dropped took its codes along: no claim of theirs is known any more.
      const isGone = (await ring.mac('hash', ringVersion, utf8(''))) === null
      const claimHash = claim === null || isGone ? null : await hashClaim(ring, ringVersion, target, claim)
      return ledger.explain(id.n, claimHash, address, attempt.intent ?? 'enroll', attempt.about)
    }),
)
