/** Where D1 holds what is shown again, so that a new version of the ring can seal it anew. */
export type SealedColumn = {
  readonly table: string
  readonly column: string
  /** The context under which it opens, as an expression of SQL over the row: `'api_clients/' || id || '/secret'`. */
  readonly context: string
}

/** Every column of the schema that the ring's `seal` fills. What ledgers hold sealed are codes, which end with their version. */
export const SEALED_COLUMNS: readonly SealedColumn[] = []
