import { denied, type Operation } from '../access/require.ts'
import { hashClaim } from '../codes/code.ts'
import type { EntityId } from '../ids.ts'
import type { Explanation } from '../ledger/port.ts'
import type { Outcome } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** Whether a claim, from an address, would be let in now, and which rule decides; the same `decide` runs. */
export async function explain(
  ports: Ports,
  operation: Operation,
  id: EntityId,
  attempt: { readonly claim: string | null; readonly address: string | null },
): Promise<Outcome<Explanation>> {
  const refusal = denied(operation, 'keys.read')
  if (refusal) return refusal
  const ledger = ports.ledgers.open(id.ledger)
  const { organization } = operation.actor
  const key = await ledger.getKey(organization, id.n)
  if (!key.ok) return key
  const ring = await ports.keyring()
  const target = { ledger: id.ledger, key: id.n }
  const claimHash =
    attempt.claim === null ? null : await hashClaim(ring, key.value.ringVersion, target, attempt.claim)
  return ledger.explain(organization, id.n, claimHash, attempt.address)
}
