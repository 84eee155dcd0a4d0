import type { Operation } from '../../access/operator-case.ts'
import { utf8 } from '../../kernel/encoding.ts'
import type { EntityId } from '../../kernel/ids.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { hashClaim } from '../codes/code.ts'
import type { Explanation } from '../ledger/redemption.ts'
import { atKey } from '../profiles/in-scope.ts'

/** Whether a claim, from an address, would be let in now, and which rule decides; the same `decide` runs. */
export async function explainKey(
  ports: Ports,
  operation: Operation,
  id: EntityId,
  attempt: { readonly claim: string | null; readonly address: string | null },
): Promise<Outcome<Explanation>> {
  return atKey(ports, operation, 'keys.read', id, async (ledger, reach) => {
    const key = await ledger.getKey(id.n, reach)
    if (!key.ok) return key
    const { claim, address } = attempt
    const target = { ledger: id.ledger, key: id.n }
    const ring = await ports.keyring()
    const { ringVersion } = key.value
    // A version that was dropped took its codes along: no claim of theirs is known any more.
    const isGone = (await ring.mac('hash', ringVersion, utf8(''))) === null
    const claimHash = claim === null || isGone ? null : await hashClaim(ring, ringVersion, target, claim)
    return ledger.explain(id.n, claimHash, address)
  })
}
