import type { Operation } from '../../access/cases/operator-case.ts'
import { type CommonFault, type Fault, type Noun, notFound, type Outcome } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { Ledger } from './port.ts'

/**
 * Runs something at a ledger of the operator's organization. One of another organization, or one that does not exist, is not
 * even opened: a made-up id wakes no object and makes no storage.
 */
export async function atLedger<T, F extends Fault>(
  ports: Ports,
  operation: Operation,
  id: { readonly ledger: number },
  noun: Noun,
  run: (ledger: Ledger) => Promise<Outcome<T, F>>,
): Promise<Outcome<T, F | CommonFault>> {
  const { organization } = operation.actor
  const isOwn = await ports.ledgerDirectory.isOwned(organization, id.ledger)
  return isOwn ? run(ports.ledgers.open(id.ledger, organization)) : notFound(noun)
}
