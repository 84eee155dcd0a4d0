/** Where D1 holds what is shown again, so that it can be resealed under a new version of the ring. */
export type SealedColumn = {
  readonly table: string
  readonly column: string
  /** The context under which it opens, as an expression of SQL over the row: `'api_clients/' || id || '/secret'`. */
  readonly context: string
}

/**
 * Every column that D1 owns and the ring's `seal` fills. What ledgers hold sealed are codes, which end with their version;
 * secrets of key pairs are their inboxes' (`key_pairs` has copies).
 */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'issuers', column: 'sealed_key', context: 'seal_context' },
  ...['secret', 'previous_secret'].map((column) => ({
    table: 'webhook_endpoints',
    column,
    context: "'webhook_endpoints/' || id || '/secret'",
  })),
]
