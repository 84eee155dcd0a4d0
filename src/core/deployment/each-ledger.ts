import type { Ledger } from '../ledger/port.ts'
import { type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** So many objects are asked at a time: a Worker may make a thousand calls for one request. */
const PAGE = 50

/** What each ledger of a page answered. */
export type Answers<T> = {
  readonly answers: readonly T[]
  /** Numbers that were allotted, and nobody made a ledger of. */
  readonly gone: readonly number[]
  /** Where the next page begins; null: this was the last. */
  readonly next: number | null
}

/** Asks a page of all ledgers; a busy one ends the page. */
export async function eachLedger<T>(
  ports: Ports,
  after: number,
  ask: (ledger: Ledger, number: number) => Promise<Outcome<T>>,
): Promise<Outcome<Answers<T>>> {
  const numbers = await ports.deployment.ledgersAfter(after, PAGE)
  const answers: T[] = []
  const gone: number[] = []
  const asked = numbers.map(async (number) => ({
    number,
    outcome: await ask(ports.ledgers.open(number), number),
  }))
  for (const { number, outcome } of await Promise.all(asked)) {
    if (outcome.ok) answers.push(outcome.value)
    else if (outcome.fault.kind === 'not_found') gone.push(number)
    else return outcome
  }
  return ok({ answers, gone, next: numbers.length === PAGE ? (numbers.at(-1) ?? null) : null })
}
