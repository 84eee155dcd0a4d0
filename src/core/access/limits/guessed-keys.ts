import type { Cause } from '../../kernel/cause.ts'
import { recordedRequest } from '../../kernel/recorded-request.ts'

export type Guess = { readonly id: string; readonly at: number; readonly request: Cause['request'] }

export type GuessedKeys = {
  /** Whether the caller is to look up what is gathered, after GATHER_MILLISECONDS. */
  add(guess: Guess): boolean
  /** What is gathered: of each id the first guess. */
  take(): readonly Guess[]
}

export const GATHER_MILLISECONDS = 100
/** An isolate that refuses ten thousand a second has no time for more. */
const MAX_GUESSES = 1_000
/** After this the request that was to look them up has ended without doing so. */
const ABANDONED_MILLISECONDS = 5_000

export function createGuessedKeys(): GuessedKeys {
  const gathered = new Map<string, Guess>()
  let since = 0
  return {
    add({ id, at, request }) {
      const isFirst = gathered.size === 0 || Math.abs(at - since) > ABANDONED_MILLISECONDS
      if (isFirst) since = at
      const guess = { id, at, request: recordedRequest(request) }
      if (!gathered.has(id) && gathered.size < MAX_GUESSES) gathered.set(id, guess)
      return isFirst
    },
    take() {
      const guesses = [...gathered.values()]
      gathered.clear()
      return guesses
    },
  }
}
