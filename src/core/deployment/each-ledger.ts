import type { MaintainedLedger } from '../enrollment/ledger/port.ts'
import type { Outcome } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { type Answers, askAll, PAGE } from './ask-all.ts'

/** Asks a page of all ledgers. */
export async function eachLedger<T>(
  ports: Ports,
  after: number,
  ask: (ledger: MaintainedLedger, number: number) => Promise<Outcome<T>>,
): Promise<Outcome<Answers<number, T>>> {
  const numbers = await ports.deployment.ledgersAfter(after, PAGE)
  return askAll(numbers, (number) => ask(ports.ledgers.forMaintenance(number), number))
}
