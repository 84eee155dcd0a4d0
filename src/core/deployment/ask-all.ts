import { type Outcome, ok } from '../kernel/outcome.ts'

/** The number of objects that are asked at a time: a Worker may make a thousand calls for one request. */
export const PAGE = 50

/** What each object of a page answered. */
export type Answers<Id, T> = {
  readonly answers: readonly T[]
  /** Those that D1 names and that do not exist. */
  readonly gone: readonly Id[]
  /** Where the next page begins; null: this was the last. */
  readonly next: Id | null
}

/** Asks a page of objects, all at once; a busy one ends the page. */
export async function askAll<Id, T>(
  page: readonly Id[],
  ask: (id: Id) => Promise<Outcome<T>>,
): Promise<Outcome<Answers<Id, T>>> {
  const answers: T[] = []
  const gone: Id[] = []
  const asked = page.map(async (id) => ({ id, outcome: await ask(id) }))
  for (const { id, outcome } of await Promise.all(asked)) {
    if (outcome.ok) answers.push(outcome.value)
    else if (outcome.fault.kind === 'not_found') gone.push(id)
    else return outcome
  }
  return ok({ answers, gone, next: page.length === PAGE ? (page.at(-1) ?? null) : null })
}
