import { type Counted, type Listed, totalIn, totalStatement } from '../../outbox/totals.ts'
import type { Companion } from './slices.ts'

/** The total that is kept of a list, to be read beside its first slice. */
export function keptTotal(
  db: D1Database,
  listed: Listed,
  counted: Counted,
): { readonly companion: Companion; readonly total: () => number } {
  let total: number | undefined
  return {
    companion: {
      statement: totalStatement(db, listed, counted),
      answer: (rows) => {
        total = totalIn(rows)
      },
    },
    total: () => {
      if (total === undefined) throw new Error('the total was not read')
      return total
    },
  }
}
