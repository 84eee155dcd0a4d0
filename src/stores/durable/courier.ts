/**
 * Brings D1 what an object decided, again and again until D1 has it. Never throws: what fails stays, and is tried again.
 */
const MIN_RETRY_MILLISECONDS = 1_000
const MAX_RETRY_MILLISECONDS = 5 * 60_000
export const MAX_TRIES = 10

/** What waits for D1, and where it is kept. */
export type Mail<Row> = {
  /** For the log. */
  readonly name: string
  readonly isEmpty: boolean
  /** The oldest rows, as many as one delivery takes. */
  next(): readonly Row[]
  /** Resolves when D1 has them. */
  send(rows: readonly Row[]): Promise<void>
  forget(rows: readonly Row[]): void
  hasFailed(row: Row): boolean
  /** D1 refuses this one. True: it was set aside, for an operator to see. */
  fail(row: Row, error: string): boolean
  /** Tells D1 what is stuck, since `/healthz` can't ask every object. */
  reportStuck(): Promise<void>
}

export class Courier<Row> {
  readonly #storage: DurableObjectStorage
  readonly #db: D1Database
  #mail: Mail<Row> | null = null
  #line: Promise<void> = Promise.resolve()
  #failures = 0
  #isAlarmSet = false

  constructor(storage: DurableObjectStorage, db: D1Database) {
    this.#storage = storage
    this.#db = db
  }

  open(mail: Mail<Row>): void {
    this.#mail ??= mail
  }

  /** Sees to it that an alarm will deliver what waits. By the wall clock: the object's own may be ahead of it. */
  arm(): void {
    if (this.#isAlarmSet || !this.#mail || this.#mail.isEmpty) return
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
        const name = error instanceof Error ? error.name : ''
        console.error(`${this.#mail?.name}: a delivery broke off: ${name}`)
      })
    return this.#line
  }

  async #drain(): Promise<void> {
    const mail = this.#mail
    if (!mail) return
    for (let rows = mail.next(); rows.length > 0; rows = mail.next()) {
      const error = await this.#send(mail, rows)
      const isThrough = error === null || (await this.#sendSingly(mail, rows))
      if (!isThrough) {
        this.#failures++
        return
      }
      this.#failures = 0
      if (rows.some((row) => mail.hasFailed(row))) await mail.reportStuck()
    }
  }

  /** Delivers and forgets; null: D1 has them. */
  async #send(mail: Mail<Row>, rows: readonly Row[]): Promise<string | null> {
    try {
      await mail.send(rows)
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    mail.forget(rows)
    return null
  }

  /** One row that D1 refuses must not hold up the others. True: none of them waits any longer. */
  async #sendSingly(mail: Mail<Row>, rows: readonly Row[]): Promise<boolean> {
    if (!(await isAlive(this.#db))) return false
    let isThrough = true
    for (const row of rows) {
      const error = await this.#send(mail, [row])
      if (error !== null) isThrough = mail.fail(row, error) && isThrough
    }
    await mail.reportStuck()
    return isThrough
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
