/**
 * What a ledger counts for `/metrics`. It is counted in the commit of what it counts, and so neither lost nor counted twice;
 * each delivery brings D1 all of it, in the row of a profile. What makes no delivery (a repeat, a refresh) is brought by one of its own, later.
 */
import { deliver, type LedgerCounters } from '../../../d1/outbox/projections.ts'
import { type Purpose, retryWait } from '../../object/alarm-clock.ts'
import type { LedgerStore } from '../tables/ledger-store.ts'

/** Repeats and refreshes alone are worth no delivery a second: each costs three rows. */
const REPORTED_WITHIN_MILLISECONDS = 5 * 60_000

/** What is counted by name; a restored or upgraded ledger goes on with what it has. */
export type Counted = 'redemptions.repeat' | `redemptions.refused.${string}` | `refreshes.${string}`

/** Inside the caller's commit: one statement, and a row for each name. */
export function count(store: LedgerStore, names: readonly Counted[]): void {
  if (names.length === 0) return
  const sums = new Map<string, number>()
  for (const name of names) sums.set(name, (sums.get(name) ?? 0) + 1)
  store.sql.exec(
    `INSERT INTO counters SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true
     ON CONFLICT DO UPDATE SET n = n + excluded.n`,
    JSON.stringify([...sums]),
  )
  store.reported.isWhole = false
}

/** null: the ledger has no profile yet. */
export function readCounters({ sql, ledger }: LedgerStore): LedgerCounters | null {
  const [profile] = sql.exec<{ n: number }>('SELECT n FROM profiles ORDER BY n LIMIT 1').toArray()
  if (!profile) return null
  const rows = sql
    .exec<{ name: string; n: number }>(`${MADE} UNION ALL SELECT name, n FROM counters`)
    .toArray()
  return {
    ledger,
    profile: profile.n,
    counters: Object.fromEntries(rows.filter(({ n }) => n > 0).map(({ name, n }) => [name, n])),
    version: rows.reduce((sum, { n }) => sum + n, 0),
  }
}

/** Their numbers, without those that a restore skipped. */
const MADE = `SELECT 'keys' AS name, max(last_key, (SELECT coalesce(max(n), 0) FROM keys)) - unused_keys AS n FROM ledger
  UNION ALL
  SELECT 'agents', max(last_agent, (SELECT coalesce(max(n), 0) FROM agents)) - unused_agents FROM ledger`

/** D1 has them. */
export function markReported(store: LedgerStore, counters: LedgerCounters | null): void {
  if (counters !== null) store.reported = { version: counters.version, isWhole: null }
}

/** Brings D1 what no delivery has brought. */
export class CounterReport implements Purpose {
  readonly name = 'counters'
  readonly #store: LedgerStore
  readonly #db: D1Database
  #dueAt: number | null = null
  #failures = 0

  constructor(store: LedgerStore, db: D1Database) {
    this.#store = store
    this.#db = db
  }

  dueAt(): number | null {
    if (isReported(this.#store)) {
      this.#dueAt = null
      return null
    }
    const wait = this.#failures > 0 ? retryWait(this.#failures) : REPORTED_WITHIN_MILLISECONDS
    this.#dueAt = Math.min(this.#dueAt ?? Date.now() + wait, Date.now() + wait)
    return this.#dueAt
  }

  async run(): Promise<void> {
    const store = this.#store
    const counters = readCounters(store)
    if (counters === null) return
    this.#dueAt = null
    this.#failures++
    await deliver(this.#db, { profiles: [], keys: [], agents: [], events: [], counters })
    this.#failures = 0
    store.sql.exec('UPDATE ledger SET counted = ?', counters.version)
    markReported(store, counters)
  }
}

function isReported(store: LedgerStore): boolean {
  const { reported } = store
  if (reported.isWhole === null) {
    reported.version ??= store.sql.exec<{ counted: number }>('SELECT counted FROM ledger').one().counted
    const counters = readCounters(store)
    reported.isWhole = counters === null || counters.version === reported.version
  }
  return reported.isWhole
}
