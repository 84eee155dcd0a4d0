/**
 * A row that a ledger owns reaches D1 only through here: whole, with its version, so that deliveries may repeat or
 * overtake each other and D1 still ends with the newest. Never throws: what fails stays, and is tried again.
 */
import { type Delivery, deliver } from '../d1/projections.ts'
import type { Book } from './book.ts'
import {
  deliveryOfEnrolled,
  deliveryOfNotes,
  forgetEnrolled,
  forgetNotes,
  hasUndelivered,
  nextEnrolled,
  nextNotes,
  noteEnrolled,
  type OutboxRow,
} from './deliveries.ts'

const MAX_TRIES = 10
const MIN_RETRY_MILLISECONDS = 1_000
const MAX_RETRY_MILLISECONDS = 5 * 60_000

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
    return !this.#book || !hasUndelivered(this.#book)
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
    const isThrough = (await this.#drainEnrolled(book)) && (await this.#drainNotes(book))
    if (!isThrough) this.#failures++
  }

  /** True: D1 has all, or there are notes of what it refused. */
  async #drainEnrolled(book: Book): Promise<boolean> {
    for (let rows = nextEnrolled(book); rows.length > 0; rows = nextEnrolled(book)) {
      const error = await this.#send(deliveryOfEnrolled(book, rows))
      if (error === null) forgetEnrolled(book, rows)
      else if (await isAlive(this.#db)) this.#storage.transactionSync(() => noteEnrolled(book, rows))
      else return false
      this.#failures = 0
    }
    return true
  }

  /** True: none waits any longer. */
  async #drainNotes(book: Book): Promise<boolean> {
    for (let rows = nextNotes(book); rows.length > 0; rows = nextNotes(book)) {
      const error = await this.#send(deliveryOfNotes(book, rows))
      if (error === null) forgetNotes(book, rows)
      else if (!(await this.#sendSingly(book, rows))) return false
      this.#failures = 0
      if (rows.some((row) => row.tries > 0)) await reportStuck(this.#db, book)
    }
    return true
  }

  /** null: D1 has it. */
  async #send(delivery: Delivery): Promise<string | null> {
    try {
      await deliver(this.#db, delivery)
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** One row that D1 refuses must not hold up the others. True: none of them waits any longer. */
  async #sendSingly(book: Book, rows: readonly OutboxRow[]): Promise<boolean> {
    if (!(await isAlive(this.#db))) return false
    let isThrough = true
    for (const row of rows) {
      const error = await this.#send(deliveryOfNotes(book, [row]))
      if (error === null) forgetNotes(book, [row])
      else isThrough = this.#countTry(book, row, error) && isThrough
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
      forgetNotes(book, [row])
    })
    return true
  }
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
