import { noise } from './statistics.ts'

/** Of each measure by its id, one result a round; null: it failed as often as it was tried. */
export type Rounds<R> = ReadonlyMap<string, readonly (R | null)[]>

/** Measured in rounds, and which attempts were repeated. */
export type Measured<R> = { readonly rounds: Rounds<R>; readonly repeated: readonly string[] }

const TRIES = 3

type Named = { readonly id: string }

/**
 * Every measure in turns, round after round. An attempt that fails is repeated, each time for twice as long: a machine that
 * is busy elsewhere may give no answer for a while, which says nothing about what is measured.
 * @param attempt measures once, for `factor` times a round's length; it throws when that measured something else
 */
export async function inRounds<M extends Named, R>(
  measures: readonly M[],
  count: number,
  attempt: (measure: M, factor: number, round: number) => Promise<R>,
  signal: AbortSignal,
): Promise<Measured<R>> {
  const rounds = new Map<string, (R | null)[]>(measures.map(({ id }) => [id, []]))
  const repeated: string[] = []
  for (let round = 1; round <= count; round++) {
    for (const measure of measures) {
      let result: R | null = null
      for (let tried = 0; result === null && tried < TRIES; tried++) {
        signal.throwIfAborted()
        try {
          result = await attempt(measure, 2 ** tried, round)
        } catch (error) {
          signal.throwIfAborted()
          repeated.push(`${measure.id}, round ${round}: ${error instanceof Error ? error.message : error}`)
        }
      }
      rounds.get(measure.id)?.push(result)
    }
  }
  return { rounds, repeated }
}

/** One number of each round; null when a round has no such number. */
export function each<R>(
  rounds: Rounds<R>,
  id: string,
  pick: (result: R) => number,
): readonly (number | null)[] {
  return (rounds.get(id) ?? []).map((result) => (result === null ? null : pick(result)))
}

/** Those that have no good round at all. */
export function unmeasured<R>(rounds: Rounds<R>): readonly string[] {
  return [...rounds].filter(([, results]) => results.every((result) => result === null)).map(([id]) => id)
}

/** The measure whose rounds lie furthest apart, and how far from their median, as a part of it. */
export function noisiest<R>(
  rounds: Rounds<R>,
  pick: (result: R) => number,
): { readonly id: string; readonly noise: number } | null {
  const all = [...rounds.keys()].map((id) => {
    const values = each(rounds, id, pick).filter((value) => value !== null)
    return { id, noise: values.length < 2 ? 0 : noise(values) }
  })
  return all.toSorted((a, b) => b.noise - a.noise)[0] ?? null
}
