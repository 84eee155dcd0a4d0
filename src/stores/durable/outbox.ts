/**
 * A row that a ledger owns reaches D1 only through here: whole, with its version, so that deliveries may repeat or
 * overtake each other and D1 still ends with the newest. Never throws: what fails stays, and is tried again.
 */
import type { AuditEvent } from '../../core/events/event.ts'
import { type Delivery, deliver } from '../d1/projections.ts'
import type { Book, EntityKind } from './book.ts'
import { selectAgents, selectKeys, selectProfiles, toAgent, toKey, toProfile } from './rows.ts'

const BATCH_ROWS = 500
const BATCH_BYTES = 512 * 1024
const MAX_TRIES = 10
const MIN_RETRY_MILLISECONDS = 1_000
const MAX_RETRY_MILLISECONDS = 5 * 60_000

type OutboxRow = { seq: number; at: number; kind: EntityKind; n: number; event: string | null; tries: number }

export class Outbox {
  readonly #storage: DurableObjectStorage
  readonly #db: D1Database
  #book: Book | null = null
  #line: Promise<void> = Promise.resolve()
  #failures = 0
  #isAlarmSet = false

  constructor(storage: DurableObjectStorage, db: D1Database) {
    this.#storage = storage
    this.#db = db
  }

  open(book: Book): void {
    this.#book = book
  }

  get isEmpty(): boolean {
    return !this.#book || this.#book.sql.exec('SELECT 1 FROM outbox LIMIT 1').toArray().length === 0
  }

  /** All that the ledger owns goes once more. Inside the caller's transaction. */
  refill(now: number): void {
    for (const [kind, table] of [
      ['profile', 'profiles'],
      ['key', 'keys'],
      ['agent', 'agents'],
    ] as const) {
      this.#book?.sql.exec(
        `INSERT INTO outbox (at, kind, n) SELECT ?, ?, n FROM ${table} ORDER BY n`,
        now,
        kind,
      )
    }
  }

  /** Sees to it that an alarm will deliver what waits. By the wall clock: the ledger's own may be ahead of it. */
  arm(): void {
    if (this.#isAlarmSet || this.isEmpty) return
    this.#isAlarmSet = true
    const wait = Math.min(MAX_RETRY_MILLISECONDS, MIN_RETRY_MILLISECONDS * 2 ** this.#failures)
    this.#storage.setAlarm(Date.now() + wait).catch(() => {
      this.#isAlarmSet = false
    })
  }

  /** When no alarm is pending: after one has rung, and after a restart, which may have lost it. */
  rearm(): void {
    this.#isAlarmSet = false
    this.arm()
  }

  /** Delivers what waits, after any delivery that is under way. Resolves when D1 has it or refused; never rejects. */
  flush(): Promise<void> {
    this.#line = this.#line
      .then(() => this.#drain())
      .catch((error: unknown) => {
        this.#failures++
        console.error(
          `ledger ${this.#book?.ledger}: a delivery broke off: ${error instanceof Error ? error.name : ''}`,
        )
      })
    return this.#line
  }

  async #drain(): Promise<void> {
    const book = this.#book
    if (!book) return
    for (let rows = nextRows(book); rows.length > 0; rows = nextRows(book)) {
      const error = await this.#send(book, rows)
      const isThrough = error === null || (await this.#sendSingly(book, rows))
      if (!isThrough) {
        this.#failures++
        return
      }
      this.#failures = 0
      if (rows.some((row) => row.tries > 0)) await reportStuck(this.#db, book)
    }
  }

  /** Delivers and forgets; null: D1 has them. */
  async #send(book: Book, rows: readonly OutboxRow[]): Promise<string | null> {
    try {
      await deliver(this.#db, gather(book, rows))
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    forget(book, rows)
    return null
  }

  /** One row that D1 refuses must not hold up the others. True: none of them waits any longer. */
  async #sendSingly(book: Book, rows: readonly OutboxRow[]): Promise<boolean> {
    if (!(await isAlive(this.#db))) return false
    let isThrough = true
    for (const row of rows) {
      const error = await this.#send(book, [row])
      if (error !== null) isThrough = this.#countTry(book, row, error) && isThrough
    }
    await reportStuck(this.#db, book)
    return isThrough
  }

  /** After ten tries a row is set aside, for an operator to see. True: it was. */
  #countTry(book: Book, row: OutboxRow, error: string): boolean {
    if (row.tries + 1 < MAX_TRIES) {
      book.sql.exec('UPDATE outbox SET tries = tries + 1 WHERE seq = ?', row.seq)
      return false
    }
    const { seq, at, kind, n, event } = row
    this.#storage.transactionSync(() => {
      book.sql.exec('INSERT INTO outbox_dead VALUES (?, ?, ?, ?, ?, ?)', seq, at, kind, n, event, error)
      forget(book, [row])
    })
    return true
  }
}

function nextRows(book: Book): OutboxRow[] {
  const rows: OutboxRow[] = []
  let bytes = 0
  const waiting = book.sql.exec<OutboxRow>('SELECT * FROM outbox ORDER BY seq LIMIT ?', BATCH_ROWS)
  for (const row of waiting.toArray()) {
    bytes += (row.event?.length ?? 0) + sizeOf(book, row)
    if (rows.length > 0 && bytes > BATCH_BYTES) break
    rows.push(row)
  }
  return rows
}

function sizeOf(book: Book, row: OutboxRow): number {
  const table = { profile: 'profiles', key: 'keys', agent: 'agents' }[row.kind]
  const [found] = book.sql
    .exec<{ bytes: number }>(`SELECT length(body) AS bytes FROM ${table} WHERE n = ?`, row.n)
    .toArray()
  return found?.bytes ?? 0
}

/** An agent's row speaks for its key and profile too: their counts changed with it. */
function gather(book: Book, rows: readonly OutboxRow[]): Delivery {
  const named = (kind: EntityKind) => rows.filter((row) => row.kind === kind).map((row) => row.n)
  const agents = selectAgents(book.sql, named('agent'))
  const keys = selectKeys(book.sql, [...named('key'), ...agents.map((agent) => agent.key)])
  const profiles = selectProfiles(book.sql, [...named('profile'), ...keys.map((key) => key.profile)])
  return {
    profiles: profiles.map((row) => ({ profile: toProfile(book.ledger, row), deletedAt: row.deleted_at })),
    keys: keys.map((row) => toKey(book.ledger, row)),
    agents: agents.map((row) => toAgent(book.ledger, row)),
    events: rows.flatMap((row) => (row.event ? [JSON.parse(row.event) as AuditEvent] : [])),
  }
}

function forget(book: Book, rows: readonly OutboxRow[]): void {
  const seqs = JSON.stringify(rows.map((row) => row.seq))
  book.sql.exec('DELETE FROM outbox WHERE seq IN (SELECT value FROM json_each(?))', seqs)
}

async function isAlive(db: D1Database): Promise<boolean> {
  try {
    await db.prepare('SELECT 1').run()
    return true
  } catch {
    return false
  }
}

/** Tells D1 what is stuck, since `/healthz` can't ask every ledger. */
async function reportStuck(db: D1Database, book: Book): Promise<void> {
  const { dead } = book.sql.exec<{ dead: number }>('SELECT count(*) AS dead FROM outbox_dead').one()
  const stuck = book.sql.exec<{ oldest: number | null }>(
    'SELECT min(at) AS oldest FROM outbox WHERE tries > 0',
  )
  try {
    await db
      .prepare('UPDATE ledgers SET outbox_dead = ?, outbox_oldest_at = ? WHERE id = ?')
      .bind(dead, stuck.one().oldest, book.ledger)
      .run()
  } catch {
    // The next failed delivery reports again.
  }
}
