/**
 * What of an object's clock outlives the object, and what D1 knows of it: `/healthz` cannot ask every object. Written only
 * when the wall clock has stepped back far.
 */
import { isNotablyAhead, type SteadyClock } from '../../../core/kernel/time/steady-clock.ts'
import { type Purpose, retryWait } from './alarm-clock.ts'

/** A step of an object's tables: one row. */
export const CLOCK_STEP = `CREATE TABLE clock (agrees_at INTEGER NOT NULL, reported INTEGER NOT NULL);
   INSERT INTO clock VALUES (0, 0);`

type Row = { agrees_at: number; reported: number }

/** What a clock of this storage starts with. */
export function readAgreement(sql: SqlStorage): number {
  return readRow(sql).agrees_at
}

export class ClockRecord implements Purpose {
  readonly name = 'clock'
  readonly #sql: SqlStorage
  readonly #clock: SteadyClock
  readonly #report: (agreesAt: number) => D1PreparedStatement
  #isReported: boolean | null = null
  #dueAt: number | null = null
  #failures = 0

  /** @param report reports to D1 when this clock will agree with the wall clock */
  constructor(sql: SqlStorage, clock: SteadyClock, report: (agreesAt: number) => D1PreparedStatement) {
    this.#sql = sql
    this.#clock = clock
    this.#report = report
  }

  /** Inside a flush's transaction; nothing, unless the clock is notably further ahead than what is written. */
  write(): void {
    if (!this.#isUnwritten()) return
    this.#sql.exec('UPDATE clock SET agrees_at = ?', this.#clock.agreesAt)
    this.#isReported = null
  }

  dueAt(): number | null {
    this.#isReported ??= isReported(readRow(this.#sql))
    if (this.#isReported && !this.#isUnwritten()) return null
    const latest = Date.now() + retryWait(this.#failures)
    this.#dueAt = Math.min(this.#dueAt ?? latest, latest)
    return this.#dueAt
  }

  async run(): Promise<void> {
    this.write()
    const row = readRow(this.#sql)
    try {
      if (!isReported(row)) {
        await this.#report(row.agrees_at).run()
        this.#sql.exec('UPDATE clock SET reported = ?', row.agrees_at)
      }
      this.#failures = 0
    } catch {
      this.#failures++
    }
    this.#isReported = null
    this.#dueAt = null
  }

  #isUnwritten(): boolean {
    const { agreesAt } = this.#clock
    const wall = Date.now()
    return isNotablyAhead(agreesAt, 0, wall) && isNotablyAhead(agreesAt, readRow(this.#sql).agrees_at, wall)
  }
}

function isReported({ agrees_at, reported }: Row): boolean {
  return agrees_at === reported
}

function readRow(sql: SqlStorage): Row {
  return sql.exec<Row>('SELECT agrees_at, reported FROM clock').one()
}
