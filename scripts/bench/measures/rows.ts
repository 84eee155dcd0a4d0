import { indexTerms } from '../../../src/stores/d1/outbox/index-terms.ts'

/** As much of D1 as rows are added through. */
export type RowDatabase = {
  prepare(sql: string): {
    bind(...values: number[]): { run(): Promise<unknown> }
    run(): Promise<unknown>
    all(): Promise<{ readonly results: readonly Record<string, unknown>[] }>
  }
  batch(statements: never[]): Promise<unknown>
}
type Listed = 'profiles' | 'keys' | 'agents'

/** Whose rows: the organization that is listed, or the others beside it. */
export type Owner = {
  readonly organization: string
  readonly ledgerOf: Readonly<Record<Listed, string>>
  /** Which row is copied, as a condition in SQL; absent: any. */
  readonly template?: string
}

// Ledgers that D1 has not numbered yet. Each profile is a ledger; keys and agents are of one, as of one big profile.
const FIRST_LEDGER = 1_000_000
const CROWDED_LEDGER = 900_000
const OTHERS = 10
/** One statement that lasts long is cut off on a busy machine. */
const ROWS_AT_ONCE = 10_000

export function ownRows(organization: number): Owner {
  const crowded = String(CROWDED_LEDGER)
  const ledgerOf = { profiles: `${FIRST_LEDGER} + 2 * i`, keys: crowded, agents: crowded }
  return { organization: String(organization), ledgerOf }
}

/** Ten others, whose rows lie between those that are listed. */
export function othersRows(organization: number): Owner {
  const crowded = `${CROWDED_LEDGER} + 1 + i % ${OTHERS}`
  const ledgerOf = { profiles: `${FIRST_LEDGER} + 2 * i + 1`, keys: crowded, agents: crowded }
  return { organization: `${organization + 1} + i % ${OTHERS}`, ledgerOf }
}

/** Where the i-th row of those that are listed is. */
export function placeOf(table: Listed, i: number): { readonly ledger: number; readonly n: number } {
  return table === 'profiles' ? { ledger: FIRST_LEDGER + 2 * i, n: 1 } : { ledger: CROWDED_LEDGER, n: i }
}

/** Rows `from` to `to` of every list, each a copy of the one that is there under a number and a name of its own. */
export async function addRows(database: RowDatabase, owner: Owner, from: number, to: number): Promise<void> {
  const { template: which = 'true' } = owner
  for (const table of ['profiles', 'keys', 'agents'] as const) {
    const [template] = (await database.prepare(`SELECT * FROM ${table} WHERE ${which} LIMIT 1`).all()).results
    if (!template) throw new Error(`no row of ${table} to copy`)
    const values = Object.keys(template).map((column) => expressionOf(table, column, owner))
    const sql = `WITH RECURSIVE numbers (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?2)
      INSERT INTO ${table} (${Object.keys(template).join(', ')})
      SELECT ${values.join(', ')} FROM numbers, (SELECT * FROM ${table} WHERE ${which} LIMIT 1) AS template WHERE true`
    for (let at = from; at <= to; at += ROWS_AT_ONCE) {
      await database
        .prepare(sql)
        .bind(at, Math.min(at + ROWS_AT_ONCE - 1, to))
        .run()
    }
  }
  await countAll(database)
  while ((await indexTerms(database)) > 0);
}

/** Totals are kept by deliveries, which these rows did not come by; and the index of names is. */
async function countAll(database: RowDatabase): Promise<void> {
  const live = { profiles: 'deleted_at IS NULL', agents: "state = 'active'" }
  const counts = Object.entries(live).map(
    ([table, isLive]) =>
      `SELECT organization_id, '${table}', dialect, count(*) FROM ${table} WHERE ${isLive} GROUP BY 1, 3`,
  )
  await database
    .prepare(
      `INSERT OR REPLACE INTO totals (organization_id, listed, dialect, rows) ${counts.join(' UNION ALL ')}`,
    )
    .run()
}

function expressionOf(table: Listed, column: string, owner: Owner): string {
  const ledger = owner.ledgerOf[table]
  const n = table === 'profiles' ? '1' : 'i'
  switch (column) {
    case 'ledger':
      return ledger
    case 'n':
      return n
    case 'organization_id':
      return owner.organization
    case 'name_folded':
    case 'hostname_folded':
      return NAME
    case 'record':
      return `json_set(record, '$.ledger', ${ledger}, '$.n', ${n}, '$.name', ${NAME}, '$.hostname', ${NAME})`
    default:
      return `template.${column}`
  }
}

/** What a search finds one of, in the middle of the smallest list. */
export const SOUGHT = 'row 000050.'
const NAME = "printf('row %06d.bench.example', i)"
