/** The state folder of a server that has stopped, read without it: what lies there is what a crash would leave. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export type StoredKey = {
  readonly ledger: number
  readonly n: number
  readonly uses: number
  readonly agents: number
  /** Different numbers of uses among its agents. */
  readonly useNumbers: number
  readonly lastUse: number
  readonly maxUses: number | null
  /** Uses that it says are held, and its holds. */
  readonly held: number
  readonly holds: number
  /** Agents whose claim an operator denied. */
  readonly denied: number
  readonly refusals: number
}

export type StoredLedger = {
  readonly id: number
  readonly keys: readonly StoredKey[]
  /** UUID → state. */
  readonly agents: ReadonlyMap<string, string>
  /** What D1 has yet to hear, and what it refused for good. */
  readonly waiting: number
  readonly dead: number
  readonly refusals: number
}

export type StoredProjections = {
  /** `ledger.n` → uses, as D1's row says. */
  readonly keys: ReadonlyMap<string, number>
  /** UUID → state. */
  readonly agents: ReadonlyMap<string, string>
  /** UUID → how many events record its enrollment. */
  readonly enrollments: ReadonlyMap<string, number>
}

const DATABASE = /^[0-9a-f]{64}\.sqlite$/

/** Every ledger that was made. */
export function readLedgers(data: string): StoredLedger[] {
  return databasesOfObjects(data).flatMap((path) => reading(path, readLedger) ?? [])
}

/** The ledgers' databases, made or only touched. */
export function countLedgerFiles(data: string): number {
  return databasesOfObjects(data).length
}

/** Of Durable Objects, ledgers and others. */
export function databasesOfObjects(data: string): string[] {
  return databasesIn(join(data, 'state', 'do'))
}

export function readProjections(data: string): StoredProjections {
  return reading(databaseOfD1(data), (database) => ({
    keys: pairs(database, `SELECT ledger || '.' || n AS name, record ->> '$.uses' AS value FROM keys`),
    agents: pairs(database, `SELECT record ->> '$.id' AS name, state AS value FROM agents`),
    enrollments: pairs(
      database,
      `SELECT record ->> '$.subject.id' AS name, count(*) AS value FROM events
       WHERE type = 'agent.enroll' AND record ->> '$.isSuccess' GROUP BY 1`,
    ),
  }))
}

/** A key's id → how many events tell of what it refused, or of a decoy's visitors. */
export function readRefusedEvents(data: string): ReadonlyMap<string, number> {
  return reading(databaseOfD1(data), (database) =>
    pairs<number>(
      database,
      `SELECT record ->> '$.subject.id' AS name, count(*) AS value FROM events
       WHERE type IN ('agent.enroll', 'key.decoy_touched') AND record ->> '$.subject.kind' = 'key' GROUP BY 1`,
    ),
  )
}

/** The path of D1's database. */
export function databaseOfD1(data: string): string {
  const [path] = databasesIn(join(data, 'state', 'd1'))
  if (path === undefined) throw new Error('there is no D1 in this state folder')
  return path
}

function readLedger(database: DatabaseSync): StoredLedger | null {
  const isMade = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'ledger'").get()
  if (!isMade) return null
  const number = (query: string) => Number(database.prepare(query).get()?.value)
  const id = number('SELECT id AS value FROM ledger')
  const keys = database
    .prepare(
      `SELECT k.n, k.uses, k.held, k.max_uses AS maxUses, count(a.n) AS agents, count(DISTINCT a.use_number) AS useNumbers,
         coalesce(max(a.use_number), 0) AS lastUse,
         (SELECT coalesce(sum(count), 0) FROM refusals r WHERE r.key = k.n) AS refusals,
         (SELECT count(*) FROM holds h WHERE h.key = k.n) AS holds,
         (SELECT count(*) FROM decisions d JOIN agents b ON b.key = d.key AND b.claim_hash = d.claim_hash
          WHERE d.key = k.n AND d.decision = 'denied') AS denied
       FROM keys k LEFT JOIN agents a ON a.key = k.n GROUP BY k.n`,
    )
    .all() as Omit<StoredKey, 'ledger'>[]
  return {
    id,
    keys: keys.map((key) => ({ ...key, ledger: id })),
    agents: pairs<string>(database, 'SELECT uuid AS name, state AS value FROM agents'),
    waiting: number('SELECT count(*) AS value FROM outbox'),
    dead: number('SELECT count(*) AS value FROM outbox_dead'),
    refusals: number('SELECT coalesce(sum(count), 0) AS value FROM refusals'),
  }
}

function databasesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && DATABASE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

function reading<T>(path: string, read: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path)
  try {
    return read(database)
  } finally {
    database.close()
  }
}

function pairs<T extends string | number>(database: DatabaseSync, query: string): Map<string, T> {
  const rows = database.prepare(query).all() as { name: string; value: T }[]
  return new Map(rows.map(({ name, value }) => [name, value]))
}
