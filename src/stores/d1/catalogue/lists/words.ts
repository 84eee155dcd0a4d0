import { type AnyColumn, and, or, type SQL, sql } from 'drizzle-orm'

/**
 * Rows in which all of the words, or any, are part of one of these folded columns. No LIKE: see platform limits.
 * @param isElsewhere whether a word is somewhere else in the row
 */
export function matchesWords(
  search: { readonly words: readonly string[]; readonly scope: 'all' | 'any' } | undefined,
  columns: readonly (AnyColumn | SQL)[],
  isElsewhere: (word: string) => readonly SQL[] = () => [],
): SQL | undefined {
  if (!search || search.words.length === 0) return undefined
  const matches = search.words.map((word) =>
    or(...columns.map((column) => sql`instr(${column}, ${word}) > 0`), ...isElsewhere(word)),
  )
  return search.scope === 'all' ? and(...matches) : or(...matches)
}
