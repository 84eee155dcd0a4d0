import type { Ledger } from '../ledger/port.ts'
import { type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** So many objects are asked at a time: a Worker may make a thousand calls for one request. */
const PAGE = 50

/** What each ledger of a page answered, and where the next page begins; null: this was the last. */
export type Answers<T> = { readonly answers: readonly T[]; readonly next: number | null }

/** Asks a page of all ledgers. A number that was allotted and never used is passed over; a busy ledger ends the page. */
export async function eachLedger<T>(
  ports: Ports,
  after: number,
  ask: (ledger: Ledger, number: number) => Promise<Outcome<T>>,
): Promise<Outcome<Answers<T>>> {
  const numbers = await ports.deployment.ledgersAfter(after, PAGE)
  const outcomes = await Promise.all(numbers.map((number) => ask(ports.ledgers.open(number), number)))
  const answers: T[] = []
  for (const outcome of outcomes) {
    if (outcome.ok) answers.push(outcome.value)
    else if (outcome.fault.kind !== 'not_found') return outcome
  }
  return ok({ answers, next: numbers.length === PAGE ? (numbers.at(-1) ?? null) : null })
}
