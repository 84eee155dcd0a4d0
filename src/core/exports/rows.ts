import { endOfSlice } from '../kernel/fairness/list-slices.ts'
import type { Ports } from '../ports.ts'
import type { FoundPage, Listed, ListPage, ListPlace, ListQuery } from '../search/list.ts'

/** With one more, which says whether there is a next page, it is what the first slice of a walk has: two calls of D1 a page. */
const PAGE_ROWS = 499

/**
 * All rows of a table, in the order of their numbers, slice after slice: no more than a slice is in memory. Each row that was
 * there at the beginning comes once, as it is when its slice is read; one that was made meanwhile may come, too.
 */
export async function* rowsOf<T extends keyof Listed>(
  { list }: Pick<Ports, 'list'>,
  table: T,
  query: ListQuery<T>,
): AsyncGenerator<readonly Listed[T][]> {
  let after: ListPlace | null = null
  do {
    const page: ListPage = { after, limit: PAGE_ROWS, isCounted: false }
    const { bytes, read, next }: FoundPage<Listed[T]> = await list(table, query, page)
    for (let from = 0, to = 0; from < bytes.length; from = to) {
      to = endOfSlice(bytes, from, PAGE_ROWS)
      yield await read(from, to)
    }
    after = next
  } while (after !== null)
}
