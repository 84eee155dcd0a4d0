import type { Inbox } from '../key-pairs/port.ts'
import { type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** So many objects are asked at a time: a Worker may make a thousand calls for one request. */
const PAGE = 50

export type KeyPairAnswers<T> = {
  readonly answers: readonly T[]
  /** Access keys that D1 has, and no inbox. */
  readonly gone: readonly string[]
  /** Where the next page begins; null: this was the last. */
  readonly next: string | null
}

/**
 * Asks the inboxes of a page of all key pairs, deleted ones too; a busy one ends the page.
 * @param prefix only those whose access keys begin with it
 */
export async function eachKeyPair<T>(
  ports: Ports,
  after: string,
  ask: (inbox: Inbox) => Promise<Outcome<T>>,
  prefix = '',
): Promise<Outcome<KeyPairAnswers<T>>> {
  const accessKeys = await ports.deployment.accessKeysAfter(after, prefix, PAGE)
  const answers: T[] = []
  const gone: string[] = []
  const asked = accessKeys.map(async (accessKey) => ({
    accessKey,
    outcome: await ask(ports.inboxes.open(accessKey)),
  }))
  for (const { accessKey, outcome } of await Promise.all(asked)) {
    if (outcome.ok) answers.push(outcome.value)
    else if (outcome.fault.kind === 'not_found') gone.push(accessKey)
    else return outcome
  }
  const last = accessKeys.at(-1)
  return ok({ answers, gone, next: accessKeys.length === PAGE && last !== undefined ? last : null })
}
